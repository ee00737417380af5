/** Where something is ordered and handed over. At least one place is open for orders, whatever races. */
import type { Place, PlaceList, PutPlace } from '../contract/products/products';
import { query } from '../db/client';
import type { Answer } from '../live/commit';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { PLACE, placeOf, type PlaceRow } from './rows';

/** All places by name, closed ones too. */
export async function allPlaces({ d1 }: Scope): Promise<PlaceList> {
  const { results } = await d1.prepare(`${PLACE} ORDER BY name COLLATE NOCASE`).all<PlaceRow>();
  return { places: results.map(placeOf) };
}

/**
 * Makes a place, names it anew, or closes it for new orders.
 * @throws Refusal `name_taken`, `last_place`, `changed_meanwhile` with the place as it is now
 */
export async function putPlace(scope: Scope, id: string, asked: PutPlace): Promise<Answer> {
  const before = await find(scope, id);
  const after: Place = { id, ...asked };
  const put = [id, asked.name, asked.active ? 1 : 0] as const;
  const stays = '(?3 OR EXISTS (SELECT 1 FROM places WHERE active AND id <> ?1))';
  const answer = await scope.attempt({
    at: scope.now(),
    changes: [
      {
        write: before
          ? query(
              `UPDATE places SET name = ?2, active = ?3 WHERE id = ?1 AND name = ?4 AND active = ?5 AND ${stays}`,
              ...[...put, before.name, before.active ? 1 : 0],
            )
          : query(`INSERT INTO places (id, name, active) SELECT ?1, ?2, ?3 WHERE ${stays}`, ...put),
        action: 'place.set',
        subject: `place/${id}`,
        before,
        after,
      },
    ],
    publish: [{ channel: 'orders', type: 'place.updated', data: after }],
  });
  if (answer) return answer;
  const { places } = await allPlaces(scope);
  const others = places.filter((it) => it.id !== id);
  const name = asked.name.toLowerCase();
  if (others.some((it) => it.name.toLowerCase() === name)) throw new Refusal('name_taken');
  if (!asked.active && !others.some(({ active }) => active)) throw new Refusal('last_place');
  throw new Refusal('changed_meanwhile', { current: places.find((it) => it.id === id) });
}

async function find({ d1 }: Scope, id: string): Promise<Place | null> {
  const row = await d1.prepare(`${PLACE} WHERE id = ?1`).bind(id).first<PlaceRow>();
  return row && placeOf(row);
}
