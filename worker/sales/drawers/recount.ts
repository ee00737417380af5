/** Sums closed drawers again. No write changes them, so a difference is a fault, or a change of the database from outside. */
import * as v from 'valibot';
import { ByMethod } from '../../contract/sales/drawers/drawers';
import { logFailure } from '../../log';
import type { Scope } from '../../scope';
import { json } from '../rows';
import { SUMMED } from './rows';

const QUARTER_MS = 15 * 60_000;
const DAY_MS = 86_400_000;

const Recount = v.object({ id: v.string(), expected: json(ByMethod), summed: json(ByMethod) });

/**
 * Sums the drawers that closed on one of the last 96 days, another day each quarter of an hour. Each drawer is summed once a day
 * for three months, and a run reads one day. Logs each drawer whose payments are not the expected amounts of its closing.
 */
export async function sumClosedDrawers({ d1, now, request }: Scope): Promise<void> {
  const at = now();
  const daysAgo = Math.floor((at % DAY_MS) / QUARTER_MS);
  const until = at - daysAgo * DAY_MS;
  const { results } = await d1
    .prepare(
      `SELECT d.id, d.expected, ${SUMMED} AS summed FROM drawers AS d WHERE d.closed_at > ?1 AND d.closed_at <= ?2`,
    )
    .bind(until - DAY_MS, until)
    .all();
  for (const { id, expected, summed } of v.parse(v.array(Recount), results)) {
    const difference = {
      cash: summed.cash - expected.cash,
      card: summed.card - expected.card,
      transfer: summed.transfer - expected.transfer,
    };
    if (Object.values(difference).some((amount) => amount !== 0))
      logFailure('error', {
        message: 'closed drawer differs from its payments',
        request,
        drawer: id,
        difference,
      });
  }
}
