/** Days that a supervisor enters, changes or removes directly, for one person or for many, with a reason. Nobody their own. */
import {
  type Correction,
  type EnterDay,
  type EnteredDay,
  type RequestCorrection,
  troubleWords,
} from '../contract/corrections';
import { userChannel } from '../contract/channels';
import { problems } from '../contract/errors';
import { type Query, query, rowsOf } from '../db/client';
import type { Answer } from '../live/commit';
import { type Message, notices } from '../notifications/notify';
import { dayWords } from '../notifications/words';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { openOn, refuseClosed } from '../settings/closing';
import { CORRECTION, correctionOf, type CorrectionRow, subjectOf } from './corrections';
import { fingerprint, refuseFuture, seeDays, type SeenDays } from './days';
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
  asked: RequestCorrection,
): Promise<Correction> {
  if (personId === scope.me.id) throw new Refusal('own_day');
  const before = await enteredBefore(scope, [asked.id]);
  const [same] = before;
  if (same) {
    await scope.already(subjectOf(asked.id), 'days.entered');
    return same;
  }
  const seen = await seen1(scope, personId, asked);
  if (!(await isKnown(scope, personId))) throw new Refusal('not_found');
  const correction = entered(scope, seen, asked);
  if (!(await commitEntered(scope, [{ correction, seen }]))) {
    await refuseClosed(scope, correction.from);
    throw new Refusal('changed_meanwhile');
  }
  return correction;
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
  await refuseClosed(scope, date);
  for (let tries = 0; tries < TRIES; tries += 1) {
    const before = new Set(
      (
        await enteredBefore(
          scope,
          people.map(({ id }) => id),
        )
      ).map(({ id }) => id),
    );
    const spans = people.map(({ personId }) => ({ personId, from: date, to: date }));
    const [days, known] = [await seeDays(scope, spans), await knownOf(scope, spans)];
    const judged = people.map((person) => {
      if (before.has(person.id)) return { ...person, why: null };
      const seen = days.get(person.personId);
      if (!seen || !known.has(person.personId)) return { ...person, why: problems.not_found[1] };
      return { ...person, ...judge(scope, seen, asked, person.id) };
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
  return scope.commit({
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
     FROM (SELECT value -> 'correction' AS its, value ->> 'seen' AS seen FROM json_each(?1)) WHERE ${fingerprint('its')} = seen`,
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

/** Those of these that were entered already. */
async function enteredBefore({ d1, me }: Scope, ids: readonly string[]): Promise<Correction[]> {
  const { results } = await d1
    .prepare(
      `${CORRECTION} WHERE corrections.id IN (SELECT value FROM json_each(?1)) AND state = 'entered' AND decided_by = ?2`,
    )
    .bind(JSON.stringify(ids), me.id)
    .all<CorrectionRow>();
  return results.map(correctionOf);
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
