/** Breaks and their allowances: who has not come back, and how long a break lasted beyond it. */
import type { AttendanceRecord, Break } from '$contract/attendance/attendance';

/** The latest break of an open record, if it was assumed to end and its person has not come back since. */
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

/** How long a break lasted beyond its allowance, milliseconds; 0 for one whose true end nobody has said. */
export const overrunOf = ({ endAt, dueAt, auto }: Pick<Break, 'endAt' | 'dueAt' | 'auto'>): number =>
  endAt === null || auto ? 0 : Math.max(0, endAt - dueAt);
