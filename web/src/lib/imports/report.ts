import { asText } from '$contract/text';

/** A field of an existing record that the file changes. */
export interface Difference {
  label: string;
  from: string;
  to: string;
}

/** The outcome of a line, or of its dry run. */
export interface LineResult {
  line: number;
  /** `there`: exists and is equal. `left`: skipped by the person. */
  outcome: 'good' | 'update' | 'there' | 'left' | 'refused';
  /** The reason of a refusal, or a remark. */
  words: string;
  differences?: readonly Difference[];
  /** The version of the record whose differences were shown. */
  seenAt?: number | undefined;
}

const done = {
  good: 'imported',
  update: 'updated',
  there: 'unchanged',
  left: 'skipped',
  refused: 'error',
} as const;
const would = { ...done, good: 'ready', update: 'to update' } as const;

/** "Department: Ward → Kitchen" */
export const differenceWords = ({ label, from, to }: Difference): string =>
  `${label}: ${from || 'none'} → ${to || 'none'}`;

/** The report as a CSV file. */
export function reportCsv(
  results: readonly LineResult[],
  { heading, of, dryRun }: { heading: string; of: (line: number) => string; dryRun: boolean },
): string {
  const words = dryRun ? would : done;
  const rows = results.map(({ line, outcome, differences = [], words: why }) => [
    String(line),
    of(line),
    words[outcome],
    [...differences.map(differenceWords), why].filter(Boolean).join('; '),
  ]);
  return csvOf([['Line', heading, 'Outcome', 'Why'], ...rows]);
}

/** Rows as a CSV file that a spreadsheet reads as text. */
export const csvOf = (rows: readonly (readonly string[])[]): string =>
  `\uFEFF${rows.map((row) => row.map(cellOf).join(',')).join('\r\n')}\r\n`;

const cellOf = (text: string): string => `"${asText(text).replaceAll('"', '""')}"`;

export function saveCsv(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  Object.assign(document.createElement('a'), { href: url, download: name }).click();
  URL.revokeObjectURL(url);
}
