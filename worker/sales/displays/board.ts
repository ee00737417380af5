/** What a customers' screen shows when it is turned on; from then on its channel tells. */
import type { DisplayBoard } from '../../contract/sales/displays/displays';
import { rowsOf } from '../../db/client';
import { headsAt, readHeads } from '../../live/replay';
import type { Scope } from '../../scope';
import { displayNumberOf } from './numbers';
import { settingsNow } from '../../settings/settings';

/** More than any wall can show; the latest paid are shown. */
const MOST = 300;

/** Of the screen's own place; all of them for a person, or for a screen that is for none. */
export async function displayBoard(scope: Scope): Promise<DisplayBoard> {
  const { d1, display } = scope;
  const place = display?.place ?? null;
  const { organisation, zone } = await settingsNow(scope);
  const [heads, numbers, places] = await d1.batch([
    headsAt(d1, 'display'),
    d1
      .prepare(
        // The second word on the state is for the index, which knows only what is open.
        `SELECT place_id AS placeId, date, number, claimed_at AS claimedAt, changed_at AS changedAt FROM sales
         WHERE kind = 'order' AND state = 'for_release' AND state NOT IN ('released', 'cancelled')
           AND (?1 IS NULL OR place_id = ?1)
         ORDER BY paid_at DESC, number DESC LIMIT ${MOST}`,
      )
      .bind(place?.id ?? null),
    d1
      .prepare('SELECT id, name FROM places WHERE ?1 IS NULL OR id = ?1 ORDER BY name')
      .bind(place?.id ?? null),
  ]);
  return {
    at: readHeads(heads),
    now: scope.now(),
    organisation,
    zone,
    place,
    places: rowsOf<{ id: string; name: string }>(places),
    numbers: rowsOf<Row>(numbers).map(numberOf),
  };
}

interface Row {
  placeId: string;
  date: string;
  number: number;
  claimedAt: number | null;
  changedAt: number;
}

const numberOf = ({ placeId, date, number, claimedAt, changedAt }: Row) =>
  displayNumberOf({
    place: { id: placeId },
    date,
    number,
    state: 'for_release',
    claim: claimedAt === null ? null : { at: claimedAt },
    changed: { at: changedAt },
  });
