/** A supervisor enters, changes or removes days of one person or many, with a reason. No one enters their own. */
import * as v from 'valibot';
import { Correction } from '../../contract/attendance/corrections/corrections';
import {
  type EnterDay,
  type EnterDays,
  type EnteredDay,
  type RequestCorrection,
  troubleWords,
} from '../../contract/attendance/corrections/proposals';
import { userChannel } from '../../contract/channels';
import { problems } from '../../contract/errors';
import { map, type Query, query, rows, together } from '../../db/queries';
import type { Plan } from '../../live/decision';
import { type Message, type Muted, mutedBy, noticesOf } from '../../notifications/notify';
import { dayWords } from '../../contract/zones';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import type { Asker } from '../../session';
import { closedThrough, openOn, refuseClosed } from '../../settings/closing';
import { earlierOf, hasSameTimes, isEntry, isSame } from './again';
import { subjectOf } from './corrections';
import {
  asFirstSeen,
  daysOf,
  fingerprint,
  namesOwnRecords,
  proposedOf,
  refuseFuture,
  type SeenDays,
} from './days';
import { peopleOn, type PeopleOn, replacedEvents, replacing } from './replace';
import { presentDays, proposal } from './request';
import { recordOn } from './wall';
import { daysWords } from './words';

/** @throws Refusal `own_day`, `not_found`, `invalid_input`, `overlap`, `period_closed`, `changed_meanwhile`, `key_reused` */
export async function enterDays(
  scope: Scope,
  personId: string,
  { before, ...input }: EnterDays,
): Promise<Correction> {
  if (personId === scope.me.id) throw new Refusal('own_day');
  const { from, to } = input.days;
  const refuseOthers = asFirstSeen();
  const { after } = await scope.commit({
    subject: subjectOf(input.id),
    action: 'days.entered',
    facts: (d1) => enterFacts(scope, d1, [input.id], [{ personId, from, to }]),
    decide({ earlier, days, known, people, muted }, me, now) {
      const same = earlier.get(input.id);
      if (same && !(isEntry(me, same) && isSame(same, { ...input, personId })))
        throw new Refusal('key_reused');
      if (same) return { done: 'days.entered' };
      const seen = presentDays(days, personId, now);
      refuseOthers(seen);
      if (!known.has(personId)) throw new Refusal('not_found');
      if (before && JSON.stringify(before) !== JSON.stringify(seen.days.map(proposedOf)))
        throw new Refusal('changed_meanwhile', { current: seen.days });
      const entry = { correction: entered(seen, input, me, now), seen };
      return entering(scope, [entry], { people, muted, me, now });
    },
  });
  return v.parse(Correction, after);
}

const enterFacts = (
  { env }: Pick<Scope, 'env'>,
  d1: D1Database,
  ids: readonly string[],
  spans: readonly { personId: string; from: string; to: string }[],
) => {
  const people = spans.map(({ personId }) => personId);
  return together({
    earlier: earlierOf(d1, ids),
    days: daysOf(d1, spans, env.WORKPLACE_ZONE),
    /** Only people who work here or did have days. */
    known: map(
      rows<{ id: string }>(
        d1,
        'SELECT DISTINCT person_id AS id FROM terms WHERE person_id IN (SELECT value FROM json_each(?1))',
        [JSON.stringify(people)],
      ),
      (found) => new Set(found.map(({ id }) => id)),
    ),
    people: peopleOn(d1, spans),
    muted: mutedBy(d1, people),
  });
};

/**
 * Enters the same day for many people, each by the wall time of their own zone. A refused person does not refuse the others.
 * @throws Refusal `invalid_input`, `period_closed`, `changed_meanwhile`, `key_reused`
 */
export async function enterDay(scope: Scope, input: EnterDay): Promise<EnteredDay> {
  const { date, people: entrants } = input;
  const spans = entrants.map(({ personId }) => ({ personId, from: date, to: date }));
  let judged: Judged[] = [];
  const { after, receipt } = await scope.commitIfNeeded({
    subject: subjectOf(entrants[0]?.id ?? ''),
    action: 'days.entered',
    facts: (d1) => {
      const ids = entrants.map(({ id }) => id);
      return together({ its: enterFacts(scope, d1, ids, spans), through: closedThrough(d1) });
    },
    decide({ its: { earlier, days, known, people, muted }, through }, me, now) {
      // A repeated entry gets its first answer, also after the days were closed.
      if (earlier.size === 0) refuseClosed(through, date);
      judged = entrants.map((person): Judged => {
        const same = earlier.get(person.id);
        if (same) return { ...person, why: isAgain(scope, same, me, person, input) ? null : OTHER_CONTENT };
        const seen = days.get(person.personId);
        if (!seen || !known.has(person.personId)) return { ...person, why: problems.not_found[1] };
        return { ...person, ...judge(scope, seen, input, person.id, me, now) };
      });
      const fresh = judged.flatMap(({ entry }) => entry ?? []);
      if (fresh.length === 0) return { unchanged: null };
      return entering(scope, fresh, { people, muted, me, now });
    },
  });
  // An earlier answer means that the key is used up, so these entries were not written.
  const last = receipt && v.parse(Correction, after).id;
  if (!judged.some(({ entry }) => entry?.correction.id === last))
    judged = judged.map((it) => (it.entry ? { ...it, why: problems.changed_meanwhile[1] } : it));
  return {
    people: judged.map(({ personId, why }) => ({
      personId,
      why,
      outcome: why === null ? 'entered' : 'refused',
    })),
  };
}

interface Judged {
  id: string;
  personId: string;
  why: string | null;
  entry?: Entry;
}

const OTHER_CONTENT = 'This entry was already sent with other content. Check the day, then enter it again.';

/** Whether the input equals the entry under that id, by wall time in the entry's zone. */
function isAgain(
  scope: Scope,
  earlier: Correction,
  me: Asker,
  { personId }: EnterDay['people'][number],
  { date, records, reason }: EnterDay,
): boolean {
  if (!isEntry(me, earlier)) return false;
  try {
    const made = records.map((it) => recordOn(scope, earlier.zone, date, it));
    return hasSameTimes(earlier, { personId, days: { from: date, to: date, records: made }, reason });
  } catch (error) {
    // A skipped time cannot have been entered.
    if (error instanceof Refusal) return false;
    throw error;
  }
}

interface Entry {
  correction: Correction;
  seen: SeenDays;
}

function judge(
  scope: Pick<Scope, 'newId'>,
  seen: SeenDays,
  { date, records, reason }: EnterDay,
  id: string,
  me: Asker,
  now: number,
): { why: string } | { why: null; entry: Entry } {
  if (seen.personId === me.id) return { why: problems.own_day[1] };
  const zone = seen.roster.zoneOf(seen.personId, date);
  try {
    const made = records.map((it) => recordOn(scope, zone, date, it));
    refuseFuture(seen, now);
    const days = { from: date, to: date, records: made };
    return { why: null, entry: { correction: entered(seen, { id, days, reason }, me, now), seen } };
  } catch (error) {
    if (error instanceof Refusal) return { why: whyOf(error) };
    throw error;
  }
}

function whyOf({ code, more: { issues, detail } }: Refusal): string {
  return issues?.[0] ? troubleWords(issues[0]) : (detail ?? problems[code][1]);
}

const entered = (seen: SeenDays, input: RequestCorrection, me: Asker, now: number): Correction => ({
  ...proposal(seen, input, me, now),
  state: 'entered',
  decidedBy: { id: me.id, name: me.name },
  decidedAt: now,
  answer: null,
});

function entering(
  scope: Pick<Scope, 'newId'>,
  entries: readonly Entry[],
  { people, muted, me, now }: { people: PeopleOn; muted: Muted; me: Asker; now: number },
): Plan {
  const corrections = entries.map(({ correction }) => correction);
  const journal = corrections.map((it) => ({ subject: subjectOf(it.id), before: it.before, after: it }));
  const last = journal.pop();
  const earliest = corrections.map(({ from }) => from).sort()[0];
  if (!last || earliest === undefined) throw new Error('nothing to enter');
  const notices = noticesOf(
    scope,
    now,
    corrections.map((it) => enteredMessage(me, it)),
    muted,
  );
  return {
    ...last,
    write: insertion(me, entries),
    more: journal,
    onlyIf: openOn(earliest),
    publish: [
      ...corrections.map(
        (data) => ({ channel: userChannel(data.personId), type: 'correction.updated', data }) as const,
      ),
      ...replacedEvents(corrections, people),
      ...notices.publish,
    ],
    also: [...replacing(corrections), ...notices.also],
  };
}

/** One row for each; too few rows are written if any days have changed. */
const insertion = (me: Asker, entries: readonly Entry[]): Query =>
  query(
    `INSERT INTO corrections (id, person_id, from_date, to_date, zone, before, after, reason, state, requested_at, decided_by, decided_at)
     SELECT its ->> 'id', its ->> 'personId', its ->> 'from', its ->> 'to', its ->> 'zone', its -> 'before', its -> 'after',
       its ->> 'reason', its ->> 'state', its ->> 'requestedAt', ?2, its ->> 'decidedAt'
     FROM (SELECT value -> 'correction' AS its, value ->> 'seen' AS seen FROM json_each(?1))
     WHERE ${fingerprint('its')} = seen AND ${namesOwnRecords('its', "its -> 'after'")}`,
    [JSON.stringify(entries.map(({ correction, seen }) => ({ correction, seen: seen.seen }))), me.id],
  );

function enteredMessage({ id, name }: Asker, { personId, from, after, reason }: Correction): Message {
  return {
    personId,
    names: { id, name },
    kind: 'days.entered',
    title: `${name} changed your ${dayWords(from)}`,
    body: `Now: ${daysWords(after)}. Reason: “${reason}”`,
    href: '/',
  };
}
