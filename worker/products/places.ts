/** Places where orders are taken and released. A guard keeps at least one of them active. */
import type { Place, PlaceList, PutPlace } from '../contract/products/products';
import { ask, type Fact, map, query, row, rows, together } from '../db/queries';
import type { Answer } from '../live/commit';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { PLACE, placeOf, type PlaceRow } from './rows';

const placesFact = (d1: D1Database): Fact<Place[]> =>
  map(rows<PlaceRow>(d1, `${PLACE} ORDER BY name COLLATE NOCASE`), (found) => found.map(placeOf));

/** All places by name, inactive ones too. */
export const allPlaces = async ({ d1 }: Scope): Promise<PlaceList> => ({
  places: await ask(d1, placesFact(d1)),
});

/** Creates a place, or replaces its fields. A closed one takes no new orders. @throws Refusal `name_taken`, `last_place` */
export const putPlace = (scope: Scope, id: string, input: PutPlace): Promise<Answer> =>
  scope.commit({
    subject: `place/${id}`,
    action: 'place.set',
    facts: (d1) =>
      together({
        places: placesFact(d1),
        taken: row(d1, 'SELECT 1 FROM places WHERE id <> ?1 AND name = ?2 COLLATE NOCASE', [id, input.name]),
      }),
    decide({ places, taken }) {
      if (taken) throw new Refusal('name_taken');
      if (!input.active && !places.some((it) => it.active && it.id !== id)) throw new Refusal('last_place');
      const before = places.find((it) => it.id === id) ?? null;
      const after: Place = { id, ...input };
      const put = [id, input.name, input.active ? 1 : 0, input.asksReceiver ? 1 : 0] as const;
      const oneIsActive = '(?3 OR EXISTS (SELECT 1 FROM places WHERE active AND id <> ?1))';
      return {
        write: before
          ? query(
              `UPDATE places SET name = ?2, active = ?3, asks_receiver = ?4
               WHERE id = ?1 AND name = ?5 AND active = ?6 AND asks_receiver = ?7 AND ${oneIsActive}`,
              [...put, before.name, before.active ? 1 : 0, before.asksReceiver ? 1 : 0],
            )
          : query(
              `INSERT INTO places (id, name, active, asks_receiver) SELECT ?1, ?2, ?3, ?4 WHERE ${oneIsActive}`,
              put,
            ),
        before,
        after,
        publish: [{ channel: 'orders', type: 'place.updated', data: after }],
      };
    },
  });
