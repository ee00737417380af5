/** Breaks beyond their allowance. */
import type { AttendanceRecord, Break } from '$contract/attendance/attendance';

/** The latest break of an open record, if it ended at its allowance and the person has not tapped Back. */
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

/** Milliseconds beyond the allowance; 0 while the true end is not known. */
export const overrunOf = ({ endAt, dueAt, auto }: Pick<Break, 'endAt' | 'dueAt' | 'auto'>): number =>
  endAt === null || auto ? 0 : Math.max(0, endAt - dueAt);
