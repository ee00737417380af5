/** A day that a supervisor has entered for a person who worked without their phone and was marked absent. */
import type {
  Correction,
  RecordWithBreaks,
} from '../../worker/contract/attendance/corrections/corrections.ts';
import type { Calendar } from './calendar.ts';
import type { Decider } from './corrections.ts';
import type { History } from './history.ts';
import { idAt } from './ids.ts';
import type { Person } from './people.ts';
import { minutesOf, planOf } from './schedules.ts';
import { dueAtOf } from './lived-days.ts';

/** @param supervisor enters the day, on the next one at 11:10 */
export function enteredOf(
  { marks }: History,
  people: readonly Person[],
  calendar: Calendar,
  supervisor: Decider,
): Correction | undefined {
  const enteredAt = (workDate: string) => calendar.at(workDate, (24 + 11) * 60 + 10);
  const missed = marks
    .filter(({ status, setBy, workDate }) => {
      return status === 'absent' && setBy === null && enteredAt(workDate) <= calendar.now;
    })
    .toSorted((a, b) => b.at - a.at)[0];
  const person = people.find(({ id }) => id === missed?.personId);
  if (!missed || !person) return undefined;
  const at = enteredAt(missed.workDate);
  return {
    id: idAt(at, 'correction', person.email),
    personId: person.id,
    from: missed.workDate,
    to: missed.workDate,
    zone: calendar.zone,
    before: [],
    after: [workedDay(person, missed.workDate, calendar, at)],
    reason: 'Came without a phone. Times from the ward’s list.',
    state: 'entered',
    requestedAt: at,
    decidedBy: supervisor,
    decidedAt: at,
    answer: null,
  };
}

/** The planned shift, with a meal of half an hour in a long one. */
function workedDay(person: Person, workDate: string, calendar: Calendar, at: number): RecordWithBreaks {
  const { from, to } = minutesOf(planOf(person));
  const [inAt, outAt] = [calendar.at(workDate, from), calendar.at(workDate, to)];
  const id = idAt(at, 'entered', person.email);
  const startAt = calendar.at(workDate, from + 240);
  const record = {
    id,
    personId: person.id,
    workDate,
    zone: calendar.zone,
    inAt,
    outAt,
    auto: false,
    unconfirmed: false,
    corrected: true,
    photo: null,
    dueAt: dueAtOf({ inAt, endsAt: outAt }),
    dueOut: outAt,
  };
  const meal = {
    id: idAt(at, 'entered', 'meal', person.email),
    recordId: id,
    personId: person.id,
    kind: 'meal',
    startAt,
    endAt: startAt + 30 * 60_000,
    dueAt: startAt + 45 * 60_000,
    auto: false,
  };
  return { record, breaks: to - from > 360 ? [meal] : [] };
}
