/** Whole days in one line. */
import type { RecordWithBreaks } from '$contract/attendance/corrections/corrections';
import { dayInWords, dayWords, duration, type Times } from '$lib/times';
import { recordSpan } from '$lib/attendance/recordTimes';

/** "08:58 – 12:00, 13:00 – 17:04", "nothing" */
export const daysWords = (days: readonly RecordWithBreaks[], times: Times): string =>
  days.length === 0
    ? 'nothing'
    : days.map(({ record, breaks }) => `${recordSpan(record, times)}${breaksWords(breaks)}`).join(', ');

const breaksWords = (breaks: RecordWithBreaks['breaks']): string => {
  const ms = breaks.reduce((sum, { startAt, endAt, dueAt }) => sum + (endAt ?? dueAt) - startAt, 0);
  return breaks.length === 0 ? '' : ` with ${duration(ms)} of breaks`;
};

/** "Yesterday", "Monday 16 November to Tuesday 17 November" */
export const rangeWords = ({ from, to }: { from: string; to: string }, today: string): string =>
  from === to ? dayWords(from, today) : `${dayWords(from, today)} to ${dayInWords(to, today)}`;
