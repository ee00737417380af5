/** What a customers' screen shows when it is turned on; from then on its channel's events say what changes. */
import type { DisplayBoard } from '../../contract/sales/displays/displays';
import type { Named } from '../../contract/sessions/sessions';
import { ask, rows, together } from '../../db/queries';
import type { Scope } from '../../scope';
import { settingsNow } from '../../settings/settings';
import { headsIn } from '../../live/replay';
import { orderOf } from '../orders/orders';
import { SALE, soldIn } from '../rows';
import { displayNumberOf } from './numbers';

/** More than any wall can show; the latest paid are shown. The second word on the state is for the index of what is open. */
const SHOWN = `${SALE} WHERE s.kind = 'order' AND s.state = 'for_release' AND s.state NOT IN ('released', 'cancelled')
  AND (?1 IS NULL OR s.place_id = ?1) ORDER BY s.paid_at DESC, s.number DESC LIMIT 300`;

/** Of the screen's own place; all of them for a person, or for a screen that is for none. */
export async function displayBoard(scope: Scope): Promise<DisplayBoard> {
  const { d1, display } = scope;
  const place = display?.place ?? null;
  const { organisation, zone } = await settingsNow(scope);
  const only = place?.id ?? null;
  const { at, sold, places } = await ask(
    d1,
    together({
      at: headsIn(d1, 'display'),
      sold: soldIn(d1.prepare(SHOWN).bind(only)),
      places: rows<Named>(
        d1.prepare('SELECT id, name FROM places WHERE ?1 IS NULL OR id = ?1 ORDER BY name').bind(only),
      ),
    }),
  );
  const numbers = sold.map((it) => displayNumberOf(orderOf(it)));
  return { at, now: scope.now(), organisation, zone, place, places, numbers };
}
