/** The report repeats a stranger's file, so no cell may run as a formula. */
import { describe, expect, it } from 'vitest';
import { csvOf, reportCsv } from '$lib/imports/report';

describe('the report of an import as CSV', () => {
  it.each([
    ['=1+1', `"'=1+1"`],
    ['Ana;=1+1', `"Ana;'=1+1"`],
    ['＝1+1', `"'＝1+1"`],
    ['\t=1+1', `"\t'=1+1"`],
    ['Ana\t=1+1', `"Ana\t'=1+1"`],
    ['\r\n=1+1', `"\r\n'=1+1"`],
    ['Ana;"=1+1&"";', `"Ana;""'=1+1&"""";"`],
    ['Łukasz O’Brien-Nuñez', '"Łukasz O’Brien-Nuñez"'],
  ])('keeps %j as text', (text, cell) => {
    expect(csvOf([[text]])).toBe(`\uFEFF${cell}\r\n`);
  });

  it('has the name, the outcome and the reason of each line', () => {
    const text = reportCsv(
      [
        { line: 2, outcome: 'good', words: '' },
        {
          line: 3,
          outcome: 'update',
          words: 'Roles stay as they are',
          differences: [{ label: 'Department', from: '', to: 'Kitchen' }],
        },
      ],
      { heading: 'Email', of: (line) => `${line}@example.org`, dryRun: true },
    );
    expect(text.split('\r\n')).toEqual([
      '\uFEFF"Line","Email","Outcome","Why"',
      '"2","2@example.org","ready",""',
      '"3","3@example.org","to update","Department: none → Kitchen; Roles stay as they are"',
      '',
    ]);
  });
});
