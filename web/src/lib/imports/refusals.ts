/** Lines that the page refuses by itself: the server sees one part of a file at a time, and no headings. */
import type { FileRow } from './cells';
import type { LineField } from './parts';
import type { Judged } from './report';

/** Lines that have more cells than there are headings: some cell of theirs is in the wrong column. */
export const overlong = (lines: readonly FileRow[], headings: number): Judged[] =>
  lines
    .filter(({ cells }) => cells.slice(headings).some((cell) => cell !== ''))
    .map(({ line, cells }) => ({
      line,
      outcome: 'refused',
      words: `This line has more cells (${cells.length}) than there are headings (${headings}). Put quotation marks around a cell that contains the separator`,
    }));

/** Lines that say the same as an earlier one where no two may. */
export function repeated<Column extends string>(
  lines: readonly FileRow[],
  { label, of }: LineField<Column>,
  cellOf: (line: FileRow, column: Column) => string,
): Judged[] {
  const first = new Map<string, number>();
  return lines.flatMap((each): Judged[] => {
    const value = of((column) => cellOf(each, column));
    const earlier = first.get(value);
    if (value === '') return [];
    if (earlier === undefined) {
      first.set(value, each.line);
      return [];
    }
    return [{ line: each.line, outcome: 'refused', words: `${label} is the same as in line ${earlier}` }];
  });
}
