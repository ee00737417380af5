/** The drawers of a business day: the person's own, or all for people who read the sales report. */
import { can } from '../../contract/roles';
import type { DrawerList } from '../../contract/sales/drawers/drawers';
import { businessDate } from '../../contract/business-day';
import { ask, together } from '../../db/queries';
import type { Scope } from '../../scope';
import { headsIn } from '../../live/replay';
import { drawersIn } from './rows';

/** @param requested a business day; today's if not given */
export async function drawersOn(scope: Scope, requested?: string): Promise<DrawerList> {
  const { d1, me } = scope;
  const now = scope.now();
  const { zone, dayStart, currency } = me.settings;
  const date = requested ?? businessDate(me.settings, now);
  const { at, drawers } = await ask(
    d1,
    together({
      at: headsIn(d1, 'tills'),
      drawers: drawersIn(
        d1,
        'WHERE d.date = ?1 AND (?2 IS NULL OR d.person_id = ?2) ORDER BY d.opened_at DESC, d.id DESC',
        [date, can(me, 'sales.read') ? null : me.id],
      ),
    }),
  );
  return { at, now, date, zone, dayStart, currency, drawers };
}
