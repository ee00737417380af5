/** The demo's journal: everything that was done, in the order it was done, as the product itself would have written it. */
import type { AttendanceRecord, Break, Mark } from '../../worker/contract/attendance.ts';
import type { Correction } from '../../worker/contract/corrections.ts';
import type { DemoRecord, History } from './history.ts';

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

function actsOfRecord({ forgotten, ...record }: DemoRecord, original: AttendanceRecord | undefined): Act[] {
  const subject = `attendance/${record.id}`;
  const auto = forgotten !== undefined && record.outAt !== null;
  const { inAt, outAt } = original ?? record;
  const open: AttendanceRecord = { ...record, inAt, outAt: null, auto: false, corrected: false };
  const acts: Act[] = [
    { at: inAt, actor: record.personId, action: 'attendance.checked_in', subject, before: null, after: open },
  ];
  if (outAt === null) return acts;
  const closed: AttendanceRecord = { ...open, outAt, auto };
  acts.push({
    ...{ at: auto ? record.dueAt : outAt, actor: auto ? null : record.personId },
    action: auto ? 'attendance.closed' : 'attendance.checked_out',
    ...{ subject, before: open, after: closed },
  });
  return acts;
}

function actsOfBreak(last: Break): Act[] {
  const subject = `break/${last.id}`;
  const open: Break = { ...last, endAt: null, auto: false };
  const { personId, startAt, endAt, auto } = last;
  const acts: Act[] = [
    { at: startAt, actor: personId, action: 'break.started', subject, before: null, after: open },
  ];
  if (endAt === null) return acts;
  return [
    ...acts,
    { at: endAt, actor: auto ? null : personId, action: 'break.ended', subject, before: open, after: last },
  ];
}

const actOfMark = (mark: Mark): Act => ({
  ...{ at: mark.at, actor: mark.setBy, action: 'day.marked' },
  ...{ subject: `mark/${mark.personId}/${mark.workDate}`, before: null, after: mark },
});

function actsOfCorrection(last: Correction): Act[] {
  const subject = `correction/${last.id}`;
  const asked: Correction = { ...last, state: 'pending', decidedBy: null, decidedAt: null, answer: null };
  const request: Act = {
    ...{ at: last.requestedAt, actor: last.personId, action: 'correction.requested' },
    ...{ subject, before: null, after: asked },
  };
  if (last.decidedAt === null) return [request];
  const actor = last.decidedBy?.id ?? last.personId;
  return [
    request,
    { at: last.decidedAt, actor, action: `correction.${last.state}`, subject, before: asked, after: last },
  ];
}
