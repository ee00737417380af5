/** Exact counts of tries within a window, in D1: an attacker's parallel guesses are counted before they are looked at. */
import { Refusal } from '../refusal';
import type { Scope } from '../scope';

const WINDOW_MS = 15 * 60_000;
/** An account's owner mistypes a few times; a workplace behind one address has many owners. */
const ACCOUNT_TRIES = 10;
const ADDRESS_TRIES = 100;

/**
 * Counts a try of this account (whether it exists or not) from this address.
 * @returns to be called when the try succeeded: it then counts for neither.
 * @throws Refusal `too_many_tries` with the seconds to wait
 */
export async function countTry(scope: Scope, account: string, address: string): Promise<() => Promise<void>> {
  const now = scope.now();
  const limits = new Map([
    [`account:${account}`, ACCOUNT_TRIES],
    [`address:${address}`, ADDRESS_TRIES],
  ]);
  const keys = JSON.stringify([...limits.keys()]);
  const { results } = await scope.d1
    .prepare(
      `INSERT INTO tries (key, count, resets_at) SELECT value, 1, ?2 FROM json_each(?1) WHERE true
       ON CONFLICT (key) DO UPDATE SET
         count = iif(resets_at <= ?3, 1, count + 1), resets_at = iif(resets_at <= ?3, excluded.resets_at, resets_at)
       RETURNING key, count, resets_at AS resetsAt`,
    )
    .bind(keys, now + WINDOW_MS, now)
    .all<{ key: string; count: number; resetsAt: number }>();
  const over = results.filter(({ key, count }) => count > (limits.get(key) ?? 0));
  if (over.length > 0) {
    const until = Math.max(...over.map(({ resetsAt }) => resetsAt));
    throw new Refusal('too_many_tries', { retryAfter: Math.ceil((until - now) / 1000) });
  }
  return async () => {
    await scope.d1.batch([
      scope.d1.prepare('DELETE FROM tries WHERE key = ?1').bind(`account:${account}`),
      scope.d1.prepare('UPDATE tries SET count = count - 1 WHERE key = ?1').bind(`address:${address}`),
    ]);
  };
}
