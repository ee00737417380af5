/** The demo's journal: every change in order of time, as the product would have written it. */
import type { AttendanceRecord, Break, Mark } from '../../worker/contract/attendance/attendance.ts';
import type { Correction } from '../../worker/contract/attendance/corrections/corrections.ts';
import { plainRecord } from './corrections.ts';
import { type DemoRecord, type History, REMIND_MS } from './history.ts';

export type Act = {
  at: number;
  /** Null for the product itself. */
  actor: string | null;
  action: string;
  subject: string;
  before: unknown;
  after: unknown;
};

export function actsOf({ records, breaks, marks }: History, corrections: readonly Correction[]): Act[] {
  const approved = new Map(
    corrections
      .filter(({ state }) => state === 'approved')
      .flatMap(({ before }) => before.map(({ record }) => [record.id, record] as const)),
  );
  return [
    ...records.flatMap((record) => actsOfRecord(record, approved.get(record.id))),
    ...breaks.flatMap(actsOfBreak),
    ...marks.map(actOfMark),
    ...corrections.flatMap(actsOfCorrection),
  ].sort((a, b) => a.at - b.at);
}

function actsOfRecord(it: DemoRecord, original: AttendanceRecord | undefined): Act[] {
  const subject = `attendance/${it.id}`;
  const last = original ?? plainRecord(it);
  const { personId, inAt, outAt, auto } = last;
  const open: AttendanceRecord = { ...last, outAt: null, auto: false, unconfirmed: false, corrected: false };
  const reminder = { personId, recordId: it.id };
  return [
    { at: inAt, actor: personId, action: 'attendance.checked_in', subject, before: null, after: open },
    ...(it.reminded && it.dueOut !== null
      ? [act(it.dueOut + REMIND_MS, null, 'attendance.reminded', subject, null, reminder)]
      : []),
    ...(outAt === null || auto ? [] : [act(outAt, personId, 'attendance.checked_out', subject, open, last)]),
    ...(outAt !== null && auto ? [act(it.dueAt, null, 'attendance.closed', subject, open, last)] : []),
  ];
}

function actsOfBreak(last: Break): Act[] {
  const subject = `break/${last.id}`;
  const { personId, startAt, endAt, dueAt, auto } = last;
  const open: Break = { ...last, endAt: null, auto: false };
  const assumed: Break = { ...last, endAt: dueAt, auto: true };
  const started = act(startAt, personId, 'break.started', subject, null, open);
  if (endAt === null) return [started];
  if (endAt > dueAt) {
    return [
      started,
      act(dueAt, null, 'break.ended', subject, open, assumed),
      act(endAt, personId, 'break.returned', subject, assumed, last),
    ];
  }
  return [started, act(endAt, auto ? null : personId, 'break.ended', subject, open, last)];
}

const actOfMark = (mark: Mark): Act =>
  act(mark.at, mark.setBy, 'day.marked', `mark/${mark.personId}/${mark.workDate}`, null, mark);

function actsOfCorrection(last: Correction): Act[] {
  const subject = `correction/${last.id}`;
  const { requestedAt, personId, decidedBy, decidedAt, state } = last;
  if (state === 'entered')
    return [act(requestedAt, decidedBy?.id ?? null, 'days.entered', subject, last.before, last)];
  const pending: Correction = { ...last, state: 'pending', decidedBy: null, decidedAt: null, answer: null };
  const request = act(requestedAt, personId, 'correction.requested', subject, null, pending);
  if (decidedAt === null) return [request];
  const actor = decidedBy?.id ?? personId;
  return [request, act(decidedAt, actor, `correction.${state}`, subject, pending, last)];
}

const act = (
  at: number,
  actor: string | null,
  action: string,
  subject: string,
  before: unknown,
  after: unknown,
): Act => ({ at, actor, action, subject, before, after });
