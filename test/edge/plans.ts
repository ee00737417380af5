/** Refuses statements whose plan reads a whole table that grows with time: their cost would grow with the product's age. */
import type { Sent } from '../../worker/db/watched';

/** Tables whose rows come with time, not with the size of the workplace. */
export const growing = [
  'attendance',
  'breaks',
  'corrections',
  'drawers',
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
  'queues',
  'receipts',
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

/** Partial indexes of what is open or due only: their size does not grow with age. */
const bounded: readonly string[] = [];

/** Plans by statement; a plan does not depend on the values, as no statistics are kept. */
const known = new Map<string, string[]>();

/** @throws if the statement's plan has such a step */
export async function mustNotGrow(db: D1Database, sent: Sent): Promise<void> {
  const [scan] = await scansOf(db, sent);
  if (scan !== undefined) throw new Error(`GROWS ${scan}: ${sent.sql}`);
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

/** SQLite names a table by its alias, which the statement gives it. */
function isScan(step: string, sql: string): boolean {
  const [, name, index] = /^SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?/.exec(step) ?? [];
  if (name === undefined || (index !== undefined && bounded.includes(index))) return false;
  return growing.some(
    (table) => name === table || new RegExp(`\\b"?${table}"? (?:AS )?${name}\\b`, 'i').test(sql),
  );
}
