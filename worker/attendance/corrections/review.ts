/**
 * Taps that a device kept without network. One in time and in order counts. Any other becomes a proposed correction of its day, or
 * part of the one that waits already.
 */
import * as v from 'valibot';
import { Correction, type Proposed } from '../../contract/attendance/corrections/corrections';
import type { ProblemCode } from '../../contract/errors';
import { addDays, clockWords, dateIn } from '../../contract/zones';
import { type Fact, known, map, query, rows, together } from '../../db/queries';
import { noticesOf } from '../../notifications/notify';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import type { Tap } from '../../scope-parts';
import type { Asker } from '../../session';
import type { Answer } from '../../live/commit';
import { openOn } from '../../settings/closing';
import { CORRECTION, correctionOf, type CorrectionRow, subjectOf } from './corrections';
import { correctedDays, daysOf, namesOwnRecords, proposedOf, type SeenDays } from './days';
import { decidersOf, insertion, requestMessage, updated } from './request';
import { type TapOf, withTap } from './tapped';

/** Two taps of one device arrive with different delays, so their computed times may change places. */
const JITTER_MS = 60_000;

interface Span {
  from: string;
  to: string;
}

/** A person's days about which a request waits for a decision, if the tap was kept: what comes later depends on that decision. */
export const daysInReview = (d1: D1Database, who: string, tap: Tap | undefined): Fact<readonly Span[]> =>
  tap?.offline
    ? rows<Span>(
        d1,
        `SELECT from_date AS "from", to_date AS "to" FROM corrections WHERE person_id = ?1 AND state = 'pending'`,
        [who],
      )
    : known([]);

/**
 * @param at the latest moment that is recorded already @param date the local date to which the tap belongs
 * @throws Refusal `untimely_tap`, `earlier_tap`
 */
export function refuseUntimely(
  tap: Tap | undefined,
  { at, date, inReview }: { at: number; date?: string | undefined; inReview: readonly Span[] },
): void {
  if (tap?.untimely) throw new Refusal('untimely_tap');
  const waits = date !== undefined && inReview.some(({ from, to }) => date >= from && date <= to);
  if (tap?.offline && (waits || at - JITTER_MS > tap.at)) throw new Refusal('earlier_tap');
}

/** The request was answered before, as a proposal. */
export class InReview extends Error {
  constructor(readonly correction: Correction) {
    super('the tap is in review');
  }
}

/** @throws InReview if the request's first answer was that another person decides */
export function unlessInReview(answer: Answer): Answer {
  const proposed = v.safeParse(Correction, answer.after);
  if (proposed.success) throw new InReview(proposed.output);
  return answer;
}

/** What a tap that was kept may contradict. */
const contradictions: ReadonlySet<ProblemCode> = new Set([
  'untimely_tap',
  'earlier_tap',
  'not_checked_in',
  'already_checked_out',
  'check_out_late',
  'on_break',
  'break_spent',
  'no_such_break',
]);

/**
 * Acts, or proposes what a kept tap meant if it contradicts what is recorded. The key may have taken effect before, either way.
 * @throws Refusal as `act` does; `period_closed`, `changed_meanwhile`
 */
export async function orPropose<T>(
  scope: Scope,
  of: TapOf,
  act: () => Promise<T>,
  receipted: (answer: Answer) => T,
): Promise<T | Proposed> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof InReview) return { proposed: error.correction };
    const { tap } = scope;
    if (!tap?.offline || !(error instanceof Refusal && contradictions.has(error.code))) throw error;
    const answer = await propose(scope.with({ tap: undefined }), tap, of);
    const proposed = v.safeParse(Correction, answer.after);
    return proposed.success ? { proposed: proposed.output } : receipted(answer);
  }
}

function propose(scope: Scope, tap: Tap, of: TapOf): Promise<Answer> {
  const id = scope.newId();
  const near = dateIn(scope.me.zone, tap.at);
  return scope.commit({
    subject: subjectOf(id),
    action: 'correction.requested',
    facts: (d1, who) => {
      const on = (date: string) =>
        map(daysOf(d1, [{ personId: who, from: date, to: date }], scope.env.WORKPLACE_ZONE), (days) =>
          days.get(who),
        );
      return together({
        before: on(addDays(near, -1)),
        same: on(near),
        next: on(addDays(near, 1)),
        waiting: map(
          rows<CorrectionRow>(d1, `${CORRECTION} WHERE state = 'pending' AND corrections.person_id = ?1`, [
            who,
          ]),
          (found) => found.map((each) => ({ it: correctionOf(each), text: each.after })),
        ),
        deciders: decidersOf(d1, who),
      });
    },
    decide({ before, same, next, waiting, deciders }, me) {
      const days = [before, same, next].flatMap((it) => it ?? []);
      const date = dateOf(
        of,
        tap,
        days,
        waiting.flatMap(({ it }) => it.after),
        me,
      );
      const seen = days.find(({ from }) => from === date);
      if (!seen) throw new Refusal('not_found');
      const seenPending = waiting.find(({ it: { from, to } }) => date >= from && date <= to);
      const pending = seenPending?.it;
      const correction = proposalOf(seen, pending, { id, of, tap, me });
      const notices = noticesOf(
        scope,
        tap.receivedAt,
        pending ? [] : deciders.map((each) => requestMessage(each, me, correction)),
        new Set(),
      );
      return {
        subject: subjectOf(correction.id),
        action: pending ? 'correction.tap_added' : 'correction.requested',
        write: seenPending ? amendment(seenPending, correction) : insertion(seen, correction),
        before: pending ?? null,
        after: correction,
        onlyIf: openOn(correction.from),
        publish: [...updated(me, correction), ...notices.publish],
        also: notices.also,
      };
    },
  });
}

/** The date of the record that the tap is about; for a new record or an unknown one the date of the tap. */
function dateOf(
  of: TapOf,
  tap: Tap,
  days: readonly SeenDays[],
  waiting: Correction['after'],
  me: Asker,
): string {
  const recorded = [...days.flatMap((it) => it.days), ...waiting];
  const about = recorded.find(({ record, breaks }) =>
    of.kind === 'back'
      ? breaks.some(({ id }) => id === of.id)
      : record.id === (of.kind === 'break' ? of.recordId : of.id),
  );
  const [first] = days;
  return about?.record.workDate ?? first?.roster.placeOf(me.id, tap.at).workDate ?? dateIn(me.zone, tap.at);
}

interface Tapped {
  id: string;
  of: TapOf;
  tap: Tap;
  me: Asker;
}

function proposalOf(
  seen: SeenDays,
  pending: Correction | undefined,
  { id, of, tap, me }: Tapped,
): Correction {
  const { personId, from, to, roster } = seen;
  const zone = roster.zoneOf(personId, from);
  const words = `${wordsOf(of, me)} ${clockWords(zone, tap.at)}`;
  const present = pending?.after ?? seen.days;
  const after = correctedOr(present, seen, of, tap);
  if (pending) return { ...pending, after, reason: reasonWith(words, pending.reason) };
  return {
    id,
    personId,
    from,
    to,
    zone,
    before: seen.days,
    after,
    reason: reasonWith(words),
    state: 'pending',
    requestedAt: tap.receivedAt,
    decidedBy: null,
    decidedAt: null,
    answer: null,
  };
}

/** The days with the tap; the present ones if it makes no valid days: the reason names it, so the person who decides can enter it. */
function correctedOr(present: Correction['after'], seen: SeenDays, of: TapOf, tap: Tap): Correction['after'] {
  const { roster, personId, from } = seen;
  const breaks = roster.settingsOn(from).breaks;
  const shiftEnd = roster.shiftOf(personId, from)?.endsAt ?? null;
  const recorded = new Set(seen.days.map(({ record }) => record.id));
  const isSupposed = (id: string) => !recorded.has(id);
  const around = { at: tap.at, now: tap.receivedAt, shiftEnd, breaks, isSupposed };
  const proposed = withTap(present.map(proposedOf), of, around);
  try {
    return correctedDays(tap.receivedAt, seen, proposed);
  } catch (error) {
    if (error instanceof Refusal) return present;
    throw error;
  }
}

const PREFIX = 'Tapped without network:';
const LONGEST_REASON = 500;

/** "Tapped without network: check-in 08:50, check-out 16:30." after what its person wrote */
function reasonWith(words: string, before = ''): string {
  const goesOn = before.includes(PREFIX);
  const reason = goesOn ? before.replace(/\.$/, `, ${words}.`) : `${before} ${PREFIX} ${words}.`.trim();
  return reason.length > LONGEST_REASON ? before : reason;
}

function wordsOf(of: TapOf, { settings }: Asker): string {
  switch (of.kind) {
    case 'in':
      return 'check-in';
    case 'out':
      return 'check-out';
    case 'break': {
      const { name = of.breakKind } = settings.breaks.find(({ kind }) => kind === of.breakKind) ?? {};
      return `start of the break “${name}”`;
    }
    case 'back':
      return 'end of the break';
  }
}

/** The write fails if the request was decided or has changed, or if the tap names a record that is not of these days. */
const amendment = (seen: { it: Correction; text: string }, it: Correction) =>
  query(
    `UPDATE corrections SET after = its -> 'after', reason = its ->> 'reason' FROM (SELECT ?1 AS its)
     WHERE id = its ->> 'id' AND person_id = its ->> 'personId' AND state = 'pending' AND after = ?2 AND reason = ?3
       AND ${namesOwnRecords('its', "its -> 'after'")}`,
    [JSON.stringify(it), seen.text, seen.it.reason],
  );
