/** Withdrawing, approving and rejecting: each a move of the table `correctionMoves`, made by one person only. */
import { userChannel } from '../../contract/channels';
import {
  type Correction,
  correctionMoves,
  statesBefore,
} from '../../contract/attendance/corrections/corrections';
import type { PersonCorrection } from '../../contract/attendance/corrections/requests';
import { rolesWith } from '../../contract/roles';
import { query } from '../../db/client';
import { type Message, notices } from '../../notifications/notify';
import { dayWords } from '../../contract/dates';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import { openOn } from '../../settings/closing';
import { aloneOf, anotherThan, readAlone } from '../../people/alone';
import { PERSON_CORRECTION, personCorrectionOf, type PersonCorrectionRow, subjectOf } from './corrections';
import { fingerprint, madeDays, namesOwnRecords, seeDays, type SeenDays, withLaterTaps } from './days';
import { replacedTold, replacing } from './replace';
import { daysWords } from './words';

type Move = keyof typeof correctionMoves.pending;

/**
 * Takes one's own request back.
 * @throws Refusal `not_found`, `already_decided` with the request as `current`, `key_reused`, `unavailable`
 */
export async function withdraw(scope: Scope, id: string): Promise<Correction> {
  const request = await find(scope, id);
  if (request.correction.personId !== scope.me.id) throw new Refusal('not_found');
  return move(scope, request, 'withdrawn', null, false);
}

/**
 * Makes the days as they were requested; the originals stay in the request and in the journal. What their person has tapped
 * since is kept. Nobody approves their own, unless there is no other active person who may.
 * @throws Refusal `not_found`, `own_correction`, `already_decided`, `changed_meanwhile` with the days as they are now,
 * `overlap`, `invalid_input`, `period_closed`, `key_reused`, `unavailable`
 */
export const approve = (scope: Scope, id: string, answer: string | null): Promise<Correction> =>
  decide(scope, id, 'approved', answer);

/** @throws Refusal `not_found`, `own_correction`, `already_decided`, `key_reused`, `unavailable` */
export const reject = (scope: Scope, id: string, answer: string): Promise<Correction> =>
  decide(scope, id, 'rejected', answer);

async function decide(
  scope: Scope,
  id: string,
  to: 'approved' | 'rejected',
  answer: string | null,
): Promise<Correction> {
  const request = await find(scope, id);
  const own = request.correction.personId === scope.me.id;
  // A sole admin's way out, under an action of its own in the journal. The write asks again.
  if (own && !readAlone(await aloneOf(scope).all())) throw new Refusal('own_correction');
  return move(scope, request, to, answer, own);
}

async function find({ d1 }: Scope, id: string): Promise<PersonCorrection> {
  const row = await d1
    .prepare(`${PERSON_CORRECTION} WHERE corrections.id = ?1`)
    .bind(id)
    .first<PersonCorrectionRow>();
  if (!row) throw new Refusal('not_found');
  return personCorrectionOf(row);
}

async function move(
  scope: Scope,
  { person, correction: before }: PersonCorrection,
  to: Move,
  answer: string | null,
  own: boolean,
): Promise<Correction> {
  const { me } = scope;
  const at = scope.now();
  const earlier = before.state === 'pending' ? undefined : await scope.earlier();
  if (earlier) return before;
  if (before.state !== 'pending') throw new Refusal('already_decided', { current: before });
  const seen = to === 'approved' ? await daysNow(scope, before) : undefined;
  const days = seen && approvedDays(scope, before, seen);
  const after: Correction = {
    ...before,
    ...(seen && days && { before: seen.days, after: days }),
    state: to,
    decidedBy: to === 'withdrawn' ? null : { id: me.id, name: me.name },
    decidedAt: at,
    answer,
  };
  const notified = await notices(scope, at, to === 'withdrawn' || own ? [] : [decided(scope, after)]);
  const done = await scope.attempt({
    at,
    changes: [
      {
        write: stateWrite(me.id, after, own, seen),
        action: own && to !== 'withdrawn' ? `correction.self_${to}` : `correction.${to}`,
        subject: subjectOf(before.id),
        before,
        after,
        onlyIf: seen && openOn(before.from),
      },
    ],
    publish: [
      { channel: userChannel(person.id), type: 'correction.updated', data: after },
      { channel: 'admin.dashboard', type: 'correction.updated', data: { person, correction: after } },
      ...(seen ? await replacedTold(scope, [after]) : []),
      ...notified.publish,
    ],
    also: [...(seen ? replacing([after]) : []), ...notified.also],
  });
  return done ? after : await lookAgain(scope, before);
}

async function daysNow(scope: Scope, { personId, from, to }: Correction): Promise<SeenDays> {
  const seen = (await seeDays(scope, [{ personId, from, to }])).get(personId);
  if (!seen) throw new Refusal('not_found');
  return seen;
}

function approvedDays(scope: Scope, it: Correction, seen: SeenDays) {
  const records = withLaterTaps(it, seen);
  if (!records) throw changed(seen);
  // A proposal for an open record has no end: one that was assumed since is still to be confirmed.
  const open = it.after.filter(({ record }) => record.outAt === null).map(({ record }) => record.id);
  return madeDays(scope.now(), seen, records, new Set(open));
}

const changed = (seen?: SeenDays): Refusal =>
  new Refusal('changed_meanwhile', {
    detail: 'These days have changed since the request. Reject it so that they can send a new one.',
    current: seen?.days ?? null,
  });

/** The table says who may make the move; the write checks that it has not been made and that the days are as seen. */
function stateWrite(me: string, it: Correction, own: boolean, seen: SeenDays | undefined) {
  const mine = own || (it.state !== 'pending' && it.state !== 'entered' && it.state === 'withdrawn');
  return query(
    `UPDATE corrections SET state = ?1, decided_by = ?2, decided_at = ?3, answer = ?4, before = ?9, after = ?10
     WHERE id = ?5 AND state IN (SELECT value FROM json_each(?6)) AND person_id ${mine ? '=' : '<>'} ?7
       AND (?11 IS NULL OR (${fingerprint('?12')} = ?11 AND ${namesOwnRecords('?12', '?10')}))
       AND (?13 = 0 OR NOT ${anotherThan('?7', '?8')})`,
    it.state,
    it.decidedBy?.id ?? null,
    it.decidedAt,
    it.answer,
    it.id,
    JSON.stringify(statesBefore(it.state)),
    me,
    JSON.stringify(rolesWith('corrections.decide')),
    JSON.stringify(it.before),
    JSON.stringify(it.after),
    seen?.seen ?? null,
    JSON.stringify({ personId: it.personId, from: it.from, to: it.to }),
    own && it.state !== 'withdrawn' ? 1 : 0,
  );
}

function decided({ me }: Scope, { personId, state, from, after, answer }: Correction): Message {
  const why = answer ? `: “${answer}”` : '';
  return {
    personId,
    kind: 'correction.decided',
    title: `${me.name} ${state === 'approved' ? 'approved' : 'rejected'} your correction`,
    body: `${dayWords(from)}: ${daysWords(after)}${why}`,
    href: '/',
  };
}

/** Nothing was written: somebody else was faster, or the days are not as they were. */
async function lookAgain(scope: Scope, before: Correction): Promise<never> {
  const { correction } = await find(scope, before.id);
  if (correction.state !== 'pending') throw new Refusal('already_decided', { current: correction });
  throw changed();
}
