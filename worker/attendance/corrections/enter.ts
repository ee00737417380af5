/** Days that a supervisor enters, changes or removes directly, for one person or for many, with a reason. Nobody their own. */
import {
  type Correction,
  type EnterDay,
  type EnterDays,
  type EnteredDay,
  type RequestCorrection,
  troubleWords,
} from '../../contract/attendance/corrections/corrections';
import { userChannel } from '../../contract/channels';
import { problems } from '../../contract/errors';
import { type Query, query, rowsOf } from '../../db/client';
import type { Answer } from '../../live/commit';
import { type Message, notices } from '../../notifications/notify';
import { dayWords } from '../../contract/dates';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import { openOn, refuseClosed } from '../../settings/closing';
import { earlierOf, hasSameTimes, isEntry, isSame } from './again';
import { subjectOf } from './corrections';
import { fingerprint, namesOwnRecords, proposedOf, refuseFuture, seeDays, type SeenDays } from './days';
import { replacedTold, replacing } from './replace';
import { proposal, seen1 } from './request';
import { recordOn } from './wall';
import { daysWords } from './words';

/** How often we look again when somebody taps at the same moment. */
const TRIES = 3;

/**
 * Makes somebody's days as they should be.
 * @throws Refusal `own_day`, `not_found`, `invalid_input`, `overlap`, `period_closed`, `changed_meanwhile`, `key_reused`
 */
export async function enterDays(
  scope: Scope,
  personId: string,
  { before, ...asked }: EnterDays,
): Promise<Correction> {
  if (personId === scope.me.id) throw new Refusal('own_day');
  const earlier = await enteredBefore(scope, personId, asked);
  if (earlier) return earlier;
  const seen = await seen1(scope, personId, asked);
  if (!(await isKnown(scope, personId))) throw new Refusal('not_found');
  if (before && JSON.stringify(before) !== JSON.stringify(seen.days.map(proposedOf)))
    throw new Refusal('changed_meanwhile', { current: seen.days });
  const correction = entered(scope, seen, asked);
  if (await commitEntered(scope, [{ correction, seen }])) return correction;
  const same = await enteredBefore(scope, personId, asked);
  if (same) return same;
  throw new Refusal('changed_meanwhile');
}

/** The entry of that id, if it was made: its key is spent on it. @throws Refusal `key_reused` where it said something else */
async function enteredBefore(
  scope: Scope,
  personId: string,
  asked: RequestCorrection,
): Promise<Correction | undefined> {
  const earlier = (await earlierOf(scope, [asked.id])).get(asked.id);
  if (!earlier) return undefined;
  if (!isEntry(scope, earlier) || !isSame(earlier, { ...asked, personId })) throw new Refusal('key_reused');
  await scope.already(subjectOf(asked.id), 'days.entered');
  return earlier;
}

/** Only who works here or ever did has days. */
async function isKnown({ d1 }: Scope, personId: string): Promise<boolean> {
  const row = await d1.prepare('SELECT 1 FROM terms WHERE person_id = ?1 LIMIT 1').bind(personId).first();
  return row !== null;
}

/**
 * Enters the same day for many, each by the clock of their own zone; each has an outcome, and a refused one keeps no other out.
 * @throws Refusal `invalid_input`, `period_closed`, `changed_meanwhile`, `key_reused`
 */
export async function enterDay(scope: Scope, asked: EnterDay): Promise<EnteredDay> {
  const { date, people } = asked;
  const ids = people.map(({ id }) => id);
  for (let tries = 0; tries < TRIES; tries += 1) {
    const before = await earlierOf(scope, ids);
    // Days may have been closed since: what was entered before is answered as it was then.
    if (before.size === 0) await refuseClosed(scope, date);
    const isRepeated = before.size > 0 && (await scope.earlier()) !== undefined;
    const spans = people.map(({ personId }) => ({ personId, from: date, to: date }));
    const [days, known] = [await seeDays(scope, spans), await knownOf(scope, spans)];
    const judged = people.map((person) => {
      const earlier = before.get(person.id);
      if (earlier) return { ...person, why: isAgain(scope, earlier, person, asked) ? null : OTHER_CONTENT };
      const seen = days.get(person.personId);
      if (!seen || !known.has(person.personId)) return { ...person, why: problems.not_found[1] };
      const judgement = judge(scope, seen, asked, person.id);
      // The key has had its effect, so nothing more can come of it.
      return isRepeated && judgement.why === null
        ? { ...person, why: problems.changed_meanwhile[1] }
        : { ...person, ...judgement };
    });
    const fresh = judged.flatMap((it) => ('entry' in it ? [it.entry] : []));
    if (fresh.length === 0 || (await commitEntered(scope, fresh)))
      return {
        people: judged.map(({ personId, why }) => ({
          ...{ personId, why },
          outcome: why === null ? 'entered' : 'refused',
        })),
      };
  }
  throw new Refusal('changed_meanwhile');
}

const OTHER_CONTENT = 'This entry was sent before with other content. Look at the day, then enter it anew.';

/** Whether this is what was entered under that id, by the clock of the zone that the entry was made for. */
function isAgain(
  scope: Scope,
  earlier: Correction,
  { personId }: EnterDay['people'][number],
  { date, records, reason }: EnterDay,
): boolean {
  if (!isEntry(scope, earlier)) return false;
  try {
    const made = records.map((it) => recordOn(scope, earlier.zone, date, it));
    return hasSameTimes(earlier, { personId, days: { from: date, to: date, records: made }, reason });
  } catch (error) {
    // A time that the clock skipped was never entered.
    if (error instanceof Refusal) return false;
    throw error;
  }
}

interface Entry {
  correction: Correction;
  seen: SeenDays;
}

function judge(
  scope: Scope,
  seen: SeenDays,
  { date, records, reason }: EnterDay,
  id: string,
): { why: string } | { why: null; entry: Entry } {
  if (seen.personId === scope.me.id) return { why: problems.own_day[1] };
  const zone = seen.roster.zoneOf(seen.personId, date);
  try {
    const made = records.map((it) => recordOn(scope, zone, date, it));
    refuseFuture(scope, seen, { from: date });
    const correction = entered(scope, seen, { id, days: { from: date, to: date, records: made }, reason });
    return { why: null, entry: { correction, seen } };
  } catch (error) {
    if (error instanceof Refusal) return { why: whyOf(error) };
    throw error;
  }
}

function whyOf({ code, more: { issues, detail } }: Refusal): string {
  return issues?.[0] ? troubleWords(issues[0]) : (detail ?? problems[code][1]);
}

function entered(scope: Scope, seen: SeenDays, asked: RequestCorrection): Correction {
  const { me } = scope;
  const at = scope.now();
  const decided = { decidedBy: { id: me.id, name: me.name }, decidedAt: at, answer: null };
  return { ...proposal(scope, seen, asked, at), state: 'entered', ...decided };
}

/** All of them in one commit, each with its own journal entry. @returns undefined where somebody's days have changed since */
async function commitEntered(scope: Scope, entries: readonly Entry[]): Promise<Answer | undefined> {
  const at = scope.now();
  const corrections = entries.map(({ correction }) => correction);
  const journal = corrections.map((it) => ({ subject: subjectOf(it.id), before: it.before, after: it }));
  const last = journal.pop();
  const earliest = corrections.map(({ from }) => from).sort()[0];
  if (!last || earliest === undefined) return undefined;
  const told = await notices(
    scope,
    at,
    corrections.map((it) => enteredMessage(scope, it)),
  );
  return scope.attempt({
    at,
    changes: [
      {
        write: insertion(scope, entries),
        action: 'days.entered',
        more: journal,
        ...last,
        onlyIf: openOn(earliest),
      },
    ],
    publish: [
      ...corrections.map(
        (data) => ({ channel: userChannel(data.personId), type: 'correction.updated', data }) as const,
      ),
      ...(await replacedTold(scope, corrections)),
      ...told.publish,
    ],
    also: [...replacing(corrections), ...told.also],
  });
}

/** One row for each, where the days are as they were seen. */
const insertion = ({ me }: Scope, entries: readonly Entry[]): Query =>
  query(
    `INSERT INTO corrections (id, person_id, from_date, to_date, zone, before, after, reason, state, requested_at, decided_by, decided_at)
     SELECT its ->> 'id', its ->> 'personId', its ->> 'from', its ->> 'to', its ->> 'zone', its -> 'before', its -> 'after',
       its ->> 'reason', its ->> 'state', its ->> 'requestedAt', ?2, its ->> 'decidedAt'
     FROM (SELECT value -> 'correction' AS its, value ->> 'seen' AS seen FROM json_each(?1))
     WHERE ${fingerprint('its')} = seen AND ${namesOwnRecords('its', "its -> 'after'")}`,
    JSON.stringify(entries.map(({ correction, seen }) => ({ correction, seen: seen.seen }))),
    me.id,
  );

function enteredMessage({ me }: Scope, { personId, from, after, reason }: Correction): Message {
  return {
    personId,
    kind: 'days.entered',
    title: `${me.name} changed your ${dayWords(from)}`,
    body: `Now: ${daysWords(after)}. Reason: “${reason}”`,
    href: '/',
  };
}

async function knownOf({ d1 }: Scope, spans: readonly { personId: string }[]): Promise<Set<string>> {
  const [rows] = await d1.batch([
    d1
      .prepare(
        'SELECT DISTINCT person_id AS id FROM terms WHERE person_id IN (SELECT value FROM json_each(?1))',
      )
      .bind(JSON.stringify(spans.map(({ personId }) => personId))),
  ]);
  return new Set(rowsOf<{ id: string }>(rows).map(({ id }) => id));
}
