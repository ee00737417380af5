/** The clock cancels sales that were not paid in time, and frees their goods. */
import * as v from 'valibot';
import { logFailure } from '../log';
import { type Scope, Stopped } from '../scope';
import type { SaleKind } from './kind';
import { cancelled, planOf, touched } from './move';
import { SALE, Sold } from './rows';

/** The most that one run cancels; the next run, a minute later, takes the rest. */
const BATCH = 100;

/** Cancels each in its own commit, so that one failure does not stop the others. A payment at the same moment wins. */
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
    const how = { reason: 'Not paid in time', restocked: true };
    try {
      const after = cancelled(touched(before, 'cancelled', { by: null, at }), how);
      const { publish, also, ...change } = planOf(kind, { before, after }, 'cancel');
      await scope.attempt({ at, changes: [change], publish, also });
    } catch (error) {
      if (error instanceof Stopped) throw error;
      // The next run tries again.
      logFailure('error', { message: 'not cancelled', request: scope.request, sale: before.id, error });
    }
  }
}
