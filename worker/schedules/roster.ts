/** Who is expected when, by settings, holidays, schedules, assignments and terms. */
import type { DayPlan, DayRules, Shift, Week } from '../contract/schedules/schedules';
import { BEFORE_SHIFT_MS, LONGEST_TAP_MS } from '../contract/schedules/plan';
import { businessDate } from '../contract/business-day';
import { addDays, dateIn, instantOf, weekdayOf } from '../contract/zones';
import type { Term } from '../contract/people/people';
import type { Settings } from '../contract/settings/settings';
import { type Fact, map } from '../db/queries';
import { type RosterRows, rosterRows, type Span, type WeekFrom } from './roster-rows';

/** @param workplaceZone the zone before the first settings */
export const rosterOf = (d1: D1Database, span: Span, workplaceZone: string): Fact<Roster> =>
  map(rosterRows(d1, span, workplaceZone), (found) => new Roster(found));

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** The date and zone of a check-in, and how its record closes by itself. */
export interface Place {
  workDate: string;
  zone: string;
  /** When the record closes by itself. */
  dueAt: number;
  /** The shift's end; null without a shift. */
  dueOut: number | null;
}

/** A rule to try: other settings, or another week of a schedule. */
export type Trial = { settings: Settings } | { schedule: string; week: Week };

export class Roster {
  readonly #shifts = new Map<string, Shift>();
  readonly #rules = new Map<Settings, DayRules>();
  readonly #plans = new Map<string, DayPlan>();

  constructor(private readonly rows: RosterRows) {}

  /** The people with terms in the span. */
  get people(): string[] {
    return [...this.rows.terms.keys()];
  }

  /** The same roster with the trial's settings or week on all dates. */
  with(trial: Trial): Roster {
    if ('settings' in trial) return new Roster({ ...this.rows, versions: [], initial: trial.settings });
    const weeks = new Map(this.rows.weeks).set(trial.schedule, [{ validFrom: '', week: trial.week }]);
    return new Roster({ ...this.rows, weeks });
  }

  settingsOn(date: string): Settings {
    return lastFrom(this.rows.versions, date)?.settings ?? this.rows.initial;
  }

  /** The settings in force at a moment, as `SETTINGS_AT` (settings/settings.ts) finds them. */
  settingsAt(at: number): Settings {
    return this.rows.versions.findLast(({ appliesAt }) => appliesAt <= at)?.settings ?? this.rows.initial;
  }

  holidayOn(date: string): string | undefined {
    return this.rows.holidays.get(date);
  }

  /** The person's terms on that date; undefined before their first day. */
  termOn(person: string, date: string): Term | undefined {
    return lastFrom(this.rows.terms.get(person) ?? [], date);
  }

  zoneOf(person: string, date: string): string {
    return this.termOn(person, date)?.zone ?? this.settingsOn(date).zone;
  }

  /** Whether any person's week may have a limit in the span. */
  get limitsWeeks(): boolean {
    return (
      [this.rows.initial, ...this.rows.versions.map(({ settings }) => settings)].some(
        ({ weeklyLimitMinutes }) => weeklyLimitMinutes !== null,
      ) ||
      [...this.rows.terms.values()].some((terms) => terms.some(({ weeklyMinutes }) => weeklyMinutes !== null))
    );
  }

  /** Milliseconds a week beyond which work is overtime; null for no limit. */
  weeklyLimitMs(person: string, date: string): number | null {
    const minutes = this.termOn(person, date)?.weeklyMinutes ?? this.settingsOn(date).weeklyLimitMinutes;
    return minutes === null ? null : minutes * MINUTE;
  }

  /** The plan that `dayOf` (contract/attendance/day.ts) needs. People with the same plan get the same object. */
  planOf(person: string, date: string): DayPlan {
    const found = this.#weekOf(person, date);
    const shift = this.rows.holidays.has(date) ? null : this.shiftOf(person, date);
    const off = !found || shift ? null : this.rows.holidays.has(date) ? 'holiday' : 'day_off';
    const key = [date, shift?.startsAt, found?.schedule, found?.validFrom, off].join(' ');
    const known = this.#plans.get(key);
    if (known) return known;
    const plan: DayPlan = { shifts: shift ? [shift] : [], off, absences: [], rules: this.#rulesOn(date) };
    this.#plans.set(key, plan);
    return plan;
  }

  /** The shift of the person's schedule, also on a holiday. People with the same shift get the same object. */
  shiftOf(person: string, date: string): Shift | null {
    const found = this.#weekOf(person, date);
    const planned = found?.week.days[weekdayOf(date)];
    if (!found || !planned) return null;
    const zone = this.zoneOf(person, date);
    const key = [found.schedule, found.validFrom, date, zone].join(' ');
    const known = this.#shifts.get(key);
    if (known) return known;
    const startsAt = instantOf(zone, date, planned.start);
    const ending = instantOf(zone, planned.end > planned.start ? date : addDays(date, 1), planned.end);
    // A start that a DST night skips moves after the gap, which may be after the end.
    const endsAt = Math.max(startsAt, ending);
    const { graceMinutes, earlyMinutes, halfDayMinutes } = found.week;
    const shift: Shift = {
      startsAt,
      endsAt,
      lateAfter: startsAt + (graceMinutes ?? this.settingsOn(date).graceMinutes) * MINUTE,
      earlyBefore: endsAt - earlyMinutes * MINUTE,
      plannedMs: Math.max(0, endsAt - startsAt - planned.breakMinutes * MINUTE),
      halfDayMs: halfDayMinutes * MINUTE,
    };
    this.#shifts.set(key, shift);
    return shift;
  }

  /**
   * A check-in belongs to the shift that it falls into or comes before, so a night belongs to its first date. Of two shifts, which
   * only a change of schedule makes, it belongs to the later one. Without a shift the day's start gives the date.
   */
  placeOf(person: string, at: number): Place {
    const { dayStart, zone: own } = this.settingsAt(at);
    const zone = this.termOn(person, dateIn(own, at))?.zone ?? own;
    const today = dateIn(zone, at);
    const near = [addDays(today, -1), today, addDays(today, 1)]
      .flatMap((date) => this.planOf(person, date).shifts.map((shift) => ({ date, shift })))
      .filter(({ shift }) => isFor(shift, at))
      .sort(
        (a, b) => distance(a.shift, at) - distance(b.shift, at) || b.shift.startsAt - a.shift.startsAt,
      )[0];
    const workDate = near?.date ?? businessDate({ zone, dayStart }, at);
    return { workDate, zone, ...this.#closingOf(person, at, workDate, near?.shift) };
  }

  /**
   * When an open record closes after a change of the plan: by the new shift of its date, if the check-in is for that shift. It stays
   * open for at least another hour, also after a shortened shift.
   */
  dueOf(
    person: string,
    { workDate, inAt }: { workDate: string; inAt: number },
    now: number,
  ): Pick<Place, 'dueAt' | 'dueOut'> {
    const shift = this.planOf(person, workDate).shifts.find((each) => isFor(each, inAt));
    const { dueAt, dueOut } = this.#closingOf(person, inAt, workDate, shift);
    return { dueAt: Math.max(dueAt, now + HOUR), dueOut };
  }

  /** The latest moment at which a check-out can end a record: before check-ins for the next shift. */
  latestOut(
    person: string,
    { workDate, inAt, dueOut }: { workDate: string; inAt: number; dueOut: number | null },
  ): number {
    return Math.min(
      inAt + LONGEST_TAP_MS,
      this.#nextShiftAfter(person, workDate, dueOut ?? inAt) - BEFORE_SHIFT_MS,
    );
  }

  #closingOf(
    person: string,
    inAt: number,
    workDate: string,
    shift: Shift | undefined,
  ): Pick<Place, 'dueAt' | 'dueOut'> {
    if (!shift) return { dueAt: inAt + LONGEST_TAP_MS, dueOut: null };
    const end = shift.endsAt;
    const wait = this.settingsAt(inAt).checkOutWaitMinutes * MINUTE;
    const latest = this.latestOut(person, { workDate, inAt, dueOut: end });
    return { dueAt: Math.max(end + HOUR, Math.min(end + wait, latest)), dueOut: end };
  }

  /** The start of the person's next shift within two days; else Infinity. */
  #nextShiftAfter(person: string, date: string, at: number): number {
    const dates = [date, addDays(date, 1), addDays(date, 2)];
    const starts = dates.flatMap((each) => this.planOf(person, each).shifts.map(({ startsAt }) => startsAt));
    return Math.min(...starts.filter((startsAt) => startsAt >= at));
  }

  #rulesOn(date: string): DayRules {
    const settings = this.settingsOn(date);
    const { breakDeductions, earlyArrival, overlongBreak } = settings;
    const rules = this.#rules.get(settings) ?? { breakDeductions, earlyArrival, overlongBreak };
    this.#rules.set(settings, rules);
    return rules;
  }

  /** Undefined outside the person's employment. */
  #weekOf(person: string, date: string): (WeekFrom & { schedule: string }) | undefined {
    if (!this.termOn(person, date)?.employed) return undefined;
    const schedule = lastFrom(this.rows.assignments.get(person) ?? [], date)?.schedule;
    const week = schedule ? lastFrom(this.rows.weeks.get(schedule) ?? [], date) : undefined;
    return schedule && week ? { ...week, schedule } : undefined;
  }
}

/** The last row up to the date. @param rows in the order of `validFrom` */
function lastFrom<Row extends { validFrom: string }>(rows: readonly Row[], date: string): Row | undefined {
  return rows.findLast(({ validFrom }) => validFrom <= date);
}

/** Whether a check-in at that moment is for the shift. */
const isFor = ({ startsAt, endsAt }: Shift, at: number): boolean =>
  at >= startsAt - BEFORE_SHIFT_MS && at < endsAt;

/** Milliseconds until the shift begins; 0 within it. */
const distance = ({ startsAt }: Shift, at: number): number => Math.max(0, startsAt - at);
