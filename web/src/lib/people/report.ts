import type { ImportReport } from '$contract/people';

type Outcome = ImportReport['rows'][number];

/** What was wrong with a row, in a sentence. */
export const issuesOf = ({ issues }: Pick<Outcome, 'issues'>): string =>
  issues.map(({ field, message }) => `${field} ${message}`).join('; ');

/** The report as a CSV file that a spreadsheet reads as text: no cell may begin a formula (OWASP, CSV injection). */
export function reportCsv(outcomes: readonly Outcome[], nameOf: (line: number) => string): string {
  const words = { created: 'taken in', would_create: 'good', refused: 'refused' } as const;
  const rows = outcomes.map((it) => [String(it.line), nameOf(it.line), words[it.outcome], issuesOf(it)]);
  return `\uFEFF${[['Line', 'Name', 'Outcome', 'Why'], ...rows].map((cells) => cells.map(cell).join(',')).join('\r\n')}\r\n`;
}

const cell = (text: string): string => {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
};
