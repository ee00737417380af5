/** When people are expected: weekly schedules, who follows them from when on, and holidays. */
import * as v from 'valibot';
import { Id, Instant, LocalDate, Minutes, WallTime } from './values';

/** A shift as a schedule writes it, in wall-clock time; an end that is not after the start is on the next day. */
export const WeekShift = v.strictObject({
  start: WallTime,
  end: WallTime,
  /** Unpaid time within it: the shift's length less this is what is to be worked. */
  breakMinutes: Minutes(0, 480),
});
export type WeekShift = v.InferOutput<typeof WeekShift>;

export const Week = v.strictObject({
  /** Monday to Sunday; null is a day off. */
  days: v.pipe(v.array(v.nullable(WeekShift)), v.length(7, 'must have seven days, Monday first')),
  /** How late is not late yet; null takes the workplace's. */
  graceMinutes: v.nullable(Minutes(0, 120)),
  /** How early is not too early to leave. */
  earlyMinutes: Minutes(0, 120),
  /** Whoever has worked less than this when they leave has a half day; 0 for never. */
  halfDayMinutes: Minutes(0, 720),
});
export type Week = v.InferOutput<typeof Week>;

const ScheduleName = v.pipe(v.string(), v.trim(), v.minLength(1, 'must not be empty'), v.maxLength(60));

export const Schedule = v.strictObject({
  id: Id,
  name: ScheduleName,
  active: v.boolean(),
  /** Its weeks, the earliest first. */
  weeks: v.array(v.strictObject({ validFrom: LocalDate, week: Week })),
});
export type Schedule = v.InferOutput<typeof Schedule>;

export const NewSchedule = v.strictObject({ id: Id, name: ScheduleName, validFrom: LocalDate, week: Week });
export type NewSchedule = v.InferOutput<typeof NewSchedule>;

export const Holiday = v.strictObject({
  date: LocalDate,
  name: v.pipe(v.string(), v.trim(), v.minLength(1, 'must not be empty'), v.maxLength(60)),
});
export type Holiday = v.InferOutput<typeof Holiday>;

/** These people follow the schedule (none if null) from that date on. */
export const Assign = v.strictObject({
  people: v.pipe(v.array(Id), v.minLength(1), v.maxLength(500)),
  scheduleId: v.nullable(Id),
  validFrom: LocalDate,
});
export type Assign = v.InferOutput<typeof Assign>;

/** One person's shift on one date, in instants: all the zone's arithmetic has been done (worker/settings/roster.ts). */
export const Shift = v.strictObject({
  startsAt: Instant,
  endsAt: Instant,
  /** An arrival after this is late. */
  lateAfter: Instant,
  /** A departure before this is early. */
  earlyBefore: Instant,
  /** Milliseconds to be worked. */
  plannedMs: v.number(),
  /** Milliseconds; whoever has worked less has a half day. */
  halfDayMs: v.number(),
});
export type Shift = v.InferOutput<typeof Shift>;
