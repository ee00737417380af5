/** Text in CSV files never runs as a formula, with any separator of the reader's spreadsheet. */
import fc from 'fast-check';
import { parseCsv } from 'hucre/csv';
import { describe, expect, it } from 'vitest';
import { type Cell, csvTable } from '../../../worker/http/table';
import { hours } from '../../../worker/reports/wall';
import { anything } from '../../contract/texts';
import { bytesOf, utf8 } from './spreadsheet';

const written = async (rows: Cell[][]): Promise<string> => utf8.decode(await bytesOf(csvTable(rows)));
const cellOf = async (text: string) => parseCsv(await written([['x', text, 'y']]))[0]?.[1];

/** Text that a spreadsheet may evaluate; its number formats are no formulas, even if another separator joins the next cell to one. */
const RUNS = /^[\s"]*(?!-?\d+(?::\d\d|\.\d+)?\s*(?:[,;]|$))[=+\-@＝＋－＠]/;

/** Every way to read a file: by its quotes, and split at every separator. */
const readings = (csv: string): string[] =>
  [',', ';', '\t'].flatMap((delimiter) => [
    ...parseCsv(csv, { delimiter }).flat().map(String),
    ...csv.split(/[\r\n]/).flatMap((line) => line.split(delimiter)),
  ]);

describe('a formula in a CSV file', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['+1+1', "'+1+1"],
    ['-1+1', "'-1+1"],
    ['@SUM(1)', "'@SUM(1)"],
    ['＝1+1', "'＝1+1"],
    ['＋1＋1', "'＋1＋1"],
    ['－1', "'－1"],
    ['＠A', "'＠A"],
    [';=1+1', ";'=1+1"],
    ['Ana;=1+1', "Ana;'=1+1"],
    ['Ana,=1+1', "Ana,'=1+1"],
    ['Ana\t=1+1', 'Ana =1+1'],
    ['\t=1+1', " '=1+1"],
    ['\r=1+1', "\n'=1+1"],
    ['\n=1+1', "\n'=1+1"],
    ['Late\n-5+cmd', "Late\n'-5+cmd"],
    ['Ana; =1+1', "Ana; '=1+1"],
    ['Ana;"=1+1&"";', 'Ana;"\'=1+1&"";'],
    [';;=1+1', ";;'=1+1"],
    ['=1;=2', "'=1;'=2"],
    ['+4917012345678', "'+4917012345678"],
  ])('stays text: %j', async (text, expected) => {
    expect(await cellOf(text)).toBe(expected);
    expect(readings(await written([['x', text, 'y']])).filter((cell) => RUNS.test(cell))).toEqual([]);
  });

  it.each(['Ana-Maria Kovač', '1+1=2', "O'Brien", 'a@example.org', 'Ill; back on Monday', 'late, 5–10 min'])(
    'is not found in text without one: %s',
    async (text) => {
      expect(await cellOf(text)).toBe(text);
    },
  );

  it('does not occur in any reading of any text', async () => {
    const sign = fc.constantFrom(...Array.from('=+-@＝＋－＠,;\t\n\r" \'a1'));
    const text = fc.oneof(
      anything,
      fc.array(sign, { maxLength: 12 }).map((them) => them.join('')),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(text, { minLength: 1, maxLength: 4 }), { maxLength: 4 }),
        async (rows) => {
          expect(readings(await written(rows)).filter((cell) => RUNS.test(cell))).toEqual([]);
        },
      ),
      { numRuns: 500 },
    );
  });
});

it('numbers and durations stay numbers and durations, also below zero', async () => {
  expect(hours(-15 * 60_000)).toBe('-0:15');
  expect(hours(-90 * 60_000)).toBe('-1:30');
  expect(await written([[-1.5, hours(-15 * 60_000), hours(40 * 3_600_000), '-7']])).toBe(
    '-1.5,-0:15,40:00,-7',
  );
});
