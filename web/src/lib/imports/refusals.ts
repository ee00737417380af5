/** Lines that the page refuses: the server sees no headings, and only one part of a file at a time. */
import type { FileRow } from './cells';
import type { LineField } from './parts';
import type { LineResult } from './report';

/** Lines with more cells than headings: one of their cells is in the wrong column. */
export const overlong = (lines: readonly FileRow[], headings: number): LineResult[] =>
  lines
    .filter(({ cells }) => cells.slice(headings).some((cell) => cell !== ''))
    .map(({ line, cells }) => ({
      line,
      outcome: 'refused',
      words: `This line has more cells (${cells.length}) than there are headings (${headings}). Put quotation marks around a cell that contains the separator`,
    }));

/** Lines that repeat a unique value of an earlier line. */
export function repeated<Column extends string>(
  lines: readonly FileRow[],
  { label, of }: LineField<Column>,
  cellOf: (line: FileRow, column: Column) => string,
): LineResult[] {
  const first = new Map<string, number>();
  return lines.flatMap((each): LineResult[] => {
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
