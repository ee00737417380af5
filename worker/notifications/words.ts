/** Dates and times as a notification says them. */

/** "Tuesday 17 November" */
export const dayWords = (date: string): string =>
  new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', weekday: 'long', day: 'numeric', month: 'long' })
    .format(Date.parse(`${date}T00:00Z`))
    .replace(',', '');

/** "16:30" */
export const clockWords = (zone: string, at: number): string =>
  new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(at);
