import { asText } from '$contract/text';

/** One field of somebody who is here already: what is known, and what the file says. */
export interface Difference {
  label: string;
  from: string;
  to: string;
}

/** What became of a line of a file, or would. */
export interface Judged {
  line: number;
  /** `there`: nothing had to be done. `left`: the person who imports left it out. */
  outcome: 'good' | 'update' | 'there' | 'left' | 'refused';
  /** Why it was refused, whom it means, or what stays as it is. */
  words: string;
  differences?: readonly Difference[];
  /** The state of the record to which the differences were shown. */
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
  judged: readonly Judged[],
  { heading, of, dryRun }: { heading: string; of: (line: number) => string; dryRun: boolean },
): string {
  const words = dryRun ? would : done;
  const rows = judged.map(({ line, outcome, differences = [], words: why }) => [
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

/** Lets the browser save a CSV file. */
export function saveCsv(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  Object.assign(document.createElement('a'), { href: url, download: name }).click();
  URL.revokeObjectURL(url);
}
