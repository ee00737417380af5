/** The numbers that a customers' screen loads; afterwards it follows its channel. */
import type { DisplayBoard } from '../../contract/sales/displays/displays';
import type { Named } from '../../contract/sessions/sessions';
import { ask, rows, together } from '../../db/queries';
import type { Scope } from '../../scope';
import { settingsNow } from '../../settings/settings';
import { headsIn } from '../../live/replay';
import { orderOf } from '../orders/orders';
import { soldIn } from '../rows';
import { displayNumberOf } from './numbers';

/** The latest paid orders, at most 300. The second condition on the state lets SQLite use the index sales_open. */
const SHOWN = `WHERE s.kind = 'order' AND s.state = 'for_release' AND s.state NOT IN ('released', 'cancelled')
  AND (?1 IS NULL OR s.place_id = ?1) ORDER BY s.paid_at DESC, s.number DESC LIMIT 300`;

/** The numbers of the screen's place; of all places for a person, or a screen without a place. */
export async function displayBoard(scope: Scope): Promise<DisplayBoard> {
  const { d1, display } = scope;
  const place = display?.place ?? null;
  const { organisation, zone } = await settingsNow(scope);
  const only = place?.id ?? null;
  const { at, sold, places } = await ask(
    d1,
    together({
      at: headsIn(d1, 'display'),
      sold: soldIn(d1, SHOWN, [only]),
      places: rows<Named>(d1, 'SELECT id, name FROM places WHERE ?1 IS NULL OR id = ?1 ORDER BY name', [
        only,
      ]),
    }),
  );
  const numbers = sold.flatMap((it) => displayNumberOf(orderOf(it)) ?? []);
  return { at, now: scope.now(), organisation, zone, place, places, numbers };
}
