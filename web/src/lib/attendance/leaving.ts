/** The end of a record: due, assumed or confirmed. */
import { OFFLINE_AFTER_MS } from '$contract/tap';
import type { AttendanceRecord, Break } from '$contract/attendance/attendance';
import type { Receipt } from '$contract/receipts';
import { BEFORE_SHIFT_MS, LONGEST_TAP_MS } from '$contract/schedules/plan';
import { addDays, dateWords } from '$contract/zones';
import { assumedEnd, isOverdue } from '$contract/attendance/assumed-end';
import type { Times } from '$lib/times';
import type { Plan } from './outlook';

type Ending = Pick<AttendanceRecord, 'id' | 'workDate' | 'inAt' | 'dueOut'>;

/** Whether a tap now can end a record that closed automatically. The server decides. */
export function mayEndNow(
  { id, workDate, inAt, dueOut }: Ending,
  { records, plan, now }: { records: readonly AttendanceRecord[]; plan: Plan; now: number },
): boolean {
  if (records.some((other) => other.id !== id && other.inAt >= inAt)) return false;
  const dates = [workDate, addDays(workDate, 1), addDays(workDate, 2)];
  const starts = dates.flatMap((date) => plan.plans[date]?.shifts.map(({ startsAt }) => startsAt) ?? []);
  const next = Math.min(...starts.filter((startsAt) => startsAt >= (dueOut ?? inAt)));
  return now <= Math.min(inAt + LONGEST_TAP_MS, next - BEFORE_SHIFT_MS);
}

/** An overdue record closed at its assumed end: the server may not have written it yet. */
export const closedAutomatically = (record: AttendanceRecord, breaks: readonly Break[], now: number) =>
  isOverdue(record, now)
    ? { ...record, outAt: assumedEnd(record, breaks), auto: true, unconfirmed: true }
    : record;

/** When the shift of a person who is still in ended, and when the record closes automatically. */
export function pastEndOf(
  open: AttendanceRecord | undefined,
  now: number,
): { endedAt: number; closesAt: number | undefined } | undefined {
  if (typeof open?.dueOut !== 'number' || now < open.dueOut) return undefined;
  return { endedAt: open.dueOut, closesAt: open.dueAt ?? undefined };
}

/** "Checked in at 08:58:04 · receipt 7", "17:00 is assumed, not confirmed · receipt 9" */
export function proofWords(record: AttendanceRecord, receipt: Receipt, times: Times, today: string): string {
  return `${doneWords(record, receipt, times, today)} · receipt ${receipt.entry}`;
}

function doneWords(record: AttendanceRecord, { at }: Receipt, times: Times, today: string): string {
  const { outAt, auto, unconfirmed, inAt, offline } = record;
  const on = (instant: number) => {
    const date = times.date(instant);
    return date === today ? '' : `, ${dateWords(date, { weekday: 'long', day: 'numeric', month: 'long' })}`;
  };
  if (outAt === null) return `Checked in at ${times.precise(inAt)}${on(inAt)}`;
  if (unconfirmed) return `${times.clock(outAt)} is assumed, not confirmed${on(outAt)}`;
  if (auto) return `Checked out for you at ${times.clock(outAt)}${on(outAt)}`;
  // A tap has its own time; its receipt has the moment when it arrived.
  const entered = !offline && Math.abs(outAt - at) > OFFLINE_AFTER_MS;
  if (entered) return `You left at ${times.clock(outAt)}, confirmed${on(outAt)}`;
  return `Checked out at ${times.precise(outAt)}${on(outAt)}`;
}
