/** How a record without a check-out ends: the same on the server and on the page. */
import type { AttendanceRecord, Break } from './attendance';

/** The latest tap within a record; its end cannot lie before it. An assumed end of a break is no tap. */
export const lastTap = ({ inAt }: Pick<AttendanceRecord, 'inAt'>, breaks: readonly Break[]): number =>
  Math.max(inAt, ...breaks.map(({ startAt, endAt, auto }) => (auto ? startAt : (endAt ?? startAt))));

/** The shift's end; without a shift the last tap or break. Epoch milliseconds. */
export function assumedEnd(
  { inAt, dueAt, dueOut }: Pick<AttendanceRecord, 'inAt' | 'dueAt' | 'dueOut'>,
  breaks: readonly Break[],
): number {
  const ends = breaks.map((it) => it.endAt ?? Math.min(it.dueAt, dueAt ?? it.dueAt));
  return Math.max(dueOut ?? inAt, inAt, ...ends);
}

/** Whether the record should be closed by now, even if the job has not run yet. */
export const isOverdue = ({ outAt, dueAt }: AttendanceRecord, now: number): boolean =>
  outAt === null && typeof dueAt === 'number' && dueAt <= now;
