/** Asking for a correction of one's own record, or for one where nothing was recorded. */
import { and, eq } from 'drizzle-orm';
import * as v from 'valibot';
import type { AttendanceRecord } from '../contract/attendance';
import { userChannel } from '../contract/channels';
import { Correction, type RequestCorrection, timesTrouble } from '../contract/corrections';
import { rolesWith } from '../contract/roles';
import { query } from '../db/client';
import { corrections } from '../db/schema';
import { type Message, notices } from '../notifications/notify';
import { dayWords } from '../notifications/words';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { recordNow, refuseClash } from './clash';
import { CORRECTION, correctionOf, type CorrectionRow, FITS, isAsAsked, subjectOf } from './corrections';
import { spanWords } from './words';

/** A request rings at most so many bells; everybody else finds it in the queue. */
const MOST_TOLD = 50;

/**
 * Asks for other times. Somebody else's record is as unknown as none.
 * @throws Refusal `invalid_input`, `not_found`, `still_open`, `overlap`, `breaks_outside`, `correction_pending` with the
 * waiting one as `current`, `changed_meanwhile`, `key_reused`, `unavailable`
 */
export async function requestCorrection(scope: Scope, asked: RequestCorrection): Promise<Correction> {
  const { me } = scope;
  const at = scope.now();
  const record = await recordNow(scope, asked.recordId);
  if (record && record.personId !== me.id) throw new Refusal('not_found');
  const correction: Correction = {
    ...asked,
    personId: me.id,
    zone: record?.zone ?? me.zone,
    oldIn: record?.inAt ?? null,
    oldOut: record?.outAt ?? null,
    state: 'pending',
    requestedAt: at,
    decidedBy: null,
    decidedAt: null,
    answer: null,
  };
  const refusal = refusalOf(correction, record, at);
  // A late retry must get its first answer, although what it asked for may have come true meanwhile.
  if (refusal) return (await answeredBefore(scope, asked.id)) ?? refuse(refusal);
  const { also, publish } = await notices(scope, at, await messages(scope, correction));
  const { name, department, position, category, photo } = me;
  const answer = await scope.commit({
    at,
    changes: [
      {
        write: insert(correction),
        action: 'correction.requested',
        subject: subjectOf(asked.id),
        before: null,
        after: correction,
      },
    ],
    publish: [
      { channel: userChannel(me.id), type: 'correction.updated', data: correction },
      {
        channel: 'admin.dashboard',
        type: 'correction.updated',
        data: { person: { id: me.id, name, department, position, category, photo }, correction },
      },
      ...publish,
    ],
    also,
  });
  return answer ? v.parse(Correction, answer.after) : await lookAgain(scope, correction);
}

/** `still_open`, or `invalid_input` naming the field. */
function refusalOf(asked: Correction, record: AttendanceRecord | null, now: number): Refusal | undefined {
  const { newIn, newOut, workDate, zone } = asked;
  if (record?.outAt === null) return new Refusal('still_open', { current: record });
  const trouble =
    record && record.workDate !== workDate
      ? { path: 'workDate', message: 'must be the date of the record' }
      : record && !record.auto && record.inAt === newIn && record.outAt === newOut
        ? { path: 'newOut', message: 'must differ from what is recorded' }
        : timesTrouble({ newIn, newOut, workDate }, zone, now);
  return (
    trouble &&
    new Refusal('invalid_input', { issues: [trouble], detail: `${trouble.path}: ${trouble.message}` })
  );
}

function refuse(refusal: Refusal): never {
  throw refusal;
}

/** The record must be closed and as the request has it, or not be there at all; a second pending one is refused by an index. */
function insert(it: Correction) {
  return query(
    `INSERT INTO corrections (id, person_id, record_id, work_date, zone, old_in, old_out, new_in, new_out, reason, state, requested_at)
     SELECT ?5, ?1, ?2, ?6, ?7, ?8, ?9, ?3, ?4, ?10, ?11, ?12
     WHERE ${FITS} AND CASE WHEN ?8 IS NULL THEN NOT EXISTS (SELECT 1 FROM attendance WHERE id = ?2)
       ELSE EXISTS (SELECT 1 FROM attendance WHERE id = ?2 AND person_id = ?1 AND in_at = ?8 AND out_at = ?9) END`,
    it.personId,
    it.recordId,
    it.newIn,
    it.newOut,
    it.id,
    it.workDate,
    it.zone,
    it.oldIn,
    it.oldOut,
    it.reason,
    it.state,
    it.requestedAt,
  );
}

async function messages({ d1, me }: Scope, asked: Correction): Promise<Message[]> {
  const { results } = await d1
    .prepare(
      `SELECT id FROM people WHERE active AND id <> ?1 AND EXISTS (
         SELECT 1 FROM json_each(roles) AS role WHERE role.value IN (SELECT value FROM json_each(?2)))
       ORDER BY id LIMIT ?3`,
    )
    .bind(me.id, JSON.stringify(rolesWith('corrections.decide')), MOST_TOLD)
    .all<{ id: string }>();
  const { zone, workDate, newIn, newOut, reason } = asked;
  return results.map(({ id }) => ({
    personId: id,
    kind: 'correction.requested',
    title: `${me.name} asks for a correction`,
    body: `${dayWords(workDate)}, ${spanWords(zone, newIn, newOut)}: “${reason}”`,
    href: '/admin/corrections',
  }));
}

/** Nothing was written: the same request was answered before, or something stands in its way. */
async function lookAgain(scope: Scope, asked: Correction): Promise<Correction> {
  const { me } = scope;
  const same = await answeredBefore(scope, asked.id);
  if (same) return same;
  const pending = await scope.d1
    .prepare(`${CORRECTION} WHERE record_id = ?1 AND state = 'pending' AND corrections.person_id = ?2`)
    .bind(asked.recordId, me.id)
    .first<CorrectionRow>();
  if (pending) throw new Refusal('correction_pending', { current: correctionOf(pending) });
  const record = await recordNow(scope, asked.recordId);
  if (isAsAsked(record, asked)) await refuseClash(scope, asked);
  throw new Refusal('changed_meanwhile', { current: record?.personId === me.id ? record : null });
}

/** The first answer to a request of one's own with that id. */
async function answeredBefore(scope: Scope, id: string): Promise<Correction | undefined> {
  const same = await scope.db.query.corrections.findFirst({
    where: and(eq(corrections.id, id), eq(corrections.personId, scope.me.id)),
  });
  if (!same) return undefined;
  return v.parse(Correction, (await scope.already(subjectOf(id), 'correction.requested')).after);
}
