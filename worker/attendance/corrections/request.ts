/** Requests a correction of one's own days; another person decides. */
import * as v from 'valibot';
import { userChannel } from '../../contract/channels';
import type { Publication } from '../../contract/events';
import { Correction } from '../../contract/attendance/corrections/corrections';
import type { RequestCorrection } from '../../contract/attendance/corrections/proposals';
import { rolesWith } from '../../contract/roles';
import { type Message, noticesOf } from '../../notifications/notify';
import { dayWords } from '../../contract/zones';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import type { Asker } from '../../session';
import { openOn } from '../../settings/closing';
import { type Fact, map, type Query, query, row, rows, together } from '../../db/queries';
import { isSame } from './again';
import { CORRECTION, correctionOf, type CorrectionRow, subjectOf } from './corrections';
import {
  asFirstSeen,
  daysOf,
  fingerprint,
  correctedDays,
  namesOwnRecords,
  refusal,
  refuseFuture,
  type SeenDays,
} from './days';
import { daysWords } from './words';

/** A request notifies at most this number of people; the others find it in the queue. */
const MOST_NOTIFIED = 50;

/**
 * An open record must stay open: its end is a later tap.
 * @throws Refusal `invalid_input`, `overlap`, `correction_pending` with the pending one as `current`, `period_closed`,
 * `changed_meanwhile`, `key_reused`, `unavailable`
 */
export async function requestCorrection(scope: Scope, input: RequestCorrection): Promise<Correction> {
  const refuseOthers = asFirstSeen();
  const { after } = await scope.commit({
    subject: subjectOf(input.id),
    action: 'correction.requested',
    facts: (d1, who) => requestFacts(scope, d1, who, input),
    decide({ same, days, pending, deciders }, me, now) {
      // A late retry must get its first answer, even if the days are as requested by now.
      if (same && !isSame(same, { ...input, personId: me.id })) throw new Refusal('key_reused');
      if (same) return { done: 'correction.requested' };
      const seen = presentDays(days, me.id, now);
      const correction: Correction = {
        ...proposal(seen, input, me, now),
        state: 'pending',
        decidedBy: null,
        decidedAt: null,
        answer: null,
      };
      if (pending) throw new Refusal('correction_pending', { current: pending });
      refuseOthers(seen);
      const notices = noticesOf(
        scope,
        now,
        deciders.map((id) => requestMessage(id, me, correction)),
        new Set(),
      );
      return {
        write: insertion(seen, correction),
        before: null,
        after: correction,
        onlyIf: openOn(correction.from),
        publish: [...updated(me, correction), ...notices.publish],
        also: notices.also,
      };
    },
  });
  return v.parse(Correction, after);
}

const requestFacts = (
  { env }: Pick<Scope, 'env'>,
  d1: D1Database,
  who: string,
  { id, days: { from, to } }: RequestCorrection,
) =>
  together({
    // An approval may have added later taps to the row, so the request is read from the journal.
    same: map(
      row<{ after: string | null }>(
        d1,
        `SELECT after FROM journal WHERE subject = ?1 AND action = 'correction.requested' AND actor = ?2 ORDER BY id LIMIT 1`,
        [subjectOf(id), who],
      ),
      (entry) => (entry?.after ? v.parse(Correction, JSON.parse(entry.after)) : undefined),
    ),
    days: daysOf(d1, [{ personId: who, from, to }], env.WORKPLACE_ZONE),
    pending: map(
      row<CorrectionRow>(
        d1,
        `${CORRECTION} WHERE state = 'pending' AND corrections.person_id = ?1 AND from_date <= ?3 AND to_date >= ?2`,
        [who, from, to],
      ),
      (found) => found && correctionOf(found),
    ),
    deciders: decidersOf(d1, who),
  });

export const updated = (
  { id, name, department, position, category, photo }: Asker,
  correction: Correction,
): Publication[] => [
  { channel: userChannel(id), type: 'correction.updated', data: correction },
  {
    channel: 'admin.dashboard',
    type: 'correction.updated',
    data: { person: { id, name, department, position, category, photo }, correction },
  },
];

/** Others who may decide and have not muted these notifications. */
export const decidersOf = (d1: D1Database, who: string): Fact<string[]> =>
  map(
    rows<{ id: string }>(
      d1,
      `SELECT id FROM people WHERE active AND id <> ?1 AND EXISTS (
         SELECT 1 FROM json_each(roles) AS role WHERE role.value IN (SELECT value FROM json_each(?2)))
       AND NOT EXISTS (SELECT 1 FROM muted_kinds WHERE person_id = people.id AND kind = 'correction.requested')
       ORDER BY id LIMIT ?3`,
      [who, JSON.stringify(rolesWith('corrections.decide')), MOST_NOTIFIED],
    ),
    (found) => found.map((person) => person.id),
  );

/** @throws Refusal `not_found`, `invalid_input` for future dates */
export function presentDays(days: ReadonlyMap<string, SeenDays>, personId: string, now: number): SeenDays {
  const seen = days.get(personId);
  if (!seen) throw new Refusal('not_found');
  refuseFuture(seen, now);
  return seen;
}

/** @throws Refusal `invalid_input`, `overlap` */
export function proposal(
  seen: SeenDays,
  { id, days, reason }: RequestCorrection,
  me: Asker,
  now: number,
): Omit<Correction, 'state' | 'decidedBy' | 'decidedAt' | 'answer'> {
  const after = correctedDays(now, seen, days.records);
  const open = seen.days.find(({ record }) => record.outAt === null);
  const closes = open && after.find(({ record }) => record.id === open.record.id)?.record.outAt !== null;
  if (seen.personId === me.id && closes)
    throw refusal('days.records', 'must keep your open record open: check out first');
  if (JSON.stringify(after) === JSON.stringify(seen.days))
    throw refusal('days.records', 'must differ from what is recorded');
  const { personId, from, to } = seen;
  const zone = after[0]?.record.zone ?? seen.days[0]?.record.zone ?? seen.roster.zoneOf(personId, from);
  return { id, personId, from, to, zone, before: seen.days, after, reason, requestedAt: now };
}

/** The write fails if the days have changed, or if the person has another pending request for them. */
export const insertion = (seen: SeenDays, it: Correction): Query =>
  query(
    `INSERT INTO corrections (id, person_id, from_date, to_date, zone, before, after, reason, state, requested_at)
     SELECT its ->> 'id', its ->> 'personId', its ->> 'from', its ->> 'to', its ->> 'zone', its -> 'before', its -> 'after', its ->> 'reason',
       its ->> 'state', its ->> 'requestedAt'
     FROM (SELECT ?1 AS its) WHERE ${fingerprint('its')} = ?2 AND ${namesOwnRecords('its', "its -> 'after'")} AND NOT EXISTS (SELECT 1 FROM corrections AS other
       WHERE other.person_id = its ->> 'personId' AND other.state = 'pending' AND from_date <= its ->> 'to' AND to_date >= its ->> 'from')`,
    [JSON.stringify(it), seen.seen],
  );

export const requestMessage = (
  personId: string,
  { id, name }: Asker,
  { from, after, reason }: Correction,
): Message => ({
  personId,
  names: { id, name },
  kind: 'correction.requested',
  title: `${name} requested a correction`,
  body: `${dayWords(from)}: ${daysWords(after)}: “${reason}”`,
  href: '/admin/corrections',
});
