/** Asking for other times than those recorded, and the answer. */
import * as v from 'valibot';
import { addDays, dateIn } from './dates';
import { Note } from './text';
import { Id, Instant, LocalDate } from './values';
import { Epoch, Seq } from './wire';

export const CorrectionState = v.picklist(['pending', 'withdrawn', 'approved', 'rejected']);
export type CorrectionState = v.InferOutput<typeof CorrectionState>;

/** from → to: who. Read by server, pages and tests alike. */
export const correctionMoves = {
  pending: { withdrawn: 'requester', approved: 'another', rejected: 'another' },
  withdrawn: {},
  approved: {},
  rejected: {},
} as const satisfies Record<CorrectionState, Partial<Record<CorrectionState, 'requester' | 'another'>>>;

/** The states from which a correction may come to this one. */
export const statesBefore = (to: CorrectionState): CorrectionState[] =>
  CorrectionState.options.filter((from) => to in correctionMoves[from]);

/** At least 5 characters (PRODUCT, part B). */
export const Reason = Note(500, 5, 'must be at least 5 characters');

export const Correction = v.strictObject({
  id: Id,
  personId: Id,
  /** The record it changes, or the one it makes where nothing was recorded (then `oldIn` is null). */
  recordId: Id,
  workDate: LocalDate,
  zone: v.string(),
  oldIn: v.nullable(Instant),
  oldOut: v.nullable(Instant),
  newIn: Instant,
  newOut: Instant,
  reason: v.string(),
  state: CorrectionState,
  requestedAt: Instant,
  decidedBy: v.nullable(v.strictObject({ id: Id, name: v.string() })),
  decidedAt: v.nullable(Instant),
  answer: v.nullable(v.string()),
});
export type Correction = v.InferOutput<typeof Correction>;

/** `recordId` names the record to change, or a new one that this makes on `workDate`. */
export const RequestCorrection = v.strictObject({
  id: Id,
  recordId: Id,
  workDate: LocalDate,
  newIn: Instant,
  newOut: Instant,
  reason: Reason,
});
export type RequestCorrection = v.InferOutput<typeof RequestCorrection>;

/** A stay at work is at most so long. */
export const LONGEST_RECORD_MS = 48 * 3_600_000;

/**
 * What is wrong with the times somebody asks for, by field, in words; the same on the page, while they are typed, and here.
 * They belong to a date: they begin on it or on a day next to it, since a night shift's record has its first date.
 */
export function timesTrouble(
  { newIn, newOut, workDate }: Pick<RequestCorrection, 'newIn' | 'newOut' | 'workDate'>,
  zone: string,
  now: number,
): { path: 'newIn' | 'newOut'; message: string } | undefined {
  if (newIn > now) return { path: 'newIn', message: 'must not be in the future' };
  const begins = dateIn(zone, newIn);
  if (begins < addDays(workDate, -1) || begins > addDays(workDate, 1))
    return { path: 'newIn', message: 'must be on the day it is for, or on one next to it' };
  if (newOut <= newIn) return { path: 'newOut', message: 'must be after the check-in' };
  if (newOut > now) return { path: 'newOut', message: 'must not be in the future' };
  if (newOut - newIn > LONGEST_RECORD_MS)
    return { path: 'newOut', message: 'must be at most 48 hours after the check-in' };
  return undefined;
}

/** One's own requests, newest first, with the cursor of `user.{id}`. */
export const OwnCorrections = v.strictObject({
  epoch: Epoch,
  head: Seq,
  corrections: v.array(Correction),
  more: v.boolean(),
});
export type OwnCorrections = v.InferOutput<typeof OwnCorrections>;

/** A rejection needs a reason; an approval may have one. */
export const ApproveCorrection = v.strictObject({ answer: v.optional(v.nullable(Reason), null) });
export const RejectCorrection = v.strictObject({ answer: Reason });
/** Taking a request back needs no reason. */
export const WithdrawCorrection = v.strictObject({});
