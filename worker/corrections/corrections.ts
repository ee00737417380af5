/** Corrections: asked for by the person, decided by somebody else; the times as they were stay on the request for ever. */
import type { AttendanceRecord, BoardPerson } from '../contract/attendance';
import type { Correction } from '../contract/corrections';
import type { PersonCorrection } from '../contract/requests';

/** A row of `CORRECTION`. */
export type CorrectionRow = Omit<Correction, 'decidedBy'> & {
  deciderId: string | null;
  deciderName: string | null;
};

const COLUMNS = `corrections.id, corrections.person_id AS personId, record_id AS recordId, work_date AS workDate,
    corrections.zone, old_in AS oldIn, old_out AS oldOut, new_in AS newIn, new_out AS newOut, reason, state,
    requested_at AS requestedAt, decided_at AS decidedAt, answer, decider.id AS deciderId, decider.name AS deciderName`;
const DECIDER = 'LEFT JOIN people AS decider ON decider.id = corrections.decided_by';

/** SQL: corrections with the name of whoever decided; a WHERE may follow. */
export const CORRECTION = `SELECT ${COLUMNS} FROM corrections ${DECIDER}`;

/** The same with the person who asks. */
export const PERSON_CORRECTION = `SELECT ${COLUMNS}, person.name, person.department, person.position, person.category,
    person.image AS photo
  FROM corrections JOIN people AS person ON person.id = corrections.person_id ${DECIDER}`;

/** A row of `PERSON_CORRECTION`. */
export type PersonCorrectionRow = CorrectionRow & Omit<BoardPerson, 'id'>;

/** The one place where a row becomes the contract's correction. */
export function correctionOf({ deciderId, deciderName, ...row }: CorrectionRow): Correction {
  return { ...row, decidedBy: deciderId ? { id: deciderId, name: deciderName ?? '' } : null };
}

export function personCorrectionOf(row: PersonCorrectionRow): PersonCorrection {
  const { name, department, position, category, photo, ...correction } = row;
  return {
    person: { id: row.personId, name, department, position, category, photo },
    correction: correctionOf(correction),
  };
}

/** What the journal calls a correction. */
export const subjectOf = (id: string) => `correction/${id}`;

/**
 * SQL: the times ?3 … ?4 suit the record ?2 of the person ?1: no other record of theirs overlaps, and no break of this one
 * lies outside. Records may touch.
 */
export const FITS = `NOT EXISTS (SELECT 1 FROM attendance AS other WHERE other.person_id = ?1 AND other.id <> ?2
    AND other.in_at < ?4 AND coalesce(other.out_at, ${Number.MAX_SAFE_INTEGER}) > ?3)
  AND NOT EXISTS (SELECT 1 FROM breaks WHERE record_id = ?2 AND (start_at < ?3 OR coalesce(end_at, due_at) > ?4))`;

/** Whether these are still the times that somebody asked to have changed. */
export const isAsAsked = (
  record: AttendanceRecord | null,
  { oldIn, oldOut }: Pick<Correction, 'oldIn' | 'oldOut'>,
): boolean => (record?.inAt ?? null) === oldIn && (record?.outAt ?? null) === oldOut;
