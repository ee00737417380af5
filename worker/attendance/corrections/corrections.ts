/** Rows of corrections, and the contract's objects made of them. */
import * as v from 'valibot';
import { Correction, RecordWithBreaks } from '../../contract/attendance/corrections/corrections';
import type { BoardPerson } from '../../contract/attendance/attendance';
import type { PersonCorrection } from '../../contract/attendance/corrections/requests';
import { BOARD_PERSON, termJoin } from '../records';

export type CorrectionRow = Omit<Correction, 'decidedBy' | 'before' | 'after'> & {
  before: string;
  after: string;
  deciderId: string | null;
  deciderName: string | null;
};

const COLUMNS = `corrections.id, corrections.person_id AS personId, from_date AS "from", to_date AS "to", corrections.zone,
    corrections.before, corrections.after, reason, state, requested_at AS requestedAt, decided_at AS decidedAt, answer,
    decider.id AS deciderId, decider.name AS deciderName`;
const DECIDER = 'LEFT JOIN people AS decider ON decider.id = corrections.decided_by';

/** SQL: corrections with the name of the person who decided; a WHERE may follow. */
export const CORRECTION = `SELECT ${COLUMNS} FROM corrections ${DECIDER}`;

/** The same with the person, as of the last corrected date. */
export const PERSON_CORRECTION = `SELECT ${COLUMNS}, ${BOARD_PERSON.replace('people.id, ', '')}
  FROM corrections JOIN people ON people.id = corrections.person_id ${termJoin('corrections.to_date')} ${DECIDER}`;

export type PersonCorrectionRow = CorrectionRow & Omit<BoardPerson, 'id'>;

const Days = v.array(RecordWithBreaks);

export function correctionOf({ deciderId, deciderName, before, after, ...row }: CorrectionRow): Correction {
  return {
    ...row,
    before: v.parse(Days, JSON.parse(before)),
    after: v.parse(Days, JSON.parse(after)),
    decidedBy: deciderId ? { id: deciderId, name: deciderName ?? '' } : null,
  };
}

export function personCorrectionOf(row: PersonCorrectionRow): PersonCorrection {
  const { name, department, position, category, photo, ...correction } = row;
  return {
    person: { id: row.personId, name, department, position, category, photo },
    correction: correctionOf(correction),
  };
}

export const subjectOf = (id: string) => `correction/${id}`;
