/** Counts tries by key within a window in D1. */
import { type Fact, map, type Query, query, row, rowsOf, statement } from '../../db/queries';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';

/** At most this many tries of a key within a window, milliseconds. */
export interface Limit {
  key: string;
  most: number;
  windowMs: number;
  /** Only tries that proved wrong, or right; else each counts before it is looked at, and not if it proves right. */
  counts?: 'wrong' | 'right';
}

const QUARTER_MS = 15 * 60_000;
const MINUTE_MS = 60_000;
const within = (key: string, most: number): Limit => ({ key, most, windowMs: QUARTER_MS });
export const aMinute = (key: string, most: number): Limit => ({ key, most, windowMs: MINUTE_MS });

/** Many people of a workplace share one address, and may all sign in at the same minute. */
export const ofAddress = (address: string): Limit => ({
  ...within(`address:${address}`, 100),
  counts: 'wrong',
});

/** More than any person needs, on all their devices. */
const SESSIONS_A_MINUTE = 30;

/**
 * Of an account, whether it exists or not: counted before the password is checked, so that parallel guesses count too.
 * A stranger's guesses lock the account neither elsewhere nor on a device from which its person has signed in.
 */
export const ofAccount = (account: string, address: string, device: string | undefined): Limit[] => [
  { ...aMinute(`sessions:${account}`, SESSIONS_A_MINUTE), counts: 'right' },
  ...(device === undefined
    ? [
        ofAddress(address),
        within(`account:${account} address:${address}`, 10),
        within(`account:${account}`, 50),
      ]
    : [within(`account:${account} device:${device}`, 10)]),
];

/** SQL with the value ?3, such as what must hold for a try to be counted. */
interface OnlyIf {
  sql: string;
  value: string;
}
const ALWAYS: OnlyIf = { sql: '?3 IS NOT NULL', value: '' };

/** SQL: the limits of a JSON parameter that are used up at the instant of another. */
const usedUp = (limits: string, now: string): string =>
  `SELECT resets_at AS resetsAt FROM json_each(${limits}) AS its JOIN tries ON tries.key = its.value ->> 'key'
   WHERE count >= (its.value ->> 'most') AND resets_at > ${now}`;

/** SQL for the write of a session: none of these limits was used up while the try was looked at. */
export const notUsedUp = (limits: string, now: string): string => `NOT EXISTS (${usedUp(limits, now)})`;

const COUNT = `INSERT INTO tries (key, count, resets_at)
  SELECT its.value ->> 'key', 1, ?2 + (its.value ->> 'windowMs') FROM json_each(?1) AS its WHERE true`;
const UPSERT = `ON CONFLICT (key) DO UPDATE SET
  count = iif(resets_at <= ?2, excluded.count, count + excluded.count), resets_at = iif(resets_at <= ?2, excluded.resets_at, resets_at)`;

/** @throws Refusal `too_many_tries` with the seconds to wait, as it is read, if one of the limits is used up */
const unlessUsedUp = (d1: D1Database, limits: readonly Limit[], now: number): Fact<void> =>
  map(
    row<{ resetsAt: number }>(d1, `${usedUp('?1', '?2')} ORDER BY resets_at DESC LIMIT 1`, [
      JSON.stringify(limits),
      now,
    ]),
    (over) => {
      if (over) throw new Refusal('too_many_tries', { retryAfter: Math.ceil((over.resetsAt - now) / 1000) });
    },
  );

/**
 * Counts several tries at once.
 * @param many SQL of their number, with the value ?3
 * @throws Refusal `too_many_tries` with the seconds to wait, as it is read, if the limit was used up before
 */
export function counted(d1: D1Database, limit: Limit, now: number, many: OnlyIf): Fact<void> {
  const unused = unlessUsedUp(d1, [limit], now);
  const count = `INSERT INTO tries (key, count, resets_at)
    SELECT its.value ->> 'key', many, ?2 + (its.value ->> 'windowMs') FROM json_each(?1) AS its, (SELECT (${many.sql}) AS many)
    WHERE many > 0 AND ${notUsedUp('?1', '?2')} ${UPSERT}`;
  return {
    statements: [...unused.statements, d1.prepare(count).bind(JSON.stringify([limit]), now, many.value)],
    read: unused.read,
  };
}

/**
 * What the tries guard, with the tries counted in the same batch. A try over one limit counts for none.
 * @throws Refusal `too_many_tries` with the seconds to wait, as it is read
 */
export function guarded<T>(
  d1: D1Database,
  limits: readonly Limit[],
  now: number,
  fact: Fact<T>,
  { sql, value } = ALWAYS,
): Fact<T> {
  const unused = unlessUsedUp(d1, limits, now);
  const count = `${COUNT} AND its.value ->> 'counts' IS NULL AND ${sql} AND ${notUsedUp('?1', '?2')} ${UPSERT}`;
  return {
    statements: [
      ...unused.statements,
      d1.prepare(count).bind(JSON.stringify(limits), now, value),
      ...fact.statements,
    ],
    read([over, _counted, ...results]) {
      unused.read(over ? [over] : []);
      return fact.read(results);
    },
  };
}

/**
 * Takes back a try that `guarded` counted, in the batch that proves it right.
 * @param when SQL with the value ?3, such as what the batch has written
 */
export const uncounted = (limits: readonly Limit[], now: number, { sql, value }: OnlyIf = ALWAYS): Query =>
  query(
    `UPDATE tries SET count = count - 1 WHERE resets_at > ?2 AND count > 0 AND ${sql}
     AND key IN (SELECT its.value ->> 'key' FROM json_each(?1) AS its WHERE its.value ->> 'counts' IS NULL)`,
    [JSON.stringify(limits), now, value],
  );

/** The limits that are counted when a try has been looked at. */
export const countedLater = (limits: readonly Limit[]): Limit[] => limits.filter(({ counts }) => counts);

/**
 * Counts a try that has been looked at: as right if its session is written, else as wrong. Of parallel tries, those over a limit get
 * the answer of every try over it after the same work, so a right one among many guesses is found no sooner than one after another.
 * @param made the session of a right try; its write has `notUsedUp`
 * @returns whether it was written
 * @throws Refusal `too_many_tries`
 */
export async function settle(
  { d1, now }: Pick<Scope, 'd1' | 'now'>,
  limits: readonly Limit[],
  made: { id: string; writes: readonly Query[] } = { id: '', writes: [] },
): Promise<boolean> {
  const at = now();
  const unused = unlessUsedUp(d1, countedLater(limits), at);
  const isMade = 'EXISTS (SELECT 1 FROM sessions WHERE id = ?3)';
  const of = (counts: Limit['counts'], sql: string) =>
    d1.prepare(sql).bind(JSON.stringify(limits.filter((it) => it.counts === counts)), at, made.id);
  const results = await d1.batch([
    ...unused.statements,
    ...made.writes.map((it) => statement(d1, it)),
    statement(d1, uncounted(limits, at, { sql: isMade, value: made.id })),
    of('right', `${COUNT} AND ${isMade} ${UPSERT}`),
    of('wrong', `${COUNT} AND NOT ${isMade} AND ${notUsedUp('?1', '?2')} ${UPSERT}`),
    d1.prepare('SELECT 1 FROM sessions WHERE id = ?1').bind(made.id),
  ]);
  if (rowsOf(results.at(-1)).length > 0) return true;
  unused.read(results);
  return false;
}
