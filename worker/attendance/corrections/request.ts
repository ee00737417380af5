/** Proposing how one's own days should be: records and breaks, also none, also while one is in. Somebody else decides. */
import * as v from 'valibot';
import { userChannel } from '../../contract/channels';
import { Correction, type RequestCorrection } from '../../contract/attendance/corrections/corrections';
import { rolesWith } from '../../contract/roles';
import { type Message, notices } from '../../notifications/notify';
import { dayWords } from '../../contract/dates';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import { openOn } from '../../settings/closing';
import { type Query, query } from '../../db/client';
import { isSame } from './again';
import { CORRECTION, correctionOf, type CorrectionRow, subjectOf } from './corrections';
import {
  fingerprint,
  madeDays,
  namesOwnRecords,
  refusal,
  refuseFuture,
  seeDays,
  type SeenDays,
} from './days';
import { daysWords } from './words';

/** A request rings at most so many bells; everybody else finds it in the queue. */
const MOST_TOLD = 50;

/**
 * Asks for other days. An open record stays open: its end is the tap that is still to come.
 * @throws Refusal `invalid_input`, `overlap`, `correction_pending` with the waiting one as `current`, `period_closed`,
 * `changed_meanwhile`, `key_reused`, `unavailable`
 */
export async function requestCorrection(scope: Scope, input: RequestCorrection): Promise<Correction> {
  const { me } = scope;
  // A late retry must get its first answer, although what it asked for may have come true meanwhile.
  const earlier = await answeredBefore(scope, input);
  if (earlier) return earlier;
  const at = scope.now();
  const seen = await seen1(scope, me.id, input);
  const correction: Correction = {
    ...proposal(scope, seen, input, at),
    state: 'pending',
    decidedBy: null,
    decidedAt: null,
    answer: null,
  };
  const { also, publish } = await notices(scope, at, await messages(scope, correction));
  const { id, name, department, position, category, photo } = me;
  const answer = await scope.attempt({
    at,
    changes: [
      {
        write: insertion(seen, correction),
        action: 'correction.requested',
        subject: subjectOf(input.id),
        before: null,
        after: correction,
        onlyIf: openOn(correction.from),
      },
    ],
    publish: [
      { channel: userChannel(me.id), type: 'correction.updated', data: correction },
      {
        channel: 'admin.dashboard',
        type: 'correction.updated',
        data: { person: { id, name, department, position, category, photo }, correction },
      },
      ...publish,
    ],
    also,
  });
  return answer ? correction : await lookAgain(scope, input, correction);
}

/** A person's days of a proposal, as they are now. @throws Refusal `invalid_input` for days to come */
export async function seen1(
  scope: Scope,
  personId: string,
  { days: { from, to } }: Pick<RequestCorrection, 'days'>,
): Promise<SeenDays> {
  const seen = (await seeDays(scope, [{ personId, from, to }])).get(personId);
  if (!seen) throw new Refusal('not_found');
  refuseFuture(scope, seen, { from });
  return seen;
}

/** The proposal as a correction, its days made and checked. @throws Refusal `invalid_input`, `overlap` */
export function proposal(
  scope: Scope,
  seen: SeenDays,
  { id, days, reason }: RequestCorrection,
  at: number,
): Omit<Correction, 'state' | 'decidedBy' | 'decidedAt' | 'answer'> {
  const after = madeDays(scope.now(), seen, days.records);
  const own = seen.personId === scope.asker?.id;
  const open = seen.days.find(({ record }) => record.outAt === null);
  const closes = open && after.find(({ record }) => record.id === open.record.id)?.record.outAt !== null;
  if (own && closes)
    throw refusal('days.records', 'must leave the record open that you are in: check out first');
  if (JSON.stringify(after) === JSON.stringify(seen.days))
    throw refusal('days.records', 'must differ from what is recorded');
  const { personId, from, to } = seen;
  const zone = after[0]?.record.zone ?? seen.days[0]?.record.zone ?? seen.roster.zoneOf(personId, from);
  return { id, personId, from, to, zone, before: seen.days, after, reason, requestedAt: at };
}

/** The days must be as they were seen, and no other request of theirs may wait. */
export const insertion = (seen: SeenDays, it: Correction): Query =>
  query(
    `INSERT INTO corrections (id, person_id, from_date, to_date, zone, before, after, reason, state, requested_at)
     SELECT its ->> 'id', its ->> 'personId', its ->> 'from', its ->> 'to', its ->> 'zone', its -> 'before', its -> 'after', its ->> 'reason',
       its ->> 'state', its ->> 'requestedAt'
     FROM (SELECT ?1 AS its) WHERE ${fingerprint('its')} = ?2 AND ${namesOwnRecords('its', "its -> 'after'")} AND NOT EXISTS (SELECT 1 FROM corrections AS other
       WHERE other.person_id = its ->> 'personId' AND other.state = 'pending' AND from_date <= its ->> 'to' AND to_date >= its ->> 'from')`,
    JSON.stringify(it),
    seen.seen,
  );

async function messages({ d1, me }: Scope, correction: Correction): Promise<Message[]> {
  const { results } = await d1
    .prepare(
      `SELECT id FROM people WHERE active AND id <> ?1 AND EXISTS (
         SELECT 1 FROM json_each(roles) AS role WHERE role.value IN (SELECT value FROM json_each(?2)))
       ORDER BY id LIMIT ?3`,
    )
    .bind(me.id, JSON.stringify(rolesWith('corrections.decide')), MOST_TOLD)
    .all<{ id: string }>();
  return results.map(({ id }) => ({
    personId: id,
    kind: 'correction.requested',
    title: `${me.name} asks for a correction`,
    body: `${dayWords(correction.from)}: ${daysWords(correction.after)}: “${correction.reason}”`,
    href: '/admin/corrections',
  }));
}

/** Nothing was written: another request waits, or the days have changed. */
async function lookAgain(
  scope: Scope,
  request: RequestCorrection,
  correction: Correction,
): Promise<Correction> {
  const same = await answeredBefore(scope, request);
  if (same) return same;
  const pending = await scope.d1
    .prepare(
      `${CORRECTION} WHERE state = 'pending' AND corrections.person_id = ?1 AND from_date <= ?3 AND to_date >= ?2`,
    )
    .bind(correction.personId, correction.from, correction.to)
    .first<CorrectionRow>();
  if (pending) throw new Refusal('correction_pending', { current: correctionOf(pending) });
  throw new Refusal('changed_meanwhile');
}

/** The request of one's own with that id, as it was made: its key is spent on it. @throws Refusal `key_reused` where it said something else */
async function answeredBefore(scope: Scope, input: RequestCorrection): Promise<Correction | undefined> {
  const { me, d1 } = scope;
  // An approval may have added later taps to the row: the journal knows what was asked.
  const row = await d1
    .prepare(
      `SELECT after FROM journal WHERE subject = ?1 AND action = 'correction.requested' AND actor = ?2 ORDER BY id LIMIT 1`,
    )
    .bind(subjectOf(input.id), me.id)
    .first<{ after: string }>();
  if (!row) return undefined;
  const earlier = v.parse(Correction, JSON.parse(row.after));
  if (!isSame(earlier, { ...input, personId: me.id })) throw new Refusal('key_reused');
  await scope.already(subjectOf(input.id), 'correction.requested');
  return earlier;
}
