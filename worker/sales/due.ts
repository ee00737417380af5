/** What nobody has paid in time is cancelled by the clock, and its goods are free again. */
import * as v from 'valibot';
import type { Scope } from '../scope';
import type { SaleKind } from './kind';
import { cancelled, planOf, touched } from './move';
import { SALE, Sold } from './rows';

/** As many as one run takes; the rest is the next run's, a minute later. */
const BATCH = 100;

/** Each by itself, so that one that fails keeps no other; a payment at that very moment is faster. */
export async function expireUnpaid(scope: Scope, kind: SaleKind): Promise<void> {
  const at = scope.now();
  const { results } = await scope.d1
    .prepare(
      `${SALE} WHERE s.expires_at <= ?1 AND s.paid_at IS NULL AND s.state <> 'cancelled' AND s.kind = ?2
       ORDER BY s.expires_at LIMIT ${BATCH}`,
    )
    .bind(at, kind.name)
    .all();
  for (const before of v.parse(v.array(Sold), results)) {
    const how = { reason: 'Not paid in time', restocked: true, refund: null };
    try {
      const after = cancelled(touched(before, 'cancelled', { by: null, at }), how);
      const { publish, also, ...change } = planOf(kind, { before, after }, 'cancel');
      await scope.attempt({ at, changes: [change], publish, also });
    } catch (error) {
      console.error({ message: 'not cancelled', id: before.id, error: String(error) }); // it is due again in a minute
    }
  }
}
