/** Asking for other times than those recorded, and the answer. */
import * as v from 'valibot';
import { Id, Instant, LocalDate } from './values';

export const CorrectionState = v.picklist(['pending', 'withdrawn', 'approved', 'rejected']);
export type CorrectionState = v.InferOutput<typeof CorrectionState>;

/** from → to: who. Read by server, pages and tests alike. */
export const correctionMoves = {
  pending: { withdrawn: 'requester', approved: 'another', rejected: 'another' },
  withdrawn: {},
  approved: {},
  rejected: {},
} as const satisfies Record<CorrectionState, Partial<Record<CorrectionState, 'requester' | 'another'>>>;

/** At least 5 characters (PRODUCT, part B). */
export const Reason = v.pipe(
  v.string(),
  v.trim(),
  v.minLength(5, 'must be at least 5 characters'),
  v.maxLength(500, 'must be at most 500 characters'),
);

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

/** A rejection needs a reason; an approval may have one. */
export const ApproveCorrection = v.strictObject({ answer: v.optional(v.nullable(Reason), null) });
export const RejectCorrection = v.strictObject({ answer: Reason });
