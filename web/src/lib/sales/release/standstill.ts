/**
 * Keeps cards from moving under a pointer. While a card is held, it and all cards before it keep their places, also those that
 * left the list. New cards come behind the last held one.
 */
export interface Slot<Row extends { id: string }> {
  row: Row;
  /** It left the list and is kept in place while a card is held. */
  gone: boolean;
}

/**
 * The cards to show next.
 * @param shown what is shown now
 * @param rows the list as it should be
 * @param held the ids of cards that must not move
 * @param latest the current state of a row that left the list, if known
 */
export function settle<Row extends { id: string }>(
  shown: readonly Slot<Row>[],
  rows: readonly Row[],
  held: ReadonlySet<string>,
  latest: (id: string) => Row | undefined,
): Slot<Row>[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const last = shown.findLastIndex(({ row }) => held.has(row.id));
  const front = shown.slice(0, last + 1).map(({ row }): Slot<Row> => {
    const current = byId.get(row.id);
    return current ? { row: current, gone: false } : { row: latest(row.id) ?? row, gone: true };
  });
  const frontIds = new Set(front.map(({ row }) => row.id));
  const behind = rows.filter(({ id }) => !frontIds.has(id)).map((row): Slot<Row> => ({ row, gone: false }));
  return [...front, ...behind];
}
