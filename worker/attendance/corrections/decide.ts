/** Withdraws, approves and rejects requests, by the table `correctionMoves`. */
import { userChannel } from '../../contract/channels';
import * as v from 'valibot';
import {
  Correction,
  type correctionMoves,
  statesBefore,
} from '../../contract/attendance/corrections/corrections';
import type { PersonCorrection } from '../../contract/attendance/corrections/requests';
import { rolesWith } from '../../contract/roles';
import { ask, type Fact, map, query, row, together } from '../../db/queries';
import { type Message, mutedBy, noticesOf } from '../../notifications/notify';
import { dayWords } from '../../contract/zones';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import type { Asker } from '../../session';
import { openOn } from '../../settings/closing';
import { aloneOf, anotherThan } from '../../people/alone';
import { PERSON_CORRECTION, personCorrectionOf, type PersonCorrectionRow, subjectOf } from './corrections';
import {
  asFirstSeen,
  daysOf,
  fingerprint,
  correctedDays,
  namesOwnRecords,
  type SeenDays,
  withLaterTaps,
} from './days';
import { peopleOn, replacedEvents, replacing } from './replace';
import { daysWords } from './words';

type Move = keyof typeof correctionMoves.pending;

/** @throws Refusal `not_found`, `already_decided` with the request as `current`, `key_reused`, `unavailable` */
export const withdraw = (scope: Scope, id: string): Promise<Correction> => move(scope, id, 'withdrawn', null);

/**
 * Replaces the days as requested, and keeps later taps of the person. The originals stay in the request and in the journal.
 * No one approves their own request, unless no other active person may.
 * @throws Refusal `not_found`, `own_correction`, `already_decided`, `changed_meanwhile` with the current days,
 * `overlap`, `invalid_input`, `period_closed`, `key_reused`, `unavailable`
 */
export const approve = (scope: Scope, id: string, answer: string | null): Promise<Correction> =>
  move(scope, id, 'approved', answer);

/** @throws Refusal `not_found`, `own_correction`, `already_decided`, `key_reused`, `unavailable` */
export const reject = (scope: Scope, id: string, answer: string): Promise<Correction> =>
  move(scope, id, 'rejected', answer);

async function move(scope: Scope, id: string, to: Move, answer: string | null): Promise<Correction> {
  const refuseOthers = asFirstSeen(changed);
  const { after } = await scope.commit({
    subject: subjectOf(id),
    action: `correction.${to}`,
    async facts(d1, who) {
      const request = await ask(d1, requestOf(d1, id));
      const its = await ask(
        d1,
        together({
          days: daysOf(d1, [request.correction], scope.env.WORKPLACE_ZONE),
          people: peopleOn(d1, [request.correction]),
          alone: aloneOf(d1, who),
          muted: mutedBy(d1, [request.correction.personId]),
        }),
      );
      return { ...request, ...its };
    },
    decide({ person, correction: before, days: all, people, alone, muted }, me, now) {
      const own = before.personId === me.id;
      if (to === 'withdrawn' && !own) throw new Refusal('not_found');
      // A sole admin may decide their own, under its own action in the journal. The write checks it again.
      if (to !== 'withdrawn' && own && !alone) throw new Refusal('own_correction');
      if (before.state !== 'pending') throw new Refusal('already_decided', { current: before });
      const seen = to === 'approved' ? all.get(before.personId) : undefined;
      if (seen) refuseOthers(seen);
      const after: Correction = {
        ...before,
        ...(seen && { before: seen.days, after: approvedDays(before, seen, now) }),
        state: to,
        decidedBy: to === 'withdrawn' ? null : { id: me.id, name: me.name },
        decidedAt: now,
        answer,
      };
      const notices = noticesOf(scope, now, to === 'withdrawn' || own ? [] : [decided(me, after)], muted);
      return {
        ...(own && to !== 'withdrawn' && { action: `correction.self_${to}` }),
        write: stateWrite(me.id, after, own, seen),
        before,
        after,
        onlyIf: seen && openOn(before.from),
        publish: [
          { channel: userChannel(person.id), type: 'correction.updated', data: after },
          { channel: 'admin.dashboard', type: 'correction.updated', data: { person, correction: after } },
          ...(seen ? replacedEvents([after], people) : []),
          ...notices.publish,
        ],
        also: [...(seen ? replacing([after]) : []), ...notices.also],
      };
    },
  });
  return v.parse(Correction, after);
}

/** @throws Refusal `not_found` when the answer is read */
const requestOf = (d1: D1Database, id: string): Fact<PersonCorrection> =>
  map(row<PersonCorrectionRow>(d1, `${PERSON_CORRECTION} WHERE corrections.id = ?1`, [id]), (found) => {
    if (!found) throw new Refusal('not_found');
    return personCorrectionOf(found);
  });

function approvedDays(it: Correction, seen: SeenDays, now: number) {
  const records = withLaterTaps(it, seen);
  if (!records) throw changed(seen);
  // The proposal for a record that was open has no end: an end assumed since then stays unconfirmed.
  const open = it.after.filter(({ record }) => record.outAt === null).map(({ record }) => record.id);
  return correctedDays(now, seen, records, new Set(open));
}

const changed = (seen: SeenDays): Refusal =>
  new Refusal('changed_meanwhile', {
    detail: 'These days have changed since the request. Reject it so that they can send a new one.',
    current: seen.days,
  });

/** The write fails if the request was decided, if the days have changed, or if another person may decide one's own request. */
function stateWrite(me: string, it: Correction, own: boolean, seen: SeenDays | undefined) {
  const mine = own || it.state === 'withdrawn';
  return query(
    `UPDATE corrections SET state = ?1, decided_by = ?2, decided_at = ?3, answer = ?4, before = ?9, after = ?10
     WHERE id = ?5 AND state IN (SELECT value FROM json_each(?6)) AND person_id ${mine ? '=' : '<>'} ?7
       AND (?11 IS NULL OR (${fingerprint('?12')} = ?11 AND ${namesOwnRecords('?12', '?10')}))
       AND (?13 = 0 OR NOT ${anotherThan('?7', '?8')})`,
    [
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
    ],
  );
}

function decided({ id, name }: Asker, { personId, state, from, after, answer }: Correction): Message {
  const why = answer ? `: “${answer}”` : '';
  return {
    personId,
    names: { id, name },
    kind: 'correction.decided',
    title: `${name} ${state === 'approved' ? 'approved' : 'rejected'} your correction`,
    body: `${dayWords(from)}: ${daysWords(after)}${why}`,
    href: '/',
  };
}
