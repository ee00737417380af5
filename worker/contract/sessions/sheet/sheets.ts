/** A session's list with each person's mark, for its hosts, and trends over many sessions. */
import * as v from 'valibot';
import { BoardPerson } from '../../attendance/attendance';
import { Receipt } from '../../receipts';
import { HostedSession, Named, SessionStatus, WithReason } from '../sessions';
import { Id, Instant } from '../../values';
import { Heads } from '../../wire';

/** How far from the session's point a scan was made; the position itself is not stored. */
export const DistanceZone = v.picklist(['inside', 'edge', 'near', 'far']);
export type DistanceZone = v.InferOutput<typeof DistanceZone>;

/** Something for a host to review; never a refusal by itself. */
export const Flag = v.strictObject({
  kind: v.picklist(['shared_device', 'far_away', 'impossible_speed', 'many_failures', 'before_sign_in']),
  /** The reason in words. */
  words: v.string(),
});
export type Flag = v.InferOutput<typeof Flag>;

/** A person on a session's list. */
export const Attendee = v.strictObject({
  person: BoardPerson,
  /** Whether the roster names the person; a host may accept others. */
  listed: v.boolean(),
  status: v.nullable(SessionStatus),
  at: v.nullable(Instant),
  method: v.nullable(v.picklist(['scan', 'code', 'hand', 'request', 'lock', 'end'])),
  by: v.nullable(Named),
  reason: v.nullable(v.string()),
  distanceZone: v.nullable(DistanceZone),
  flags: v.array(Flag),
  /** The reason of an excuse in advance. */
  excuse: v.nullable(v.string()),
  /** An open request: the position was denied, or outside, or the scan was made without network. */
  asking: v.nullable(
    v.strictObject({ kind: v.picklist(['no_position', 'outside', 'offline']), at: Instant }),
  ),
});
export type Attendee = v.InferOutput<typeof Attendee>;

/** The sheet shows the roster, and unlisted people who are marked or have a request. */
export const isOnSheet = ({ listed, status, asking }: Attendee): boolean =>
  listed || status !== null || asking !== null;

export const SessionStats = v.strictObject({
  expected: v.number(),
  present: v.number(),
  late: v.number(),
  absent: v.number(),
  excused: v.number(),
  /** On the roster without a mark. */
  unmarked: v.number(),
  asking: v.number(),
});
export type SessionStats = v.InferOutput<typeof SessionStats>;

/** Counts attendees, alike on the server and on the host's screen. */
export function statsOf(attendees: readonly Attendee[]): SessionStats {
  const count = (is: (it: Attendee) => boolean) => attendees.filter(is).length;
  const of = (status: SessionStatus | null) => count((it) => it.status === status);
  return {
    expected: count(({ listed }) => listed),
    present: of('present'),
    late: of('late'),
    absent: of('absent'),
    excused: of('excused'),
    unmarked: count(({ listed, status }) => listed && status === null),
    asking: count(({ asking }) => asking !== null),
  };
}

/** A session, its list and the head of `session.{id}`, from one batch. */
export const SessionSheet = v.strictObject({
  at: Heads,
  now: Instant,
  session: HostedSession,
  attendees: v.array(Attendee),
  stats: SessionStats,
  /** People whom the roster names beside its groups. */
  people: v.array(Named),
});
export type SessionSheet = v.InferOutput<typeof SessionSheet>;

/** The ids of people whom the lock marks. */
export const LockPreview = v.strictObject({ absent: v.array(Id), excused: v.array(Id) });
export type LockPreview = v.InferOutput<typeof LockPreview>;

/** Many attendees changed together. */
export const StatsUpdate = v.strictObject({
  stats: SessionStats,
  marked: LockPreview,
  /** What marked them. */
  method: v.nullable(v.picklist(['lock', 'end'])),
  /** People whose mark was removed. */
  unmarked: v.array(Id),
});

/** The answer to a host's change of an attendee. */
export const AttendeeChange = v.strictObject({ attendee: Attendee, receipt: Receipt });
export type AttendeeChange = v.InferOutput<typeof AttendeeChange>;

/** Sets or removes (null) a mark by hand. */
export const MarkAttendee = v.strictObject({
  status: v.nullable(SessionStatus),
  reason: WithReason.entries.reason,
});
export type MarkAttendee = v.InferOutput<typeof MarkAttendee>;

/** How often a person came, of the sessions that count for them. */
export const Trend = v.strictObject({
  id: Id,
  name: v.string(),
  counted: v.number(),
  came: v.number(),
  late: v.number(),
  excused: v.number(),
  absent: v.number(),
  /** Below the course's threshold; null without a threshold. */
  below: v.nullable(v.boolean()),
});
export type Trend = v.InferOutput<typeof Trend>;
export const Trends = v.strictObject({
  by: v.picklist(['person', 'group', 'course']),
  rows: v.array(Trend),
  /** The earliest first. */
  sessions: v.array(
    v.strictObject({ id: Id, title: v.string(), startsAt: Instant, counted: v.number(), came: v.number() }),
  ),
});
export type Trends = v.InferOutput<typeof Trends>;
