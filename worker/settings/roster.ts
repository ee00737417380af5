/** Who is expected when: settings, holidays, schedules and who follows them, read in one batch and asked as often as need be. */
import { Temporal } from 'temporal-polyfill';
import * as v from 'valibot';
import { addDays, dateIn } from '../contract/dates';
import type { DayFacts } from '../contract/day';
import { type Shift, Week } from '../contract/schedules';
import { parseSettings, type Settings, type SettingsVersion } from '../contract/settings';
import { rowsOf } from '../db/client';

const MINUTE = 60_000;
/** Whoever comes at most so long before a shift comes for it. */
const EARLY_MS = 4 * 60 * MINUTE;

/** A person as the roster knows them; `zone` null means the workplace's. */
export interface Employed {
  id: string;
  zone: string | null;
}

/** Where a check-in belongs. */
export interface Place {
  workDate: string;
  zone: string;
  /** When the job closes the record if nobody does, and the time it then says. */
  dueAt: number;
  dueOut: number;
}

interface Span {
  /** Local dates, both included. */
  from: string;
  to: string;
  /** Only this person's assignments. */
  person?: string;
}

/** The statements to put into a snapshot's batch; hand their results to `readRoster`. */
export function rosterOf(db: D1Database, { from, to, person }: Span): D1PreparedStatement[] {
  const whose = person === undefined ? '' : 'AND person_id = ?3';
  const bound = person === undefined ? [from, to] : [from, to, person];
  return [
    db.prepare(
      'SELECT valid_from AS validFrom, applies_at AS appliesAt, value FROM settings ORDER BY valid_from',
    ),
    db.prepare('SELECT date, name FROM holidays WHERE date BETWEEN ?1 AND ?2').bind(from, to),
    db.prepare(
      'SELECT schedule_id AS schedule, valid_from AS validFrom, week FROM schedule_weeks ORDER BY valid_from',
    ),
    // Beside max() SQLite takes the other columns from the row that has it: the assignment in force at the beginning.
    db
      .prepare(
        `SELECT person_id AS person, schedule_id AS schedule, max(valid_from) AS validFrom FROM assignments
         WHERE valid_from <= ?1 ${whose} GROUP BY person_id
         UNION ALL SELECT person_id, schedule_id, valid_from FROM assignments
         WHERE valid_from > ?1 AND valid_from <= ?2 ${whose} ORDER BY 3`,
      )
      .bind(...bound),
  ];
}
/** How many statements `rosterOf` makes. */
export const ROSTER = 4;

/** @param zone the zone that holds while no settings have been made */
export function readRoster(results: readonly D1Result[], zone: string): Roster {
  const [settings, holidays, weeks, assignments] = results;
  return new Roster(
    rowsOf<Omit<Version, 'settings'> & { value: string }>(settings).map(({ value, ...row }) => ({
      ...row,
      settings: parseSettings(value, zone),
    })),
    new Map(rowsOf<{ date: string; name: string }>(holidays).map(({ date, name }) => [date, name])),
    Map.groupBy(
      rowsOf<{ schedule: string; validFrom: string; week: string }>(weeks).map(({ week, ...row }) => ({
        ...row,
        week: v.parse(Week, JSON.parse(week)),
      })),
      ({ schedule }) => schedule,
    ),
    Map.groupBy(rowsOf<Assignment>(assignments), ({ person }) => person),
    parseSettings(null, zone),
  );
}

interface Version extends SettingsVersion {
  /** The start of `validFrom` in the zone that the version names. */
  appliesAt: number;
}

interface Assignment {
  person: string;
  schedule: string | null;
  validFrom: string;
}

interface WeekFrom {
  validFrom: string;
  week: Week;
}

export class Roster {
  readonly #shifts = new Map<string, Shift>();

  constructor(
    private readonly versions: readonly Version[],
    private readonly holidays: ReadonlyMap<string, string>,
    private readonly weeks: ReadonlyMap<string, readonly WeekFrom[]>,
    private readonly assignments: ReadonlyMap<string, readonly Assignment[]>,
    private readonly initial: Settings,
  ) {}

  /** The settings that hold on a date. */
  settingsOn(date: string): Settings {
    return lastFrom(this.versions, date)?.settings ?? this.initial;
  }

  /** The settings in force at a moment, as `SETTINGS_AT` (db/client.ts) finds them. */
  settingsAt(at: number): Settings {
    return this.versions.findLast(({ appliesAt }) => appliesAt <= at)?.settings ?? this.initial;
  }

  /** The holiday's name, if the date is one. */
  holidayOn(date: string): string | undefined {
    return this.holidays.get(date);
  }

  zoneOf({ zone }: Employed, date: string): string {
    return zone ?? this.settingsOn(date).zone;
  }

  /** What `dayOf` (contract/day.ts) asks about the plan of a person's date. */
  planOf(person: Employed, date: string): Pick<DayFacts, 'shift' | 'off'> {
    const scheduled = this.#weekOf(person, date) !== undefined;
    if (this.holidays.has(date)) return { shift: null, off: scheduled ? 'holiday' : null };
    const shift = this.shiftOf(person, date);
    return { shift, off: scheduled && !shift ? 'day_off' : null };
  }

  /** The shift a schedule gives the person on that date, holiday or not. The same object for everyone who shares it. */
  shiftOf(person: Employed, date: string): Shift | null {
    const found = this.#weekOf(person, date);
    const planned = found?.week.days[weekdayOf(date)];
    if (!found || !planned) return null;
    const zone = this.zoneOf(person, date);
    const key = [found.schedule, found.validFrom, date, zone].join(' ');
    const known = this.#shifts.get(key);
    if (known) return known;
    const startsAt = instantOf(zone, date, planned.start);
    const ending = instantOf(zone, planned.end > planned.start ? date : addDays(date, 1), planned.end);
    // A start that a DST night skips is moved behind the gap, which may be behind the end.
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
   * Where a check-in at that moment belongs: to the shift it falls into or comes before, so that a night that began
   * yesterday is yesterday's (of two, as only a change of schedule can make them, to the one that began last); without a
   * shift to the date by the day's start.
   */
  placeOf(person: Employed, at: number): Place {
    const { dayStart, checkOutGraceMinutes, longestStayHours, ...settings } = this.settingsAt(at);
    const zone = person.zone ?? settings.zone;
    const today = dateIn(zone, at);
    const near = [addDays(today, -1), today, addDays(today, 1)]
      .flatMap((date) => {
        const { shift } = this.planOf(person, date);
        return shift && isFor(shift, at) ? [{ date, shift }] : [];
      })
      .sort(
        (a, b) => distance(a.shift, at) - distance(b.shift, at) || b.shift.startsAt - a.shift.startsAt,
      )[0];
    if (near) {
      const { endsAt } = near.shift;
      return { workDate: near.date, zone, dueAt: endsAt + checkOutGraceMinutes * MINUTE, dueOut: endsAt };
    }
    const dueAt = at + longestStayHours * 60 * MINUTE;
    // By the clock on the wall, not by hours since midnight: those differ on a DST night.
    const workDate = at < instantOf(zone, today, dayStart) ? addDays(today, -1) : today;
    return { workDate, zone, dueAt, dueOut: dueAt };
  }

  /**
   * When an open stay is closed, after the plan has changed: by the shift that its date has now, if it came for that one.
   * Never before whoever is still in has had the usual grace since: somebody whose shift was shortened is not thrown out.
   */
  dueOf(
    person: Employed,
    { workDate, inAt }: { workDate: string; inAt: number },
    now: number,
  ): Pick<Place, 'dueAt' | 'dueOut'> {
    const { checkOutGraceMinutes, longestStayHours } = this.settingsAt(inAt);
    const grace = checkOutGraceMinutes * MINUTE;
    const { shift } = this.planOf(person, workDate);
    const longest = inAt + longestStayHours * 60 * MINUTE;
    const [dueAt, dueOut] =
      shift && isFor(shift, inAt) ? [shift.endsAt + grace, shift.endsAt] : [longest, longest];
    return { dueAt: Math.max(dueAt, now + grace), dueOut };
  }

  #weekOf({ id }: Employed, date: string): (WeekFrom & { schedule: string }) | undefined {
    const schedule = lastFrom(this.assignments.get(id) ?? [], date)?.schedule;
    const week = schedule ? lastFrom(this.weeks.get(schedule) ?? [], date) : undefined;
    return schedule && week ? { ...week, schedule } : undefined;
  }
}

/** The instant of a wall-clock time: a time that a DST night skips is taken after the gap, one that comes twice the first time. */
export function instantOf(zone: string, date: string, time: string): number {
  return Temporal.PlainDateTime.from(`${date}T${time}`).toZonedDateTime(zone).epochMilliseconds;
}

/** Of rows in the order of `validFrom`, the last that holds on the date. */
function lastFrom<Row extends { validFrom: string }>(rows: readonly Row[], date: string): Row | undefined {
  return rows.findLast(({ validFrom }) => validFrom <= date);
}

/** 0 is Monday. */
function weekdayOf(date: string): number {
  return (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;
}

/** Whether whoever comes at that moment comes for the shift. */
const isFor = ({ startsAt, endsAt }: Shift, at: number): boolean => at >= startsAt - EARLY_MS && at < endsAt;

/** 0 within the shift, else how long until it begins. */
const distance = ({ startsAt }: Shift, at: number): number => Math.max(0, startsAt - at);
