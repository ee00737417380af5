/**
 * Cards that do not move under a hand. Others change the list while somebody points at a card of it or works in one: what
 * stands before that card, and the card itself, stay where they are until the hand is gone, also those that are done with,
 * which say so. What is new comes at the end, or where it belongs behind the held one.
 */
export interface Slot<Row extends { id: string }> {
  row: Row;
  /** It does not belong to the list any more and stays until nobody holds it. */
  gone: boolean;
}

/**
 * What is to be shown next.
 * @param shown what is shown now
 * @param wanted what belongs to the list, in its order
 * @param held the ids of cards that must not move: the one pointed at, the one worked in
 * @param latest how a row that left the list stands now, if that is known
 */
export function settle<Row extends { id: string }>(
  shown: readonly Slot<Row>[],
  wanted: readonly Row[],
  held: ReadonlySet<string>,
  latest: (id: string) => Row | undefined,
): Slot<Row>[] {
  const rows = new Map(wanted.map((row) => [row.id, row]));
  const last = shown.findLastIndex(({ row }) => held.has(row.id));
  const front = shown.slice(0, last + 1).map(({ row }): Slot<Row> => {
    const current = rows.get(row.id);
    return current ? { row: current, gone: false } : { row: latest(row.id) ?? row, gone: true };
  });
  const standing = new Set(front.map(({ row }) => row.id));
  const behind = wanted.filter(({ id }) => !standing.has(id)).map((row): Slot<Row> => ({ row, gone: false }));
  return [...front, ...behind];
}
