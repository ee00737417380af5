/** Weekly schedules, their assignments to people, and holidays. */
import * as v from 'valibot';
import { Line } from '../text';
import { Id, Instant, LocalDate, Minutes, WallTime } from '../values';
import { Heads } from '../wire';

/** A shift in wall time. An end up to the start is on the next day. */
export const WeekShift = v.strictObject({
  start: WallTime,
  end: WallTime,
  /** Unpaid time within the shift. */
  breakMinutes: Minutes(0, 480),
});
export type WeekShift = v.InferOutput<typeof WeekShift>;

const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** Seven shifts, Monday first; null is a day off. A night must end before the next day's shift, Sunday's before Monday's. */
const Days = v.pipe(
  v.array(v.nullable(WeekShift)),
  v.length(7, 'must have seven days, Monday first'),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const days = dataset.value;
    const wrong = (key: number, message: string) =>
      addIssue({
        message,
        path: [{ type: 'array', origin: 'value', input: days, key, value: days[key] }],
      });
    for (const [index, shift] of days.entries()) {
      if (!shift) continue;
      const next = (index + 1) % 7;
      const following = days[next];
      if (shift.breakMinutes >= lengthOf(shift)) wrong(index, 'must have a break shorter than the shift');
      if (following && shift.end <= shift.start && following.start < shift.end)
        wrong(
          index,
          `must end before the next shift begins: ${weekdays[index]}’s runs to ${shift.end}, ${weekdays[next]}’s begins at ${following.start}`,
        );
    }
  }),
);

/** Minutes from a shift's start to its end, in wall time. */
export function lengthOf({ start, end }: Pick<WeekShift, 'start' | 'end'>): number {
  const length = minutesOf(end) - minutesOf(start);
  return length > 0 ? length : length + 1440;
}

/** Minutes from midnight to a wall time. */
export const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

export const Week = v.strictObject({
  days: Days,
  /** An arrival up to this much after the start is not late; null for the workplace's grace. */
  graceMinutes: v.nullable(Minutes(0, 120)),
  /** A departure up to this much before the end is not early. */
  earlyMinutes: Minutes(0, 120),
  /** Less work than this makes a half day; 0 for never. */
  halfDayMinutes: Minutes(0, 720),
});
export type Week = v.InferOutput<typeof Week>;

const ScheduleName = Line(60);

export const Schedule = v.strictObject({
  id: Id,
  name: v.string(),
  active: v.boolean(),
  /** Its weeks, the earliest first. */
  weeks: v.array(v.strictObject({ validFrom: LocalDate, week: Week })),
});
export type Schedule = v.InferOutput<typeof Schedule>;

export const NewSchedule = v.strictObject({ id: Id, name: ScheduleName, validFrom: LocalDate, week: Week });
export type NewSchedule = v.InferOutput<typeof NewSchedule>;

export const Holiday = v.strictObject({ date: LocalDate, name: v.string() });
export type Holiday = v.InferOutput<typeof Holiday>;
export const NameHoliday = v.strictObject({ name: Line(60) });

export const ChangeSchedule = v.pipe(
  v.strictObject({ name: v.optional(ScheduleName), active: v.optional(v.boolean()) }),
  v.check(({ name, active }) => name !== undefined || active !== undefined, 'must change something'),
);
export type ChangeSchedule = v.InferOutput<typeof ChangeSchedule>;

/** The week applies from that date on, today or later. */
export const SetWeek = v.strictObject({ validFrom: LocalDate, week: Week });
export type SetWeek = v.InferOutput<typeof SetWeek>;

/** Every schedule there is, with the head of `admin.dashboard`, all from one D1 batch. */
export const Schedules = v.strictObject({
  at: Heads,
  now: Instant,
  /** In the workplace's zone. */
  today: LocalDate,
  /** The last closed date: assignments and holidays may change only after it. Null if none. */
  closedThrough: v.nullable(LocalDate),
  /** The workplace's grace in minutes, for schedules without their own. */
  graceMinutes: v.number(),
  /** By name; `people` is the number of active followers today. */
  schedules: v.array(v.strictObject({ ...Schedule.entries, people: v.number() })),
});
export type Schedules = v.InferOutput<typeof Schedules>;

/** Who follows what on a date. */
export const Assignments = v.strictObject({
  date: LocalDate,
  /** Everyone active, by name. */
  people: v.array(
    v.strictObject({
      id: Id,
      name: v.string(),
      department: v.nullable(v.string()),
      position: v.nullable(v.string()),
      /** Null for no schedule since `validFrom`, which is null without any assignment. */
      scheduleId: v.nullable(Id),
      validFrom: v.nullable(LocalDate),
      /** The next assignment. */
      next: v.nullable(v.strictObject({ scheduleId: v.nullable(Id), validFrom: LocalDate })),
    }),
  ),
});
export type Assignments = v.InferOutput<typeof Assignments>;

export const Holidays = v.strictObject({ holidays: v.array(Holiday) });
export type Holidays = v.InferOutput<typeof Holidays>;

/** These people follow the schedule (none if null) from that date on, until their next assignment. */
export const Assign = v.strictObject({
  people: v.pipe(
    v.array(Id),
    v.minLength(1, 'must name at least one person'),
    v.maxLength(500, 'must name at most 500 people'),
    v.check((people) => new Set(people).size === people.length, 'must not name a person twice'),
  ),
  scheduleId: v.nullable(Id),
  validFrom: LocalDate,
});
export type Assign = v.InferOutput<typeof Assign>;

/** One person's shift on one date, as instants that worker/schedules/roster.ts computes. */
export const Shift = v.strictObject({
  startsAt: Instant,
  endsAt: Instant,
  /** An arrival after this is late. */
  lateAfter: Instant,
  /** A departure before this is early. */
  earlyBefore: Instant,
  /** Milliseconds to be worked. */
  plannedMs: v.number(),
  /** Milliseconds; less work makes a half day. */
  halfDayMs: v.number(),
});
export type Shift = v.InferOutput<typeof Shift>;

/** A part of a day in which the person is not expected, as instants. */
export const Absence = v.strictObject({ startsAt: Instant, endsAt: Instant });
export type Absence = v.InferOutput<typeof Absence>;

/** The payroll rules of a date's settings. */
export const DayRules = v.strictObject({
  /** See `Settings.breakDeductions`; by `afterMinutes`, ascending. */
  breakDeductions: v.array(v.strictObject({ afterMinutes: v.number(), minutes: v.number() })),
  earlyArrival: v.picklist(['counts', 'from_start']),
  overlongBreak: v.picklist(['as_taken', 'allowance']),
});
export type DayRules = v.InferOutput<typeof DayRules>;

/** The plan that a person's date is computed with. */
export const DayPlan = v.strictObject({
  /** In order of their start. */
  shifts: v.array(Shift),
  /** Why a person with a schedule is not expected: all work is overtime, and never late, early or half a day. */
  off: v.nullable(v.picklist(['holiday', 'day_off'])),
  absences: v.array(Absence),
  rules: DayRules,
});
export type DayPlan = v.InferOutput<typeof DayPlan>;
