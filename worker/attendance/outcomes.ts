/**
 * The outcomes of people's days, some dates at a time, computed with the facts of each day. Reports, files and trials use them;
 * board and own days use the same function (contract/attendance/day.ts).
 */
import { dayOf, type DayOutcome, roundedDown, weeklyOvertime } from '../contract/attendance/day';
import { addDays, dateIn, mondayOf } from '../contract/zones';
import { ask, type Fact, rows, together } from '../db/queries';
import type { Scope } from '../scope';
import type { Term } from '../contract/people/people';
import { type Roster, rosterOf } from '../schedules/roster';
import { type RecordedDay, recordedDays } from './facts';

/** Dates, both included, of one person or of all. */
export interface Span {
  from: string;
  to: string;
  /** Everyone who works here or did, if not given. */
  person?: string | undefined;
}

/** A person with the fields that distinguish namesakes. */
export interface Staff {
  id: string;
  name: string;
  email: string;
  staffNumber: string | null;
}

/** One person's date. Overtime is in the whole steps of that date's settings. */
export interface PersonDay extends RecordedDay {
  person: Staff;
  date: string;
  /** The person's terms on that date; undefined before their first day. */
  term: Term | undefined;
  zone: string;
  expected: boolean;
  outcome: DayOutcome;
  overtimeMs: number;
  /** Of the whole week, on its last day; 0 on other days. */
  weekOvertimeMs: number;
}

/** The days of consecutive dates, by date and name. */
export interface Stretch<Day = PersonDay> {
  from: string;
  to: string;
  days: Day[];
}

/** One read covers about this many days, counted for each person. */
const AT_ONCE = 2_000;

/**
 * The days up to today, a stretch at a time. Each stretch is one read, so a change between reads shows in later stretches only.
 * A week's overtime needs the whole week, so reading begins on its Monday where a limit may apply.
 */
export async function* daysOf(scope: Scope, span: Span): AsyncGenerator<Stretch> {
  for await (const stretch of daysUnder(scope, span, (roster) => [roster]))
    yield { ...stretch, days: stretch.days.flat() };
}

/**
 * The same days, computed with several rosters from one read, to compare them.
 * @param rostersOf the rosters to compute with, made from the current one; each day has one outcome for each, in their order
 */
export async function* daysUnder(
  scope: Scope,
  { from, to, person }: Span,
  rostersOf: (roster: Roster) => readonly Roster[],
): AsyncGenerator<Stretch<PersonDay[]>, undefined> {
  const { d1, env } = scope;
  const now = scope.now();
  const today = dateIn(scope.me.settings.zone, now);
  const last = to < today ? to : today;
  const people = person === undefined ? undefined : [person];
  const monday = mondayOf(from);
  const { staff, roster } = await ask(
    d1,
    together({
      staff: staffOf(d1, person),
      roster: rosterOf(d1, { from: monday, to: last, ...(people && { people }) }, env.WORKPLACE_ZONE),
    }),
  );
  const rosters = rostersOf(roster).map((each) => new Weeks(each));
  const length = Math.max(1, Math.floor(AT_ONCE / Math.max(1, staff.length)));
  const wholeWeeks = rosters.some((weeks) => weeks.roster.limitsWeeks);
  let start = wholeWeeks ? monday : from;
  while (start <= last) {
    // The first read reaches the span.
    const end = [addDays(start, length - 1), from].sort().at(-1) ?? from;
    const until = end < last ? end : last;
    const recorded = await recordedDays(d1, start, until, people);
    const days: PersonDay[][] = [];
    for (let date = start; date <= until; date = addDays(date, 1)) {
      for (const each of staff) {
        const there = recorded(each.id, date);
        const outcomes = rosters.map((weeks) => weeks.with(personDay(each, date, there, weeks.roster, now)));
        if (date >= from && outcomes.some(isReported)) days.push(outcomes);
      }
    }
    if (until >= from) yield { from: start < from ? from : start, to: until, days };
    start = addDays(until, 1);
  }
  return undefined;
}

/** Everyone who works here or did, in the order of names. */
const staffOf = (d1: D1Database, person: string | undefined): Fact<Staff[]> =>
  rows<Staff>(
    d1,
    `SELECT id, name, email, staff_number AS staffNumber FROM people
     WHERE (?1 IS NULL OR id = ?1) AND EXISTS (SELECT 1 FROM terms WHERE person_id = people.id)
     ORDER BY sort_key, id`,
    [person ?? null],
  );

function personDay(
  person: Staff,
  date: string,
  recorded: RecordedDay,
  roster: Roster,
  now: number,
): PersonDay {
  const plan = roster.planOf(person.id, date);
  const outcome = dayOf({ ...plan, ...recorded, now });
  return {
    ...recorded,
    person,
    date,
    outcome,
    term: roster.termOn(person.id, date),
    zone: recorded.records[0]?.zone ?? roster.zoneOf(person.id, date),
    expected: plan.shifts.length > 0,
    overtimeMs: roundedDown(outcome.overtimeMs, roster.settingsOn(date).overtimeStepMinutes),
    weekOvertimeMs: 0,
  };
}

/** Leaves out dates on which a person was neither expected nor there. */
const isReported = ({ outcome, records, weekOvertimeMs }: PersonDay): boolean =>
  outcome.status !== null || records.length > 0 || weekOvertimeMs > 0;

/** Adds up each person's week, and dates the overtime beyond its limit on the week's last day. */
class Weeks {
  readonly #days = new Map<string, { workedMs: number; overtimeMs: number }[]>();

  constructor(readonly roster: Roster) {}

  /** The day, with its week's overtime if it is the week's last. Each person's days must come in order. */
  with(day: PersonDay): PersonDay {
    const { person, date, outcome, overtimeMs } = day;
    const week = date === mondayOf(date) ? [] : (this.#days.get(person.id) ?? []);
    week.push({ workedMs: outcome.workedMs, overtimeMs });
    this.#days.set(person.id, week);
    if (addDays(mondayOf(date), 6) !== date) return day;
    const beyond = weeklyOvertime(week, this.roster.weeklyLimitMs(person.id, date));
    const step = this.roster.settingsOn(date).overtimeStepMinutes;
    return { ...day, weekOvertimeMs: roundedDown(beyond, step) };
  }
}
