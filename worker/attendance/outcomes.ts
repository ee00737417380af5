/**
 * What people's days came to, some dates at a time. It gathers its own facts, as of each day: reports, files and trials ask it,
 * and board and own days compute the same facts with the same function (contract/day.ts).
 */
import { dayOf, type DayOutcome, roundedDown, weeklyOvertime } from '../contract/attendance/day';
import { addDays, dateIn, mondayOf } from '../contract/zones';
import { rowsOf } from '../db/queries';
import type { Scope } from '../scope';
import type { Term } from '../contract/people/people';
import { readRoster, type Roster, rosterOf } from '../schedules/roster';
import { type RecordedDay, recordedDays } from './facts';

/** Whose days of which dates, both included. */
export interface Span {
  from: string;
  to: string;
  /** Everybody who ever worked here if not given. */
  person?: string | undefined;
}

/** A person as every list tells them apart. */
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
  /** What held of the person on that date; undefined before their first day. */
  term: Term | undefined;
  zone: string;
  expected: boolean;
  outcome: DayOutcome;
  overtimeMs: number;
  /** Of the whole week, on its last day; else 0. */
  weekOvertimeMs: number;
}

/** A stretch of dates, by date and name. */
export interface Stretch<Day = PersonDay> {
  from: string;
  /** The last date of it. */
  to: string;
  days: Day[];
}

/** One read covers about this many days, counted for each person. */
const AT_ONCE = 2_000;

/**
 * The days up to today, a stretch at a time. Each stretch is one read: what changes while a long report is made may show in its
 * later part only. A week's overtime needs the whole week, so reading begins on its Monday where a limit may hold.
 */
export async function* daysOf(scope: Scope, span: Span): AsyncGenerator<Stretch> {
  for await (const stretch of daysUnder(scope, span, (roster) => [roster]))
    yield { ...stretch, days: stretch.days.flat() };
}

/**
 * The same days, each under several rosters at once, from the same read: to compare them.
 * @param rostersOf the rosters to compute with, made of the one that holds; each day has as many outcomes, in their order
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
  const [persons, ...planned] = await d1.batch([
    staffOf(d1, person),
    ...rosterOf(d1, { from: monday, to: last, ...(people && { people }) }),
  ]);
  const staff = rowsOf<Staff>(persons);
  const rosters = rostersOf(readRoster(planned, env.WORKPLACE_ZONE)).map((roster) => new Weeks(roster));
  const length = Math.max(1, Math.floor(AT_ONCE / Math.max(1, staff.length)));
  const wholeWeeks = rosters.some(({ roster }) => roster.limitsWeeks);
  for (let start = wholeWeeks ? monday : from; start <= last; start = addDays(start, length)) {
    const end = addDays(start, length - 1);
    const until = end < last ? end : last;
    const recorded = await recordedDays(d1, start, until, people);
    const days: PersonDay[][] = [];
    for (let date = start; date <= until; date = addDays(date, 1)) {
      for (const each of staff) {
        const there = recorded(each.id, date);
        const outcomes = rosters.map((weeks) => weeks.with(personDay(each, date, there, weeks.roster, now)));
        if (date >= from && outcomes.some(isWorthTelling)) days.push(outcomes);
      }
    }
    if (until >= from) yield { from: start < from ? from : start, to: until, days };
  }
  return undefined;
}

/** Everybody who works here or ever did, in the order of names. */
const staffOf = (d1: D1Database, person: string | undefined) =>
  d1
    .prepare(
      `SELECT id, name, email, staff_number AS staffNumber FROM people
       WHERE (?1 IS NULL OR id = ?1) AND EXISTS (SELECT 1 FROM terms WHERE person_id = people.id)
       ORDER BY sort_key, id`,
    )
    .bind(person ?? null);

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

/** Dates on which somebody was neither expected nor there are left out. */
const isWorthTelling = ({ outcome, records, weekOvertimeMs }: PersonDay): boolean =>
  outcome.status !== null || records.length > 0 || weekOvertimeMs > 0;

/** Adds up each person's week, and dates what is beyond its limit on the week's last day. */
class Weeks {
  readonly #days = new Map<string, { workedMs: number; overtimeMs: number }[]>();

  constructor(readonly roster: Roster) {}

  /** The day, with its week's overtime if it is the last of it. Each person's days come in their order. */
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
