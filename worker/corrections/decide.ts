/** Withdrawing, approving and rejecting: each a move of the table `correctionMoves`, made by one person only. */
import * as v from 'valibot';
import { recordUpdated } from '../attendance/tell';
import type { AttendanceRecord } from '../contract/attendance';
import { userChannel } from '../contract/channels';
import { Correction, correctionMoves, statesBefore } from '../contract/corrections';
import type { PersonCorrection } from '../contract/requests';
import { query } from '../db/client';
import type { Change } from '../live/commit';
import { notices } from '../notifications/notify';
import { dayWords } from '../notifications/words';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { recordNow, refuseClash } from './clash';
import {
  FITS,
  isAsAsked,
  PERSON_CORRECTION,
  personCorrectionOf,
  type PersonCorrectionRow,
  subjectOf,
} from './corrections';
import { spanWords } from './words';

type Move = keyof typeof correctionMoves.pending;

/**
 * Takes one's own request back.
 * @throws Refusal `not_found`, `already_decided` with the request as `current`, `key_reused`, `unavailable`
 */
export async function withdraw(scope: Scope, id: string): Promise<Correction> {
  const asked = await find(scope, id);
  if (asked.correction.personId !== scope.me.id) throw new Refusal('not_found');
  return move(scope, asked, 'withdrawn', null);
}

/**
 * Gives the record the times asked for, or makes it; the times as they were stay in the request and in the journal.
 * @throws Refusal `not_found`, `own_correction`, `already_decided`, `changed_meanwhile` with the record as it is now,
 * `overlap`, `breaks_outside`, `key_reused`, `unavailable`
 */
export async function approve(scope: Scope, id: string, answer: string | null): Promise<Correction> {
  return move(scope, await findAnothers(scope, id), 'approved', answer);
}

/** @throws Refusal `not_found`, `own_correction`, `already_decided`, `key_reused`, `unavailable` */
export async function reject(scope: Scope, id: string, answer: string): Promise<Correction> {
  return move(scope, await findAnothers(scope, id), 'rejected', answer);
}

async function find({ d1 }: Scope, id: string): Promise<PersonCorrection> {
  const row = await d1
    .prepare(`${PERSON_CORRECTION} WHERE corrections.id = ?1`)
    .bind(id)
    .first<PersonCorrectionRow>();
  if (!row) throw new Refusal('not_found');
  return personCorrectionOf(row);
}

async function findAnothers(scope: Scope, id: string): Promise<PersonCorrection> {
  const asked = await find(scope, id);
  if (asked.correction.personId === scope.me.id) throw new Refusal('own_correction');
  return asked;
}

async function move(
  scope: Scope,
  { person, correction: before }: PersonCorrection,
  to: Move,
  answer: string | null,
): Promise<Correction> {
  const { me } = scope;
  const at = scope.now();
  const record = to === 'approved' ? await recordNow(scope, before.recordId) : null;
  const corrected = to === 'approved' ? correctedRecord(before, record) : undefined;
  const decidedBy = to === 'withdrawn' ? null : { id: me.id, name: me.name };
  const after: Correction = { ...before, state: to, decidedBy, decidedAt: at, answer };
  const told = await notices(scope, at, to === 'withdrawn' ? [] : [decided(scope, after)]);
  const done = await scope.commit({
    at,
    changes: [
      ...(corrected ? [recordChange(before, record, corrected)] : []),
      {
        write: stateWrite(me.id, before, after),
        action: `correction.${to}`,
        subject: subjectOf(before.id),
        before,
        after,
      },
    ],
    publish: [
      { channel: userChannel(person.id), type: 'correction.updated', data: after },
      { channel: 'admin.dashboard', type: 'correction.updated', data: { person, correction: after } },
      ...(corrected ? recordUpdated(person, corrected) : []),
      ...told.publish,
    ],
    also: told.also,
  });
  return done ? v.parse(Correction, done.after) : await lookAgain(scope, before);
}

function correctedRecord(it: Correction, record: AttendanceRecord | null): AttendanceRecord {
  const { recordId: id, personId, workDate, zone, newIn: inAt, newOut: outAt } = it;
  const { photo = null, dueAt = null } = record ?? {};
  return { id, personId, workDate, zone, inAt, outAt, auto: false, corrected: true, photo, dueAt };
}

/** The record must be as it was when the request was made, and its new times must still fit, whatever races. */
function recordChange(it: Correction, before: AttendanceRecord | null, after: AttendanceRecord): Change {
  const times = [it.personId, it.recordId, it.newIn, it.newOut] as const;
  return {
    write:
      it.oldIn === null
        ? query(
            `INSERT INTO attendance (id, person_id, work_date, zone, in_at, out_at, auto, corrected)
             SELECT ?2, ?1, ?5, ?6, ?3, ?4, 0, 1 WHERE ${FITS}`,
            ...times,
            it.workDate,
            it.zone,
          )
        : query(
            `UPDATE attendance SET in_at = ?3, out_at = ?4, auto = 0, corrected = 1
             WHERE id = ?2 AND person_id = ?1 AND in_at = ?5 AND out_at = ?6 AND photo IS ?7 AND ${FITS}`,
            ...times,
            it.oldIn,
            it.oldOut,
            after.photo,
          ),
    action: 'attendance.corrected',
    subject: `attendance/${it.recordId}`,
    before,
    after,
  };
}

/** Who may make the move stands in the table; that it has not been made yet is asked by the same write. */
function stateWrite(me: string, before: Correction, { state, decidedBy, decidedAt, answer }: Correction) {
  const own = state !== 'pending' && correctionMoves.pending[state] === 'requester';
  return query(
    `UPDATE corrections SET state = ?1, decided_by = ?2, decided_at = ?3, answer = ?4
     WHERE id = ?5 AND state IN (SELECT value FROM json_each(?6)) AND person_id ${own ? '=' : '<>'} ?7`,
    state,
    decidedBy?.id ?? null,
    decidedAt,
    answer,
    before.id,
    JSON.stringify(statesBefore(state)),
    me,
  );
}

function decided({ me }: Scope, { personId, state, workDate, zone, newIn, newOut, answer }: Correction) {
  const why = answer ? `: “${answer}”` : '';
  return {
    personId,
    kind: 'correction.decided',
    title: `${me.name} ${state === 'approved' ? 'approved' : 'rejected'} your correction`,
    body: `${dayWords(workDate)}, ${spanWords(zone, newIn, newOut)}${why}`,
    href: '/',
  } as const;
}

/** Nothing was written: somebody else was faster, or the record is not as it was. */
async function lookAgain(scope: Scope, before: Correction): Promise<never> {
  const { correction } = await find(scope, before.id);
  if (correction.state !== 'pending') throw new Refusal('already_decided', { current: correction });
  const record = await recordNow(scope, before.recordId);
  if (isAsAsked(record, before)) await refuseClash(scope, before);
  throw new Refusal('changed_meanwhile', {
    detail: 'The record has changed since this was asked. Reject it, so that it can be asked anew.',
    current: record,
  });
}
