import { type Move, type MoveInput, type MoveWrites, moveWrites } from '$contract/sales/moves';
import type { Answer, Keyed } from '$lib/Command.svelte';

interface Resource<Change> {
  $post?(content: { param: { id: string }; json: { version: number } }, how: Keyed): Promise<Answer<Change>>;
  $put?(content: { param: { id: string }; json: { version: number } }, how: Keyed): Promise<Answer<Change>>;
}

/** The moves of orders or of registrations: `api.orders[':id']`. */
export type MoveResources<Change> = { [Path in MoveWrites[Move]['path']]?: Resource<Change> };

/** Writes a move to its resource. */
export function makeMove<Change>(
  resources: MoveResources<Change>,
  id: string,
  { move, ...json }: MoveInput,
  how: Keyed,
): Promise<Answer<Change>> {
  const { method, path } = moveWrites[move];
  const write = resources[path]?.[`$${method}`];
  if (!write) throw new Error(`no route writes ${path}`);
  return write({ param: { id }, json }, how);
}
