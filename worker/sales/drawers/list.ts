/** The drawers of a date: one's own, or everybody's for whoever reads what was sold. */
import { dateIn, spanOf } from '../../contract/zones';
import type { DrawerList } from '../../contract/sales/payments/payments';
import { can } from '../../contract/roles';
import { rowsOf } from '../../db/client';
import { headsAt, readHeads } from '../../live/replay';
import type { Scope } from '../../scope';
import { DRAWER, drawerOf, type DrawerRow } from './rows';

/** @param asked a date in the workplace's zone; today if not given */
export async function drawersOn(scope: Scope, asked?: string): Promise<DrawerList> {
  const { d1, me } = scope;
  const now = scope.now();
  const { zone, currency } = me.settings;
  const date = asked ?? dateIn(zone, now);
  const { from, to } = spanOf(zone, date);
  const [heads, drawers] = await d1.batch([
    headsAt(d1, 'tills'),
    d1
      .prepare(
        `${DRAWER} WHERE (d.closed_at >= ?1 OR d.closed_at IS NULL) AND d.opened_at < ?2 AND (?3 IS NULL OR d.person_id = ?3)
         ORDER BY d.opened_at DESC, d.id DESC`,
      )
      .bind(from, to, can(me, 'sales.read') ? null : me.id),
  ]);
  return {
    at: readHeads(heads),
    ...{ now, date, zone, currency },
    drawers: rowsOf<DrawerRow>(drawers).map(drawerOf),
  };
}
