/** Who came to a session: everyone on its list with what counts for them, for its hosts; and how often they came over many. */
import * as v from 'valibot';
import { BoardPerson } from '../../attendance/attendance';
import { Receipt } from '../../receipts';
import { HostedSession, Named, SessionStatus, WithReason } from '../sessions';
import { Id, Instant } from '../../values';
import { Heads } from '../../wire';

/** How far from the point a scan was made: all that is kept of a position. */
export const DistanceZone = v.picklist(['inside', 'edge', 'near', 'far']);
export type DistanceZone = v.InferOutput<typeof DistanceZone>;

/** What a host should look at; never a refusal by itself. */
export const Flag = v.strictObject({
  kind: v.picklist(['shared_device', 'far_away', 'impossible_speed', 'many_failures']),
  /** The reason in words. */
  words: v.string(),
});
export type Flag = v.InferOutput<typeof Flag>;

/** Somebody on a session's list. */
export const Attendee = v.strictObject({
  person: BoardPerson,
  /** Whether the roster names them; one who was let in from outside it is not. */
  listed: v.boolean(),
  status: v.nullable(SessionStatus),
  at: v.nullable(Instant),
  /** By scan, typed code, hand, a request that a host accepted, the lock, or the end. */
  method: v.nullable(v.picklist(['scan', 'code', 'hand', 'request', 'lock', 'end'])),
  by: v.nullable(Named),
  reason: v.nullable(v.string()),
  distanceZone: v.nullable(DistanceZone),
  flags: v.array(Flag),
  /** Excused in advance: on the list of the excused if they do not come. */
  excuse: v.nullable(v.string()),
  /** They ask to be let in: their position was denied, or outside. */
  asking: v.nullable(v.strictObject({ kind: v.picklist(['no_position', 'outside']), at: Instant })),
});
export type Attendee = v.InferOutput<typeof Attendee>;

/** Who stands on a session's sheet: the roster, and beside it whoever is marked or asks. */
export const isOnSheet = ({ listed, status, asking }: Attendee): boolean =>
  listed || status !== null || asking !== null;

export const SessionStats = v.strictObject({
  expected: v.number(),
  present: v.number(),
  late: v.number(),
  absent: v.number(),
  excused: v.number(),
  /** On the list, and nothing known of them yet. */
  unmarked: v.number(),
  asking: v.number(),
});
export type SessionStats = v.InferOutput<typeof SessionStats>;

/** Counts a list of attendees: the same on the server and on the host's screen. */
export function statsOf(attendees: readonly Attendee[]): SessionStats {
  const count = (is: (it: Attendee) => boolean) => attendees.filter(is).length;
  const of = (status: SessionStatus | null) => count((it) => it.status === status);
  return {
    expected: count(({ listed }) => listed),
    ...{ present: of('present'), late: of('late'), absent: of('absent'), excused: of('excused') },
    unmarked: count(({ listed, status }) => listed && status === null),
    asking: count(({ asking }) => asking !== null),
  };
}

/** A session with everyone on its list and the head of `session.{id}`, all of one moment. */
export const SessionSheet = v.strictObject({
  at: Heads,
  now: Instant,
  session: HostedSession,
  attendees: v.array(Attendee),
  stats: SessionStats,
  /** Who is named on their own, beside the groups. */
  people: v.array(Named),
});
export type SessionSheet = v.InferOutput<typeof SessionSheet>;

/** What the lock would do, or has done: by person's id. */
export const LockPreview = v.strictObject({ absent: v.array(Id), excused: v.array(Id) });
export type LockPreview = v.InferOutput<typeof LockPreview>;

/** The answer to whatever a host does with somebody on the list. */
export const AttendeeChange = v.strictObject({ attendee: Attendee, receipt: Receipt });
export type AttendeeChange = v.InferOutput<typeof AttendeeChange>;

/** Sets or takes back (null) what counts for a person, by hand. */
export const MarkAttendee = v.strictObject({
  status: v.nullable(SessionStatus),
  reason: WithReason.entries.reason,
});
export type MarkAttendee = v.InferOutput<typeof MarkAttendee>;

/** How often somebody came, of the sessions that counted for them. */
export const Trend = v.strictObject({
  id: Id,
  name: v.string(),
  counted: v.number(),
  came: v.number(),
  late: v.number(),
  excused: v.number(),
  absent: v.number(),
  /** Below the course's threshold; null where none is asked for. */
  below: v.nullable(v.boolean()),
});
export type Trend = v.InferOutput<typeof Trend>;
export const Trends = v.strictObject({
  by: v.picklist(['person', 'group', 'course']),
  rows: v.array(Trend),
  /** The share that came, session by session, the earliest first. */
  sessions: v.array(
    v.strictObject({ id: Id, title: v.string(), startsAt: Instant, counted: v.number(), came: v.number() }),
  ),
});
export type Trends = v.InferOutput<typeof Trends>;
