/** The drawers of a date: the person's own, or all for people who read the sales report. */
import { can } from '../../contract/roles';
import type { DrawerList } from '../../contract/sales/payments/payments';
import { dateIn, spanOf } from '../../contract/zones';
import { ask, together } from '../../db/queries';
import type { Scope } from '../../scope';
import { headsIn } from '../../live/replay';
import { drawersIn } from './rows';

/** @param requested a date in the workplace's zone; today if not given */
export async function drawersOn(scope: Scope, requested?: string): Promise<DrawerList> {
  const { d1, me } = scope;
  const now = scope.now();
  const { zone, currency } = me.settings;
  const date = requested ?? dateIn(zone, now);
  const { from, to } = spanOf(zone, date);
  const { at, drawers } = await ask(
    d1,
    together({
      at: headsIn(d1, 'tills'),
      drawers: drawersIn(
        d1,
        `WHERE d.id IN (SELECT id FROM drawers WHERE closed_at >= ?1 UNION ALL SELECT id FROM drawers WHERE closed_at IS NULL)
               AND d.opened_at < ?2 AND (?3 IS NULL OR d.person_id = ?3)
             ORDER BY d.opened_at DESC, d.id DESC`,
        [from, to, can(me, 'sales.read') ? null : me.id],
      ),
    }),
  );
  return { at, now, date, zone, currency, drawers };
}
