/** Taps that a device kept without network. One in time and in order counts; another person decides on any other. */
import * as v from 'valibot';
import { Correction } from '../contract/attendance/corrections/corrections';
import type { Answer } from '../live/commit';
import type { PersonRecord } from './records';
import { lastTap } from '../contract/attendance/assumed-end';
import { type Fact, known, rows } from '../db/queries';
import { Refusal } from '../refusal';
import type { Tap } from '../scope-parts';
import { notBeforeLast } from './endings';

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

/** The latest moment recorded in it; of an assumed end its last tap. */
export const latestIn = (it: PersonRecord): number =>
  it.record.unconfirmed
    ? lastTap(it.record, it.breaks)
    : notBeforeLast(it, it.record.auto ? 0 : (it.record.outAt ?? 0));

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
