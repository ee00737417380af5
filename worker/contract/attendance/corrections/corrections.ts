/** Corrections of whole days, proposed by their person or entered by a supervisor. */
import * as v from 'valibot';
import { AttendanceRecord, Break } from '../attendance';
import { Id, Instant, LocalDate } from '../../values';
import { Heads } from '../../wire';

export const CorrectionState = v.picklist(['pending', 'withdrawn', 'approved', 'rejected', 'entered']);
export type CorrectionState = v.InferOutput<typeof CorrectionState>;

/** from → to: who may. A supervisor's entry begins as `entered`. */
export const correctionMoves = {
  pending: { withdrawn: 'requester', approved: 'another', rejected: 'another' },
  withdrawn: {},
  approved: {},
  rejected: {},
  entered: {},
} as const satisfies Record<CorrectionState, Partial<Record<CorrectionState, 'requester' | 'another'>>>;

/** The states with a move to this one. */
export const statesBefore = (to: CorrectionState): CorrectionState[] =>
  CorrectionState.options.filter((from) => to in correctionMoves[from]);

/** A record with its breaks in the order they began. */
export const RecordWithBreaks = v.strictObject({ record: AttendanceRecord, breaks: v.array(Break) });
export type RecordWithBreaks = v.InferOutput<typeof RecordWithBreaks>;

export const Correction = v.strictObject({
  id: Id,
  personId: Id,
  /** Local dates, both included; at most three. */
  from: LocalDate,
  to: LocalDate,
  zone: v.string(),
  /** The original records, in the order they began. */
  before: v.array(RecordWithBreaks),
  /** The corrected records; may be empty. */
  after: v.array(RecordWithBreaks),
  reason: v.string(),
  state: CorrectionState,
  requestedAt: Instant,
  decidedBy: v.nullable(v.strictObject({ id: Id, name: v.string() })),
  decidedAt: v.nullable(Instant),
  answer: v.nullable(v.string()),
});
export type Correction = v.InferOutput<typeof Correction>;

/** The answer to a tap that was kept and cannot count by itself: another person decides. */
export const Proposed = v.strictObject({ proposed: Correction });
export type Proposed = v.InferOutput<typeof Proposed>;

/** All records of a person's days; other records of these days are gone. */
export const ReplacedDays = v.strictObject({
  personId: Id,
  from: LocalDate,
  to: LocalDate,
  days: v.array(RecordWithBreaks),
});
export type ReplacedDays = v.InferOutput<typeof ReplacedDays>;

/** One's own requests, newest first, with the head of `user.{id}`. */
export const OwnCorrections = v.strictObject({
  at: Heads,
  corrections: v.array(Correction),
  more: v.boolean(),
});
export type OwnCorrections = v.InferOutput<typeof OwnCorrections>;
