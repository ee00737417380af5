/** Counts tries by key within a window in D1. */
import { type Fact, rowsOf } from '../../db/queries';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';

/** At most this many tries of a key within a window, milliseconds. */
export interface Limit {
  key: string;
  most: number;
  windowMs: number;
  /** Only wrong tries count, when they are known to be wrong: many right ones may come at once. */
  onlyWrong?: boolean;
}

const QUARTER_MS = 15 * 60_000;
const within = (key: string, most: number): Limit => ({ key, most, windowMs: QUARTER_MS });

/** Many people of a workplace share one address, and may all sign in at the same minute. */
export const ofAddress = (address: string): Limit => ({
  ...within(`address:${address}`, 100),
  onlyWrong: true,
});

/**
 * Of an account, whether it exists or not: counted before the password is checked, so that parallel guesses count too.
 * A stranger's guesses lock the account neither elsewhere nor on a device from which its person has signed in.
 */
export const ofAccount = (account: string, address: string, device: string | undefined): Limit[] =>
  device === undefined
    ? [
        ofAddress(address),
        within(`account:${account} address:${address}`, 10),
        within(`account:${account}`, 50),
      ]
    : [within(`account:${account} device:${device}`, 10)];

/** SQL with the value ?3: what must hold for a try to be counted, such as that the thing exists. */
interface OnlyIf {
  sql: string;
  value: string;
}
const ALWAYS: OnlyIf = { sql: '?3 IS NOT NULL', value: '' };

/**
 * Counts a try of each key; a try over one limit counts for none.
 * @throws Refusal `too_many_tries` with the seconds to wait, as it is read
 */
function tried(d1: D1Database, limits: readonly Limit[], now: number, { sql, value } = ALWAYS): Fact<void> {
  const named = JSON.stringify(limits);
  const exhausted = `SELECT resets_at AS resetsAt FROM json_each(?1) AS its JOIN tries ON tries.key = its.value ->> 'key'
    WHERE count >= (its.value ->> 'most') AND resets_at > ?2`;
  const statements = [
    d1.prepare(`${exhausted} ORDER BY resets_at DESC LIMIT 1`).bind(named, now),
    d1
      .prepare(
        `${COUNT} AND its.value ->> 'onlyWrong' IS NULL AND ${sql} AND NOT EXISTS (${exhausted}) ${UPSERT}`,
      )
      .bind(named, now, value),
  ];
  return {
    statements,
    read([first]) {
      const [over] = rowsOf<{ resetsAt: number }>(first);
      if (over) throw new Refusal('too_many_tries', { retryAfter: Math.ceil((over.resetsAt - now) / 1000) });
    },
  };
}

const COUNT = `INSERT INTO tries (key, count, resets_at)
  SELECT its.value ->> 'key', 1, ?2 + (its.value ->> 'windowMs') FROM json_each(?1) AS its WHERE true`;
const UPSERT = `ON CONFLICT (key) DO UPDATE SET
  count = iif(resets_at <= ?2, 1, count + 1), resets_at = iif(resets_at <= ?2, excluded.resets_at, resets_at)`;

/** Counts a try that proved wrong for the limits that count only those. */
export async function wasWrong({ d1, now }: Scope, limits: readonly Limit[]): Promise<void> {
  const counted = limits.filter(({ onlyWrong }) => onlyWrong);
  if (counted.length === 0) return;
  await d1.prepare(`${COUNT} ${UPSERT}`).bind(JSON.stringify(counted), now()).run();
}

/** The statement for a try that proved right: it then counts for none. */
export const wasRight = (d1: D1Database, limits: readonly Limit[]): D1PreparedStatement =>
  d1
    .prepare('UPDATE tries SET count = count - 1 WHERE key IN (SELECT value FROM json_each(?1))')
    .bind(JSON.stringify(limits.flatMap(({ key, onlyWrong }) => (onlyWrong ? [] : [key]))));

/** What the tries guard, with the tries counted in the same batch. */
export const guarded = <T>(
  d1: D1Database,
  limits: readonly Limit[],
  now: number,
  fact: Fact<T>,
  onlyIf?: OnlyIf,
): Fact<T> => {
  const tries = tried(d1, limits, now, onlyIf);
  return {
    statements: [...tries.statements, ...fact.statements],
    read(results) {
      tries.read(results);
      return fact.read(results.slice(tries.statements.length));
    },
  };
};
