/** What became of a line of a file, or would. */
export interface Judged {
  line: number;
  /** `there`: nothing had to be done. */
  outcome: 'good' | 'there' | 'refused';
  /** Why it was refused, or whom it means. */
  words: string;
}

const outcomes = { good: 'taken in', there: 'there already', refused: 'refused' } as const;

/** The report as a CSV file that a spreadsheet reads as text: no cell may begin a formula (OWASP, CSV injection). */
export function reportCsv(
  judged: readonly Judged[],
  { heading, of, dryRun }: { heading: string; of: (line: number) => string; dryRun: boolean },
): string {
  const words = { ...outcomes, ...(dryRun && { good: 'good' }) };
  const rows = judged.map((it) => [String(it.line), of(it.line), words[it.outcome], it.words]);
  const cells = [['Line', heading, 'Outcome', 'Why'], ...rows];
  return `\uFEFF${cells.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
}

const cell = (text: string): string => {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
};
