/** What a stay's times come to, for one record and for many. */
import type { AttendanceRecord } from '$contract/attendance/attendance';
import { cut } from '$contract/intervals';
import type { Times } from '$lib/times';

type Stay = Pick<AttendanceRecord, 'workDate' | 'inAt' | 'outAt'>;

/**
 * Elapsed milliseconds between the minutes of the taps, as hours are computed: what is shown beside two times is their
 * difference. A night on which clocks change counts what was worked.
 */
export const lengthOf = ({ inAt, outAt }: Stay, now: number): number =>
  Math.max(0, cut(outAt ?? now) - cut(inAt));

/** "08:58 – 17:04", "23:00 – 07:00 next day", "since 08:58". */
export function spanOf({ workDate, inAt, outAt }: Stay, times: Times): string {
  const from = times.clockFrom(workDate, inAt);
  return outAt === null ? `since ${from}` : `${from} – ${times.clockFrom(workDate, outAt)}`;
}
