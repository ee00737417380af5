/** Corrections: asked for by the person, decided by somebody else; the times as they were stay on the request for ever. */
import type { Correction } from '../contract/corrections';

/** A row of `CORRECTION`. */
export type CorrectionRow = Omit<Correction, 'decidedBy'> & {
  deciderId: string | null;
  deciderName: string | null;
};

/** SQL: corrections with the name of whoever decided; a WHERE may follow. */
export const CORRECTION = `SELECT corrections.id, corrections.person_id AS personId, record_id AS recordId, work_date AS workDate,
    corrections.zone, old_in AS oldIn, old_out AS oldOut, new_in AS newIn, new_out AS newOut, reason, state,
    requested_at AS requestedAt, decided_at AS decidedAt, answer, decider.id AS deciderId, decider.name AS deciderName
  FROM corrections LEFT JOIN people AS decider ON decider.id = corrections.decided_by`;

/** The one place where a row becomes the contract's correction. */
export function correctionOf({ deciderId, deciderName, ...row }: CorrectionRow): Correction {
  return { ...row, decidedBy: deciderId ? { id: deciderId, name: deciderName ?? '' } : null };
}
