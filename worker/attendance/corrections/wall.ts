/** Records by wall time, as instants of a person's zone. */
import {
  type ProposedRecord,
  wallDateOf,
  type WallRecord,
} from '../../contract/attendance/corrections/proposals';
import { dayWords, instantsOf } from '../../contract/zones';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';

/** @throws Refusal `invalid_input`, in words, for a skipped time */
export function recordOn(
  scope: Pick<Scope, 'newId'>,
  zone: string,
  date: string,
  record: WallRecord,
): ProposedRecord {
  const isTwice = (on: string, time: string) => instantsOf(zone, on, time).length > 1;
  const after = (time: string, second: boolean) =>
    instantOn(zone, wallDateOf(date, record, { time, second }, isTwice), time, second);
  const { start, secondStart, end, secondEnd, breaks } = record;
  return {
    id: scope.newId(),
    inAt: instantOn(zone, date, start, secondStart),
    outAt: after(end, secondEnd),
    breaks: breaks.map((it) => ({
      id: scope.newId(),
      kind: it.kind,
      // A break may begin at its record's start, which `wallDateOf` would put on the next day.
      startAt:
        it.start === start
          ? instantOn(zone, date, start, it.secondStart || secondStart)
          : after(it.start, it.secondStart),
      endAt: after(it.end, it.secondEnd),
    })),
  };
}

function instantOn(zone: string, date: string, time: string, second: boolean): number {
  const found = instantsOf(zone, date, time);
  const at = (second ? found[1] : undefined) ?? found[0];
  if (at !== undefined) return at;
  const detail = `The clock did not show ${time} on ${dayWords(date)}. Choose another time.`;
  throw new Refusal('invalid_input', { detail });
}
