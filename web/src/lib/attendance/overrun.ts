/** Breaks beyond their allowance. */
import type { AttendanceRecord, Break } from '$contract/attendance/attendance';
import { cut } from '$contract/intervals';

/** The latest break of an open record, if it ended at its allowance and the person has not tapped “End break”. */
export function overdueOf(
  open: Pick<AttendanceRecord, 'id'>,
  breaks: readonly Break[],
  now: number,
): Break | undefined {
  const last = breaks
    .filter(({ recordId }) => recordId === open.id)
    .reduce<Break | undefined>((a, b) => (a && a.startAt > b.startAt ? a : b), undefined);
  if (!last) return undefined;
  return last.auto || (last.endAt === null && last.dueAt <= now) ? last : undefined;
}

/**
 * Milliseconds beyond the allowance, between the minutes of the taps: a break of 46 minutes with 30 allowed is 16 over. 0 while the
 * true end is not known.
 */
export const overrunOf = ({ endAt, dueAt, auto }: Pick<Break, 'endAt' | 'dueAt' | 'auto'>): number =>
  endAt === null || auto ? 0 : beyond(dueAt, endAt);

/** @param due when the allowance was used up */
export const beyond = (due: number, at: number): number => Math.max(0, cut(at) - cut(due));
