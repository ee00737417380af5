/** Waiting requests at any hour: an arrival, a break that ended earlier, two days together. */
import type { Correction } from '../../worker/contract/attendance/corrections/corrections.ts';
import type { Calendar } from './calendar.ts';
import { proposalOf } from './corrections.ts';
import type { DemoRecord, History } from './history.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** @param mayRequest whether a person works here and does not decide */
export function pendingOf(
  { records, breaks }: History,
  { now }: Calendar,
  decided: readonly Correction[],
  mayRequest: (personId: string) => boolean,
): Correction[] {
  const known = new Set(decided.flatMap(({ before }) => before.map(({ record }) => record.id)));
  const meals = new Map(breaks.flatMap((it) => (it.kind === 'meal' ? [[it.recordId, it] as const] : [])));
  const over = records
    .filter(({ id, outAt, auto, personId }) => {
      const meal = meals.get(id);
      const wasLong = meal?.endAt && meal.endAt - meal.startAt > 25 * MINUTE && !meal.auto;
      return (
        outAt !== null &&
        outAt <= now - 3 * HOUR &&
        !auto &&
        wasLong &&
        !known.has(id) &&
        mayRequest(personId)
      );
    })
    .toSorted((a, b) => b.inAt - a.inAt);
  const [first, second, third] = pickThree(over);
  if (!first || !second || !third) return [];
  const earlier = (record: DemoRecord, minutes: number) => ({
    record,
    times: { inAt: record.inAt - minutes * MINUTE, outAt: record.outAt },
  });
  return [
    proposalOf(
      [earlier(first, 11)],
      breaks,
      now - 2 * HOUR,
      'The entrance was blocked by a delivery; I was inside before my shift began.',
    ),
    proposalOf(
      [{ record: second, times: second, breaks: calledBack(second, breaks) }],
      breaks,
      now - 74 * MINUTE,
      'I was called back to the ward after twenty minutes and did not tap End break.',
    ),
    proposalOf(
      third.map((record, index) => earlier(record, 14 - 4 * index)),
      breaks,
      now - 37 * MINUTE,
      'The tablet at the entrance did not work on either day. These are the times from my notes.',
    ),
  ];
}

/** A record each of three people; of the third, those of two consecutive days. */
function pickThree(
  records: readonly DemoRecord[],
): [DemoRecord | undefined, DemoRecord | undefined, DemoRecord[] | undefined] {
  const days = new Map(records.map((record) => [`${record.personId} ${record.workDate}`, record]));
  const before = ({ personId, workDate }: DemoRecord) => days.get(`${personId} ${dayBefore(workDate)}`);
  const later = records.find(before);
  const earlier = later && before(later);
  const two = earlier && [earlier, later];
  const others = records.filter(({ personId }) => personId !== two?.[0]?.personId);
  const first = others[0];
  return [first, others.find(({ personId }) => personId !== first?.personId), two];
}

const calledBack = ({ id }: DemoRecord, breaks: History['breaks']) =>
  breaks
    .filter(({ recordId }) => recordId === id)
    .map((it) => (it.kind === 'meal' ? { ...it, endAt: it.startAt + 20 * MINUTE } : it));

const dayBefore = (date: string): string => new Date(Date.parse(date) - 24 * HOUR).toISOString().slice(0, 10);
