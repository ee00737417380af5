/** A report's rows in words. */
import type { ReportDay } from '$contract/reports';

/** What is to be known of a day beside its hours. */
export const remarksOf = (day: ReportDay): string =>
  [
    day.open && 'still open',
    day.auto && 'closed by itself',
    day.unconfirmed && 'not confirmed',
    day.corrected && 'corrected',
    day.longBreak && 'break over its allowance',
    day.workedOnLeave && 'worked on leave',
  ]
    .filter(Boolean)
    .join(', ');

/** The names that more than one person of these rows has. */
export function namesakes(rows: readonly { key: string; name: string }[]): ReadonlySet<string> {
  const ids = new Map<string, string>();
  const alike = new Set<string>();
  for (const { key, name } of rows) {
    const known = ids.get(name);
    if (known !== undefined && known !== key) alike.add(name);
    ids.set(name, key);
  }
  return alike;
}
