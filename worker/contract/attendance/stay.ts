/** How a record ends that nobody has checked out of: the same on the server and on the page. */
import type { AttendanceRecord, Break } from './attendance';

/** The latest tap within a record: its end cannot lie before that. What was only assumed is no tap. */
export const lastTap = ({ inAt }: Pick<AttendanceRecord, 'inAt'>, breaks: readonly Break[]): number =>
  Math.max(inAt, ...breaks.map(({ startAt, endAt, auto }) => (auto ? startAt : (endAt ?? startAt))));

/** The end that counts if nobody says another: the shift's end, without a shift the last act. Epoch milliseconds. */
export function assumedEnd(
  { inAt, dueAt, dueOut }: Pick<AttendanceRecord, 'inAt' | 'dueAt' | 'dueOut'>,
  breaks: readonly Break[],
): number {
  const ends = breaks.map((it) => it.endAt ?? Math.min(it.dueAt, dueAt ?? it.dueAt));
  return Math.max(dueOut ?? inAt, inAt, ...ends);
}

/** Whether the record should have been closed by itself by now, whether or not the job has run. */
export const isOverdue = ({ outAt, dueAt }: AttendanceRecord, now: number): boolean =>
  outAt === null && typeof dueAt === 'number' && dueAt <= now;
