/** The demo's records, breaks and marks up to now. */
import type { AttendanceRecord, Break, Mark } from '../../worker/contract/attendance/attendance.ts';
import type { Calendar } from './calendar.ts';
import { idAt } from './ids.ts';
import type { Person } from './people.ts';
import { presentAt } from './presence.ts';
import type { DemoBreak } from './rhythm.ts';
import { minutesOf, planOf } from './schedules.ts';
import { settingsOf } from './settings.ts';
import { type DemoDay, type WorkedDay, dueAtOf, livedDaysOf } from './lived-days.ts';

const MINUTE = 60_000;
const { breaks: kinds } = settingsOf('UTC');
/** People who are in this long after their shift's end have been reminded. */
export const REMIND_MS = 10 * MINUTE;

/** A record with its row's further columns, and when a person who forgot to check out really left. */
export type DemoRecord = AttendanceRecord & {
  dueAt: number;
  dueOut: number | null;
  /** The shift's; null without a shift. */
  startsAt: number | null;
  reminded: boolean;
  forgotten: number | undefined;
};

export type History = { records: DemoRecord[]; breaks: Break[]; marks: Mark[] };

/**
 * Eight weeks up to now; people who are still at work then have an open record.
 * @param isThere whether a person may have been at work on a date at all
 * @param supervisor who marks days
 */
export function historyOf(
  people: readonly Person[],
  calendar: Calendar,
  isThere: (person: Person, date: string) => boolean,
  supervisor: string,
): History {
  const { days, worked } = livedDaysOf(people, calendar, isThere);
  const begun = presentAt(worked, calendar).filter(({ inAt }) => inAt <= calendar.now);
  return {
    records: begun.map((day) => recordOf(day, calendar)),
    breaks: begun.flatMap((day) =>
      day.breaks
        .filter(({ startAt }) => startAt <= calendar.now)
        .map((each) => breakOf(day, each, calendar.now)),
    ),
    marks: days.flatMap((day) => markOf(day, calendar, supervisor)),
  };
}

function recordOf(day: WorkedDay, { now, zone }: Calendar): DemoRecord {
  const { person, date, inAt, outAt, startsAt, endsAt, forgotten } = day;
  const dueAt = dueAtOf(day);
  const isClosed = (forgotten === undefined ? outAt : dueAt) <= now;
  const lapsed = isClosed && forgotten !== undefined;
  const last = isClosed && !lapsed ? outAt : now;
  return {
    id: idAt(inAt, person.email),
    personId: person.id,
    workDate: date.toString(),
    zone,
    inAt,
    outAt: isClosed ? outAt : null,
    auto: lapsed,
    unconfirmed: lapsed,
    corrected: false,
    photo: null,
    dueAt,
    dueOut: endsAt,
    startsAt,
    reminded: endsAt !== null && endsAt + REMIND_MS <= last,
    forgotten,
  };
}

/** At its allowance a break ends as assumed, until its person taps “End break”. */
function breakOf({ person, inAt }: WorkedDay, { kind, startAt, endAt }: DemoBreak, now: number): Break {
  const minutes = kinds.find((each) => each.kind === kind)?.minutes ?? 0;
  const dueAt = startAt + minutes * MINUTE;
  const ended = endAt <= now ? endAt : dueAt <= now ? dueAt : null;
  return {
    id: idAt(startAt, 'break', person.email),
    recordId: idAt(inAt, person.email),
    personId: person.id,
    kind,
    startAt,
    endAt: ended,
    dueAt,
    auto: ended === dueAt,
  };
}

/** A supervisor's or the job's mark of a day on which an expected person did not come. */
function markOf({ person, date, kind }: DemoDay, calendar: Calendar, supervisor: string): Mark[] {
  const { from, to } = minutesOf(planOf(person));
  const day = { personId: person.id, workDate: date.toString(), countsEarly: false };
  const marks: Partial<Record<DemoDay['kind'], () => Mark>> = {
    leave: () => ({
      ...day,
      status: 'on_leave',
      note: 'Annual leave',
      setBy: supervisor,
      at: calendar.at(date.subtract({ days: 9 }), 10 * 60),
    }),
    sick: () => ({
      ...day,
      status: 'excused',
      note: 'Called in sick',
      setBy: supervisor,
      at: calendar.at(date, from + 20),
    }),
    missing: () => ({ ...day, status: 'absent', note: null, setBy: null, at: calendar.at(date, to + 1) }),
  };
  const mark = marks[kind]?.();
  return mark && mark.at <= calendar.now ? [mark] : [];
}
