/**
 * The open drawer of somebody, for whatever takes or gives money: it lies in the drawer of whoever took or gave it.
 * A drawer that is closed at the same moment refuses the payment by itself (a trigger): then `commit` returns undefined.
 */
import { rowsOf } from '../db/client';
import { Refusal } from '../refusal';

/** A statement for the batch of whoever is about to take money: the open drawer of that person. */
export const openDrawer = (d1: D1Database, personId: string): D1PreparedStatement =>
  d1.prepare('SELECT id FROM drawers WHERE person_id = ?1 AND closed_at IS NULL').bind(personId);

/** The drawer's id out of that statement's result. @throws Refusal `no_drawer` */
export function readOpenDrawer(result: D1Result | undefined): string {
  const [row] = rowsOf<{ id: string }>(result);
  if (!row) throw new Refusal('no_drawer');
  return row.id;
}
