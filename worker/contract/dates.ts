/** Calendar dates, reckoned the same way by server and page. */

/** The local date, `YYYY-MM-DD`, of an instant in a zone. */
export function dateIn(zone: string, at: number): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' }).format(at);
}

/** The date that many days later (or earlier, if negative); pure calendar arithmetic, no zone. */
export function addDays(date: string, days: number): string {
  const [year, month, day] = date.split('-').map(Number) as [number, number, number];
  return new Date(Date.UTC(year, month - 1, day + days)).toISOString().slice(0, 10);
}
