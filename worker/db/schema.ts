/** All tables on one page, as `migrations/` make them; a test compares the two. Instants are UTC epoch milliseconds. */
import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** better-auth writes `Date`s; ours are read as numbers where a slice needs them. */
const instant = (name: string) => integer(name, { mode: 'timestamp_ms' });

export const people = sqliteTable('people', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  email: text('email').notNull().unique(),
  emailVerified: integer('email_verified', { mode: 'boolean' }).notNull(),
  image: text('image'),
  roles: text('roles').notNull(),
  active: integer('active', { mode: 'boolean' }).notNull(),
  department: text('department'),
  position: text('position'),
  zone: text('zone'),
  createdAt: instant('created_at').notNull(),
  updatedAt: instant('updated_at').notNull(),
});

export const sessions = sqliteTable('sessions', {
  id: text('id').primaryKey(),
  userId: text('user_id').notNull(),
  token: text('token').notNull().unique(),
  expiresAt: instant('expires_at').notNull(),
  ipAddress: text('ip_address'),
  userAgent: text('user_agent'),
  createdAt: instant('created_at').notNull(),
  updatedAt: instant('updated_at').notNull(),
});

export const accounts = sqliteTable('accounts', {
  id: text('id').primaryKey(),
  userId: text('user_id').notNull(),
  issuer: text('issuer').notNull(),
  accountId: text('account_id').notNull(),
  providerId: text('provider_id').notNull(),
  accessToken: text('access_token'),
  refreshToken: text('refresh_token'),
  idToken: text('id_token'),
  accessTokenExpiresAt: instant('access_token_expires_at'),
  refreshTokenExpiresAt: instant('refresh_token_expires_at'),
  scope: text('scope'),
  password: text('password'),
  createdAt: instant('created_at').notNull(),
  updatedAt: instant('updated_at').notNull(),
});

export const verifications = sqliteTable('verifications', {
  id: text('id').primaryKey(),
  identifier: text('identifier').notNull(),
  value: text('value').notNull(),
  expiresAt: instant('expires_at').notNull(),
  createdAt: instant('created_at').notNull(),
  updatedAt: instant('updated_at').notNull(),
});

export const setupLinks = sqliteTable('setup_links', {
  hash: text('hash').primaryKey(),
  expiresAt: integer('expires_at').notNull(),
  usedAt: integer('used_at'),
});

export const tries = sqliteTable('tries', {
  key: text('key').primaryKey(),
  count: integer('count').notNull(),
  resetsAt: integer('resets_at').notNull(),
});

export const log = sqliteTable('log', { id: integer('id').primaryKey(), epoch: text('epoch').notNull() });

export const heads = sqliteTable('heads', {
  channel: text('channel').primaryKey(),
  seq: integer('seq').notNull(),
  floor: integer('floor').notNull(),
});

export const events = sqliteTable(
  'events',
  {
    channel: text('channel').notNull(),
    seq: integer('seq').notNull(),
    entry: integer('entry').notNull(),
    type: text('type').notNull(),
    at: integer('at').notNull(),
    by: text('by'),
    data: text('data').notNull(),
  },
  (table) => [primaryKey({ columns: [table.channel, table.seq] })],
);

export const journal = sqliteTable('journal', {
  id: integer('id').primaryKey(),
  at: integer('at').notNull(),
  actor: text('actor'),
  action: text('action').notNull(),
  subject: text('subject').notNull(),
  before: text('before'),
  after: text('after'),
  applied: integer('applied').notNull(),
});

export const idempotency = sqliteTable(
  'idempotency',
  {
    actor: text('actor').notNull(),
    key: text('key').notNull(),
    fingerprint: text('fingerprint').notNull(),
    entry: integer('entry').notNull(),
    at: integer('at').notNull(),
    channels: text('channels').notNull(),
  },
  (table) => [primaryKey({ columns: [table.actor, table.key] })],
);

export const attendance = sqliteTable('attendance', {
  id: text('id').primaryKey(),
  personId: text('person_id').notNull(),
  workDate: text('work_date').notNull(),
  zone: text('zone').notNull(),
  inAt: integer('in_at').notNull(),
  outAt: integer('out_at'),
});
