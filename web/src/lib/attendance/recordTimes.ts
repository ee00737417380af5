/** The length and the span of a record. */
import type { AttendanceRecord } from '$contract/attendance/attendance';
import { cut } from '$contract/intervals';
import type { Times } from '$lib/times';

type Span = Pick<AttendanceRecord, 'workDate' | 'inAt' | 'outAt'>;

/**
 * Milliseconds between the minutes of the taps, so that the length is the difference of the times shown. On a night when
 * clocks change it is the elapsed time.
 */
export const recordLength = ({ inAt, outAt }: Span, now: number): number =>
  Math.max(0, cut(outAt ?? now) - cut(inAt));

/** "08:58 – 17:04", "23:00 – 07:00 next day", "since 08:58". */
export function recordSpan({ workDate, inAt, outAt }: Span, times: Times): string {
  const from = times.clockFrom(workDate, inAt);
  return outAt === null ? `since ${from}` : `${from} – ${times.clockFrom(workDate, outAt)}`;
}
