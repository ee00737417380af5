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
  category: text('category'),
  search: text('search'),
  staffNumber: text('staff_number').unique(),
  sortKey: text('sort_key'),
});

export const departments = sqliteTable('departments', {
  id: text('id').primaryKey(),
  name: text('name').notNull().unique(),
});

export const terms = sqliteTable(
  'terms',
  {
    personId: text('person_id').notNull(),
    validFrom: text('valid_from').notNull(),
    employed: integer('employed', { mode: 'boolean' }).notNull(),
    departmentId: text('department_id'),
    position: text('position'),
    category: text('category'),
    zone: text('zone'),
    weeklyMinutes: integer('weekly_minutes'),
  },
  (table) => [primaryKey({ columns: [table.personId, table.validFrom] })],
);

/** One row: payroll is done up to `through`. */
export const closing = sqliteTable('closing', {
  id: integer('id').primaryKey(),
  through: text('through'),
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
  dueAt: integer('due_at'),
  dueOut: integer('due_out'),
  auto: integer('auto', { mode: 'boolean' }).notNull().default(false),
  corrected: integer('corrected', { mode: 'boolean' }).notNull().default(false),
  photo: text('photo'),
  planChanges: integer('plan_changes').notNull().default(0),
  unconfirmed: integer('unconfirmed', { mode: 'boolean' }).notNull().default(false),
  reminded: integer('reminded', { mode: 'boolean' }).notNull().default(false),
});

export const settings = sqliteTable('settings', {
  validFrom: text('valid_from').primaryKey(),
  appliesAt: integer('applies_at').notNull(),
  value: text('value').notNull(),
});

export const schedules = sqliteTable('schedules', {
  id: text('id').primaryKey(),
  name: text('name').notNull().unique(),
  active: integer('active', { mode: 'boolean' }).notNull().default(true),
});

export const scheduleWeeks = sqliteTable(
  'schedule_weeks',
  {
    scheduleId: text('schedule_id').notNull(),
    validFrom: text('valid_from').notNull(),
    week: text('week').notNull(),
  },
  (table) => [primaryKey({ columns: [table.scheduleId, table.validFrom] })],
);

export const assignments = sqliteTable(
  'assignments',
  {
    personId: text('person_id').notNull(),
    validFrom: text('valid_from').notNull(),
    scheduleId: text('schedule_id'),
  },
  (table) => [primaryKey({ columns: [table.personId, table.validFrom] })],
);

export const holidays = sqliteTable('holidays', {
  date: text('date').primaryKey(),
  name: text('name').notNull(),
});

export const breaks = sqliteTable('breaks', {
  id: text('id').primaryKey(),
  recordId: text('record_id').notNull(),
  personId: text('person_id').notNull(),
  kind: text('kind').notNull(),
  startAt: integer('start_at').notNull(),
  endAt: integer('end_at'),
  dueAt: integer('due_at').notNull(),
  auto: integer('auto', { mode: 'boolean' }).notNull().default(false),
});

export const marks = sqliteTable(
  'marks',
  {
    personId: text('person_id').notNull(),
    workDate: text('work_date').notNull(),
    status: text('status'),
    note: text('note'),
    setBy: text('set_by'),
    at: integer('at').notNull(),
    absenceNotified: integer('absence_notified', { mode: 'boolean' }).notNull().default(false),
    countsEarly: integer('counts_early', { mode: 'boolean' }).notNull().default(false),
  },
  (table) => [primaryKey({ columns: [table.personId, table.workDate] })],
);

export const progress = sqliteTable('progress', {
  job: text('job').primaryKey(),
  until: integer('until').notNull(),
});

export const corrections = sqliteTable('corrections', {
  id: text('id').primaryKey(),
  personId: text('person_id').notNull(),
  from: text('from_date').notNull(),
  to: text('to_date').notNull(),
  zone: text('zone').notNull(),
  before: text('before').notNull(),
  after: text('after').notNull(),
  reason: text('reason').notNull(),
  state: text('state').notNull(),
  requestedAt: integer('requested_at').notNull(),
  decidedBy: text('decided_by'),
  decidedAt: integer('decided_at'),
  answer: text('answer'),
});

export const invitations = sqliteTable('invitations', {
  hash: text('hash').primaryKey(),
  personId: text('person_id').notNull(),
  expiresAt: integer('expires_at').notNull(),
  usedAt: integer('used_at'),
});

export const notifications = sqliteTable('notifications', {
  id: text('id').primaryKey(),
  personId: text('person_id').notNull(),
  kind: text('kind').notNull(),
  title: text('title').notNull(),
  body: text('body').notNull(),
  href: text('href').notNull(),
  at: integer('at').notNull(),
  readAt: integer('read_at'),
});

export const mutedKinds = sqliteTable(
  'muted_kinds',
  { personId: text('person_id').notNull(), kind: text('kind').notNull() },
  (table) => [primaryKey({ columns: [table.personId, table.kind] })],
);

/** What lies in R2 and is named by no row. */
export const orphanedPhotos = sqliteTable('orphaned_photos', {
  key: text('key').primaryKey(),
  since: integer('since').notNull(),
});

export const seals = sqliteTable('seals', {
  entry: integer('entry').primaryKey(),
  hash: text('hash').notNull(),
});

export const courses = sqliteTable('courses', {
  id: text('id').primaryKey(),
  name: text('name').notNull().unique(),
  threshold: integer('threshold').notNull(),
  active: integer('active', { mode: 'boolean' }).notNull().default(true),
});

export const groups = sqliteTable('groups', {
  id: text('id').primaryKey(),
  name: text('name').notNull().unique(),
  active: integer('active', { mode: 'boolean' }).notNull().default(true),
});

export const groupMembers = sqliteTable(
  'group_members',
  {
    groupId: text('group_id').notNull(),
    personId: text('person_id').notNull(),
    since: integer('since').notNull(),
    until: integer('until'),
  },
  (table) => [primaryKey({ columns: [table.groupId, table.personId, table.since] })],
);

export const liveSessions = sqliteTable('live_sessions', {
  id: text('id').primaryKey(),
  kind: text('kind').notNull(),
  title: text('title').notNull(),
  courseId: text('course_id'),
  room: text('room'),
  startsAt: integer('starts_at').notNull(),
  endsAt: integer('ends_at').notNull(),
  zone: text('zone').notNull(),
  workDate: text('work_date').notNull(),
  state: text('state').notNull(),
  startedAt: integer('started_at'),
  endedAt: integer('ended_at'),
  lateAfterMinutes: integer('late_after_minutes'),
  opensBeforeMinutes: integer('opens_before_minutes').notNull(),
  periodSeconds: integer('period_seconds').notNull(),
  strict: integer('strict', { mode: 'boolean' }).notNull(),
  turn: integer('turn').notNull().default(0),
  shown: integer('shown', { mode: 'boolean' }).notNull().default(true),
  geofence: text('geofence'),
  secret: text('secret').notNull(),
  lockedAt: integer('locked_at'),
  lockedBy: text('locked_by'),
  lockReason: text('lock_reason'),
  updatedAt: integer('updated_at').notNull(),
});

const ofSession = (name: string) =>
  sqliteTable(
    name,
    { sessionId: text('session_id').notNull(), personId: text('person_id').notNull() },
    (table) => [primaryKey({ columns: [table.sessionId, table.personId] })],
  );

export const sessionHosts = ofSession('session_hosts');
export const sessionPeople = ofSession('session_people');

export const sessionGroups = sqliteTable(
  'session_groups',
  { sessionId: text('session_id').notNull(), groupId: text('group_id').notNull() },
  (table) => [primaryKey({ columns: [table.sessionId, table.groupId] })],
);

export const sessionAttendance = sqliteTable(
  'session_attendance',
  {
    sessionId: text('session_id').notNull(),
    personId: text('person_id').notNull(),
    status: text('status').notNull(),
    at: integer('at').notNull(),
    method: text('method').notNull(),
    by: text('by'),
    reason: text('reason'),
    distanceZone: text('distance_zone'),
    device: text('device'),
    flags: text('flags').notNull().default('[]'),
  },
  (table) => [primaryKey({ columns: [table.sessionId, table.personId] })],
);

export const sessionExcuses = sqliteTable(
  'session_excuses',
  {
    sessionId: text('session_id').notNull(),
    personId: text('person_id').notNull(),
    reason: text('reason').notNull(),
    by: text('by').notNull(),
    at: integer('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.sessionId, table.personId] })],
);

export const sessionRequests = sqliteTable(
  'session_requests',
  {
    sessionId: text('session_id').notNull(),
    personId: text('person_id').notNull(),
    kind: text('kind').notNull(),
    method: text('method').notNull(),
    distanceZone: text('distance_zone'),
    device: text('device'),
    at: integer('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.sessionId, table.personId] })],
);

export const sessionTickets = sqliteTable('session_tickets', {
  hash: text('hash').primaryKey(),
  sessionId: text('session_id').notNull(),
  personId: text('person_id'),
  method: text('method').notNull(),
  scannedAt: integer('scanned_at').notNull(),
  expiresAt: integer('expires_at').notNull(),
  usedAt: integer('used_at'),
});

export const sessionFailures = sqliteTable(
  'session_failures',
  {
    sessionId: text('session_id').notNull(),
    personId: text('person_id').notNull(),
    count: integer('count').notNull(),
  },
  (table) => [primaryKey({ columns: [table.sessionId, table.personId] })],
);

export const places = sqliteTable('places', {
  id: text('id').primaryKey(),
  name: text('name').notNull().unique(),
  active: integer('active').notNull().default(1),
});

export const products = sqliteTable('products', {
  id: text('id').primaryKey(),
  sku: text('sku').notNull().unique(),
  barcode: text('barcode').unique(),
  name: text('name').notNull(),
  category: text('category'),
  price: integer('price').notNull(),
  stock: integer('stock').notNull(),
  held: integer('held').notNull().default(0),
  sold: integer('sold').notNull().default(0),
  lowAt: integer('low_at').notNull(),
  active: integer('active').notNull().default(1),
  updatedAt: integer('updated_at').notNull(),
});

export const packages = sqliteTable('packages', {
  id: text('id').primaryKey(),
  name: text('name').notNull().unique(),
  description: text('description'),
  price: integer('price').notNull(),
  active: integer('active').notNull().default(1),
  updatedAt: integer('updated_at').notNull(),
});

export const packageProducts = sqliteTable(
  'package_products',
  {
    packageId: text('package_id').notNull(),
    productId: text('product_id').notNull(),
    quantity: integer('quantity').notNull(),
  },
  (table) => [primaryKey({ columns: [table.packageId, table.productId] })],
);

export const sales = sqliteTable('sales', {
  id: text('id').primaryKey(),
  kind: text('kind').notNull(),
  placeId: text('place_id'),
  date: text('date').notNull(),
  number: integer('number').notNull(),
  state: text('state').notNull(),
  version: integer('version').notNull(),
  subtotal: integer('subtotal').notNull(),
  tax: integer('tax').notNull(),
  total: integer('total').notNull(),
  taxRate: integer('tax_rate').notNull(),
  taxIncluded: integer('tax_included').notNull(),
  currency: text('currency').notNull(),
  createdAt: integer('created_at').notNull(),
  createdBy: text('created_by').notNull(),
  expiresAt: integer('expires_at'),
  paidAt: integer('paid_at'),
  claimedAt: integer('claimed_at'),
  claimedBy: text('claimed_by'),
  releasedAt: integer('released_at'),
  releasedBy: text('released_by'),
  receivedBy: text('received_by'),
  cancelledAt: integer('cancelled_at'),
  cancelledBy: text('cancelled_by'),
  cancelReason: text('cancel_reason'),
  restocked: integer('restocked'),
  changedAt: integer('changed_at').notNull(),
  changedBy: text('changed_by'),
});

export const queues = sqliteTable(
  'queues',
  { placeId: text('place_id').notNull(), date: text('date').notNull(), last: integer('last').notNull() },
  (table) => [primaryKey({ columns: [table.placeId, table.date] })],
);

export const saleLines = sqliteTable(
  'sale_lines',
  {
    saleId: text('sale_id').notNull(),
    productId: text('product_id').notNull(),
    position: integer('position').notNull(),
    name: text('name').notNull(),
    quantity: integer('quantity').notNull(),
    price: integer('price').notNull(),
  },
  (table) => [primaryKey({ columns: [table.saleId, table.productId] })],
);

export const registrants = sqliteTable('registrants', {
  saleId: text('sale_id').primaryKey(),
  member: integer('member').notNull().unique(),
  name: text('name').notNull(),
  mobile: text('mobile').notNull(),
  email: text('email').notNull(),
  sponsor: text('sponsor'),
  packageId: text('package_id').notNull(),
  packageName: text('package_name').notNull(),
  cancelled: integer('cancelled').notNull().default(0),
  personId: text('person_id'),
});

export const drawers = sqliteTable('drawers', {
  id: text('id').primaryKey(),
  personId: text('person_id').notNull(),
  placeId: text('place_id').notNull(),
  openedAt: integer('opened_at').notNull(),
  float: integer('float').notNull(),
  closedAt: integer('closed_at'),
  expected: text('expected'),
  counted: text('counted'),
  note: text('note'),
});

export const payments = sqliteTable('payments', {
  id: text('id').primaryKey(),
  saleId: text('sale_id').notNull(),
  kind: text('kind').notNull(),
  method: text('method').notNull(),
  amount: integer('amount').notNull(),
  received: integer('received').notNull(),
  change: integer('change').notNull(),
  reference: text('reference'),
  at: integer('at').notNull(),
  by: text('by').notNull(),
  drawerId: text('drawer_id').notNull(),
});

export const receipts = sqliteTable(
  'receipts',
  {
    saleId: text('sale_id').notNull(),
    print: integer('print').notNull(),
    at: integer('at').notNull(),
    by: text('by').notNull(),
  },
  (table) => [primaryKey({ columns: [table.saleId, table.print] })],
);

export const orderComments = sqliteTable('order_comments', {
  id: text('id').primaryKey(),
  saleId: text('sale_id').notNull(),
  personId: text('person_id').notNull(),
  at: integer('at').notNull(),
  editedAt: integer('edited_at'),
  text: text('text').notNull(),
});

export const displays = sqliteTable('displays', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  hash: text('hash').notNull().unique(),
  placeId: text('place_id'),
  createdAt: integer('created_at').notNull(),
  createdBy: text('created_by').notNull(),
  openedAt: integer('opened_at'),
  revokedAt: integer('revoked_at'),
});
