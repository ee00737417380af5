/** Refuses statements whose plan reads a whole table that grows with time: their cost would grow with the product's age. */
import type { Sent } from '../../worker/db/calls';

/** Tables whose rows come with time, not with the size of the workplace. */
export const growing = [
  'attendance',
  'breaks',
  'corrections',
  'day_reports',
  'drawer_devices',
  'drawers',
  'erased_entries',
  'events',
  'heads',
  'idempotency',
  'invitations',
  'journal',
  'live_sessions',
  'marks',
  'notifications',
  'order_comments',
  'payments',
  'pushes',
  'queues',
  'receipt_links',
  'receipts',
  'refund_lines',
  'refunds',
  'registrants',
  'sale_lines',
  'sales',
  'seals',
  'session_attendance',
  'session_excuses',
  'session_failures',
  'session_groups',
  'session_hosts',
  'session_people',
  'session_requests',
  'session_tickets',
  'sessions',
  'tries',
];

/** Tables as large as the workplace and its rules. */
export const constant = [
  'accounts',
  'assignments',
  'closing',
  'courses',
  'departments',
  'displays',
  'group_members',
  'groups',
  'holidays',
  'log',
  'muted_kinds',
  'orphaned_photos',
  'package_products',
  'packages',
  'people',
  'places',
  'products',
  'job_runs',
  'progress',
  'push_kinds',
  'push_subscriptions',
  'quiet_hours',
  'schedule_weeks',
  'schedules',
  'settings',
  'setup_links',
  'terms',
  'verifications',
];

/** Indexes whose rows are few at any age, so that reading all of them, or all up to now, is cheap. */
const bounded: Readonly<Record<string, string>> = {
  entries_to_purge: 'a job purges them',
  one_open_record_a_person: 'only what is open',
  attendance_due: 'only what is open',
  attendance_to_remind: 'only what is open',
  breaks_due: 'only what is open',
  live_sessions_to_end: 'only what is running',
  live_sessions_scheduled: 'only what is to come: a job starts or cancels the rest',
  one_open_drawer: 'only what is open',
  sales_unpaid: 'only what is unpaid: a job cancels it',
  sales_to_review: 'a page in its order ends at its limit',
  pushes_due: 'the job that reads them sends or deletes them',
  read_notifications: 'the job that reads them deletes them',
  unread_notifications: 'only what is unread',
  idempotency_by_age: 'the job that reads them deletes them',
  session_tickets_spent: 'the job that reads them deletes them',
  sessions_by_expiry: 'the job that reads them deletes them',
  receipt_links_by_expiry: 'the job that reads them deletes them',
  tries_by_reset: 'the job that reads them deletes them',
  corrections_by_time: 'a page in its order ends at its limit',
  corrections_by_state: 'a page in its order ends at its limit',
};

/** Indexes in which one row before a moment is looked for. */
const nearest: readonly string[] = ['journal_by_time'];

/** The growing tables of each view: SQLite makes some views whole. */
const views: Readonly<Record<string, string>> = {
  session_roster: 'session_people session_groups live_sessions',
};

/** Plans by statement; a plan does not depend on the values, as no statistics are kept. */
const known = new Map<string, string[]>();

/** @throws if the statement's plan has such a step */
export async function mustNotGrow(db: D1Database, sent: Sent): Promise<void> {
  const [scan] = await scansOf(db, sent);
  if (scan !== undefined) throw new Error(`D1_PLAN: ${scan}, which grows with age: ${sent.sql}`);
}

/** The steps that scan a growing table, such as `SCAN journal`. */
async function scansOf(db: D1Database, { sql, params }: Sent): Promise<string[]> {
  const before = known.get(sql);
  if (before) return before;
  const { results } = await db
    .prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .bind(...params)
    .all<{ detail: string }>();
  const scans = results.map(({ detail }) => detail).filter((step) => isScan(step, sql));
  known.set(sql, scans);
  return scans;
}

/**
 * A scan, an index made for the statement, or all rows up to a bound. SQLite names a table by its alias; a table that the statement
 * does not name is one that refers to a new row, which is read after a violation only.
 */
function isScan(step: string, sql: string): boolean {
  const text = Object.entries(views).reduce(
    (all, [view, tables]) => (sql.includes(view) ? `${all} ${tables}` : all),
    sql,
  );
  const [, name = '', index] =
    /^SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?/.exec(step) ??
    /^SEARCH (\w+) USING AUTOMATIC/.exec(step) ??
    /^SEARCH (\w+) USING (?:COVERING )?INDEX (\w+) \(\w+<\?\)$/.exec(step) ??
    [];
  if (name === '' || (index !== undefined && index in bounded)) return false;
  if (step.startsWith('SEARCH') && index !== undefined && nearest.includes(index)) return false;
  return growing.some((table) =>
    new RegExp(name === table ? `\\b${table}\\b` : `\\b${table} AS ${name}\\b`).test(text),
  );
}
