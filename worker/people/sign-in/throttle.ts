/** Counts tries within a window in D1, before each check, so that parallel guesses count too. */
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';

const WINDOW_MS = 15 * 60_000;
/** Many people of a workplace may share one address. */
const FROM_AN_ADDRESS = 100;
/** Per account and address, so that one stranger cannot lock the owner out elsewhere. */
const OF_AN_ACCOUNT_FROM_AN_ADDRESS = 10;
const OF_AN_ACCOUNT = 50;

/**
 * Counts a try of this address, and of the account if given, whether it exists or not. A try over one limit counts for no
 * other.
 * @returns call it when the try succeeds: the try then counts for none
 * @throws Refusal `too_many_tries` with the seconds to wait
 */
export async function countTry(
  scope: Scope,
  address: string,
  account?: string,
): Promise<() => Promise<void>> {
  const limits: [key: string, limit: number][] = [[`address:${address}`, FROM_AN_ADDRESS]];
  if (account !== undefined) {
    limits.push([`account:${account} address:${address}`, OF_AN_ACCOUNT_FROM_AN_ADDRESS]);
    limits.push([`account:${account}`, OF_AN_ACCOUNT]);
  }
  for (const [key, limit] of limits) await countWithin(scope, key, limit, WINDOW_MS);
  return async () => {
    const keys = JSON.stringify(limits.map(([key]) => key));
    await scope.d1
      .prepare('UPDATE tries SET count = count - 1 WHERE key IN (SELECT value FROM json_each(?1))')
      .bind(keys)
      .run();
  };
}

/**
 * Counts one try of that key within a window, milliseconds.
 * @throws Refusal `too_many_tries` with the seconds to wait
 */
export async function countWithin(scope: Scope, key: string, limit: number, windowMs: number): Promise<void> {
  const now = scope.now();
  const row = await scope.d1
    .prepare(
      `INSERT INTO tries (key, count, resets_at) VALUES (?1, 1, ?2)
       ON CONFLICT (key) DO UPDATE SET
         count = iif(resets_at <= ?3, 1, count + 1), resets_at = iif(resets_at <= ?3, excluded.resets_at, resets_at)
       RETURNING count, resets_at AS resetsAt`,
    )
    .bind(key, now + windowMs, now)
    .first<{ count: number; resetsAt: number }>();
  if (row && row.count > limit) {
    throw new Refusal('too_many_tries', { retryAfter: Math.ceil((row.resetsAt - now) / 1000) });
  }
}
