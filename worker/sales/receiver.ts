/** A place may ask who received an order. Registrations have no place, so they may name nobody. */
import { type Fact, map, rows } from '../db/queries';
import { invalid } from '../refusal';
import type { Sold } from './rows';

/** The ids among these whose place asks who receives them. */
export const asking = (d1: D1Database, ids: readonly string[]): Fact<Set<string>> =>
  map(
    rows<{ id: string }>(
      d1,
      `SELECT s.id FROM json_each(?1) AS its JOIN sales AS s ON s.id = its.value JOIN places ON places.id = s.place_id
       WHERE asks_receiver`,
      [JSON.stringify(ids)],
    ),
    (found) => new Set(found.map(({ id }) => id)),
  );

/** @throws Refusal `invalid_input` if nobody is named for one that asks */
export function mustName({ id, release }: Pick<Sold, 'id' | 'release'>, asks: ReadonlySet<string>): void {
  if (release?.receivedBy === null && asks.has(id)) throw invalid('receivedBy', 'must say who received it');
}
