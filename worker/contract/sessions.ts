/**
 * Sessions: a live class whose people scan in, or the sheet of a shift. Both have a roster, a host, a code that rotates,
 * and a lock. Everyone signed in may know that a session is on; who came is for its hosts.
 */
import * as v from 'valibot';
import { BoardPerson, Receipt } from './attendance';
import { Id, Instant, LocalDate, Minutes } from './values';
import { Epoch, Seq } from './wire';

export const SessionKind = v.picklist(['class', 'shift']);
export const SessionState = v.picklist(['scheduled', 'active', 'completed', 'cancelled']);
export type SessionState = v.InferOutput<typeof SessionState>;

/** From which state a session goes where, by which act. The lock is another matter: see `mayLock`. */
export const sessionMoves = {
  scheduled: { start: 'active', cancel: 'cancelled' },
  active: { end: 'completed', cancel: 'cancelled' },
  completed: {},
  cancelled: {},
} as const satisfies Record<SessionState, Partial<Record<'start' | 'end' | 'cancel', SessionState>>>;
export type SessionMove = 'start' | 'end' | 'cancel';

/** The states from which an act leads somewhere. */
export const statesBefore = (act: SessionMove): SessionState[] =>
  SessionState.options.filter((state) => act in sessionMoves[state]);

/** Whether a session in that state can be locked and unlocked. */
export const lockable = (state: SessionState): boolean => state === 'active' || state === 'completed';

const Title = v.pipe(
  v.string(),
  v.trim(),
  v.minLength(1, 'must not be empty'),
  v.maxLength(120, 'must have at most 120 characters'),
);
const Reason = v.pipe(
  v.string(),
  v.trim(),
  v.minLength(3, 'must say why, in at least 3 characters'),
  v.maxLength(300),
);

/** A named thing by its id: a course, a group, a person. */
export const Named = v.strictObject({ id: Id, name: v.string() });
export type Named = v.InferOutput<typeof Named>;

/** Where people must be: within `radius` metres of a point. */
export const Geofence = v.strictObject({
  lat: v.pipe(
    v.number('must be a number of degrees'),
    v.minValue(-85, 'must be at least -85'),
    v.maxValue(85, 'must be at most 85'),
  ),
  lng: v.pipe(
    v.number('must be a number of degrees'),
    v.minValue(-180, 'must be at least -180'),
    v.maxValue(180, 'must be at most 180'),
  ),
  radius: v.pipe(
    v.number('must be a number of metres'),
    v.integer('must be whole metres'),
    v.minValue(20, 'must be at least 20 metres'),
    v.maxValue(5000, 'must be at most 5,000 metres'),
  ),
});
export type Geofence = v.InferOutput<typeof Geofence>;

/** A session as everyone signed in may know it. */
export const Session = v.strictObject({
  id: Id,
  kind: SessionKind,
  title: v.string(),
  course: v.nullable(Named),
  groups: v.array(Named),
  hosts: v.array(Named),
  room: v.nullable(v.string()),
  startsAt: Instant,
  endsAt: Instant,
  zone: v.string(),
  workDate: LocalDate,
  state: SessionState,
  startedAt: v.nullable(Instant),
  endedAt: v.nullable(Instant),
  lockedAt: v.nullable(Instant),
  /** Whether a scan must say where it was made. */
  placed: v.boolean(),
});
export type Session = v.InferOutput<typeof Session>;

/** How a session is run: for its hosts. */
export const SessionRules = v.strictObject({
  /** Minutes after the start from which somebody is late; null for never. */
  lateAfterMinutes: v.nullable(Minutes(0, 240)),
  /** Minutes before the start from which a scan counts. */
  opensBeforeMinutes: Minutes(0, 120),
  /** How long one code is shown, seconds. */
  periodSeconds: v.pipe(
    v.number('must be a number of seconds'),
    v.integer('must be whole seconds'),
    v.minValue(5, 'must be at least 5 seconds'),
    v.maxValue(60, 'must be at most 60 seconds'),
  ),
  /** Each scan makes a new code. */
  strict: v.boolean(),
  geofence: v.nullable(Geofence),
});
export type SessionRules = v.InferOutput<typeof SessionRules>;

/** A session as its hosts know it. */
export const HostedSession = v.strictObject({
  ...Session.entries,
  ...SessionRules.entries,
  /** Whether the code is shown. */
  shown: v.boolean(),
  lockedBy: v.nullable(Named),
  lockReason: v.nullable(v.string()),
  updatedAt: Instant,
});
export type HostedSession = v.InferOutput<typeof HostedSession>;

/** Later than that a date no longer has four digits for its year. */
const LAST = Date.UTC(9999, 11, 31);
const times = {
  startsAt: v.pipe(Instant, v.maxValue(LAST, 'must be before the year 10000')),
  endsAt: Instant,
};
const content = {
  kind: SessionKind,
  title: Title,
  courseId: v.nullable(Id),
  groups: v.pipe(v.array(Id), v.maxLength(30, 'must name at most 30 groups')),
  /** People beside those of the groups. */
  people: v.pipe(v.array(Id), v.maxLength(500, 'must name at most 500 people')),
  hosts: v.pipe(v.array(Id), v.maxLength(10, 'must name at most 10 hosts')),
  room: v.nullable(v.pipe(v.string(), v.trim(), v.minLength(1, 'must not be empty'), v.maxLength(80))),
  ...times,
  ...SessionRules.entries,
};
/** Longest a session may last. */
const DAY_MS = 86_400_000;
const inOrder = ({ startsAt, endsAt }: { startsAt: number; endsAt: number }): boolean =>
  endsAt > startsAt && endsAt - startsAt <= DAY_MS;
const notInOrder = 'must be after the start, within 24 hours';

/** A session to come, or with `start` one that begins at once. */
export const NewSession = v.pipe(
  v.strictObject({ id: Id, ...content, start: v.optional(v.boolean(), false) }),
  v.forward(
    v.check((it) => inOrder(it), notInOrder),
    ['endsAt'],
  ),
);
export type NewSession = v.InferOutput<typeof NewSession>;

/** Everything about a session that has not begun; `seenAt` is the `updatedAt` that the form began with. */
export const EditSession = v.pipe(
  v.strictObject({ ...content, seenAt: Instant }),
  v.forward(
    v.check((it) => inOrder(it), notInOrder),
    ['endsAt'],
  ),
);
export type EditSession = v.InferOutput<typeof EditSession>;

/** What a host changes while it runs. */
export const RunSession = v.strictObject({
  endsAt: v.optional(Instant),
  shown: v.optional(v.boolean()),
  strict: v.optional(v.boolean()),
  periodSeconds: v.optional(SessionRules.entries.periodSeconds),
});
export type RunSession = v.InferOutput<typeof RunSession>;

export const WithReason = v.strictObject({ reason: Reason });

/** What counts for a person in a session; none (null) means: not yet. */
export const SessionStatus = v.picklist(['present', 'late', 'absent', 'excused']);
export type SessionStatus = v.InferOutput<typeof SessionStatus>;
export const sessionStatusWords = {
  present: 'Present',
  late: 'Late',
  absent: 'Absent',
  excused: 'Excused',
} as const satisfies Record<SessionStatus, string>;

/** How far from the point a scan was made: all that is kept of a position. */
export const Band = v.picklist(['inside', 'edge', 'near', 'far']);
export type Band = v.InferOutput<typeof Band>;

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
  band: v.nullable(Band),
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

/** A session with everyone on its list and the cursor of `session.{id}`, all of one moment. */
export const SessionSheet = v.strictObject({
  epoch: Epoch,
  head: Seq,
  now: Instant,
  session: HostedSession,
  attendees: v.array(Attendee),
  stats: SessionStats,
  /** Who is named on their own, beside the groups. */
  people: v.array(Named),
});
export type SessionSheet = v.InferOutput<typeof SessionSheet>;

/**
 * Sessions of some dates with the cursor of `sessions`; `mine` tells one's own part in each of them, by its id, and `counts`
 * how many are expected and came, in those that one may run.
 */
export const SessionList = v.strictObject({
  epoch: Epoch,
  head: Seq,
  /** Where one's own channel stood at that moment. */
  own: Seq,
  now: Instant,
  sessions: v.array(Session),
  mine: v.record(
    Id,
    v.strictObject({
      listed: v.boolean(),
      hosting: v.boolean(),
      status: v.nullable(SessionStatus),
      at: v.nullable(Instant),
    }),
  ),
  counts: v.record(Id, v.strictObject({ expected: v.number(), came: v.number() })),
});
export type SessionList = v.InferOutput<typeof SessionList>;

/** What the lock would do, or has done: by person's id. */
export const LockPreview = v.strictObject({ absent: v.array(Id), excused: v.array(Id) });
export type LockPreview = v.InferOutput<typeof LockPreview>;

/** The answer to whatever a host does with a session. */
export const SessionChange = v.strictObject({ session: HostedSession, receipt: Receipt });
export type SessionChange = v.InferOutput<typeof SessionChange>;
/** The answer to whatever a host does with somebody on the list. */
export const AttendeeChange = v.strictObject({ attendee: Attendee, receipt: Receipt });
export type AttendeeChange = v.InferOutput<typeof AttendeeChange>;

/** Sets or takes back (null) what counts for a person, by hand. */
export const MarkAttendee = v.strictObject({ status: v.nullable(SessionStatus), reason: Reason });
export type MarkAttendee = v.InferOutput<typeof MarkAttendee>;

/** The code of this moment. Hosts' screens are told it; they never compute it, nor when it ends. */
export const Code = v.strictObject({
  kind: v.literal('code'),
  /** For the link `/s/{id}?t=…` in the QR code; null while it is hidden or nobody may scan. */
  token: v.nullable(v.string()),
  /** Six digits for those without a camera. */
  typed: v.nullable(v.string()),
  /** How much longer the token is shown, and how long one is shown in all, milliseconds. */
  leftMs: v.number(),
  periodMs: v.number(),
});
export type Code = v.InferOutput<typeof Code>;

const Token = v.pipe(v.string(), v.regex(/^[\w-]{22}$/, 'is not a code of this session'));
const Typed = v.pipe(v.string(), v.regex(/^\d{6}$/, 'must be six digits'));
const Secret = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'is not a ticket'));

/** Whoever scans before they are signed in gets a pass for the moment of the scan. */
export const AskPass = v.strictObject({ token: Token });
export const Pass = v.strictObject({ pass: Secret, expiresAt: Instant });
export type Pass = v.InferOutput<typeof Pass>;

/** A scanned token, a typed code, or a pass from before the sign-in. */
export const AskTicket = v.union([
  v.strictObject({ token: Token }),
  v.strictObject({ code: Typed }),
  v.strictObject({ pass: Secret }),
]);
export type AskTicket = v.InferOutput<typeof AskTicket>;
/** For this person only, for one use, for some minutes. */
export const Ticket = v.strictObject({
  ticket: Secret,
  expiresAt: Instant,
  session: Session,
  /** Whether the position must come with it. */
  placed: v.boolean(),
});
export type Ticket = v.InferOutput<typeof Ticket>;

export const Position = v.strictObject({
  lat: v.pipe(v.number(), v.minValue(-90), v.maxValue(90)),
  lng: v.pipe(v.number(), v.minValue(-180), v.maxValue(180)),
  /** Radius in metres within which the device is sure to be, as it says itself. */
  accuracy: v.pipe(v.number(), v.minValue(0), v.maxValue(100_000)),
});
export type Position = v.InferOutput<typeof Position>;

/** Takes part. Without a position where one is needed, a host is asked (`ask`), or it is refused. */
export const TakePart = v.strictObject({
  ticket: Secret,
  position: v.optional(Position),
  ask: v.optional(v.boolean(), false),
});
export type TakePart = v.InferOutput<typeof TakePart>;

/** One's own part in a session, as an attendee knows it. */
export const OwnPart = v.strictObject({
  sessionId: Id,
  title: v.string(),
  personId: Id,
  status: v.nullable(SessionStatus),
  at: v.nullable(Instant),
  /** A host has been asked and has not answered. */
  asking: v.boolean(),
});
export type OwnPart = v.InferOutput<typeof OwnPart>;

/** A session, one's own part in it and the cursor of one's own channel, all of one moment. */
export const MySession = v.strictObject({
  epoch: Epoch,
  head: Seq,
  now: Instant,
  session: Session,
  part: OwnPart,
});
export type MySession = v.InferOutput<typeof MySession>;

/** What a scan comes to. Refusals are problems with codes of their own. */
export const Scanned = v.strictObject({
  outcome: v.picklist(['in', 'late', 'already_in', 'asked']),
  part: OwnPart,
  receipt: Receipt,
});
export type Scanned = v.InferOutput<typeof Scanned>;

/** A course: sessions of one subject, with the share of them that is asked for. */
export const Course = v.strictObject({
  id: Id,
  name: Title,
  /** Percent of sessions somebody should have come to. */
  threshold: v.pipe(
    v.number('must be a number of percent'),
    v.integer('must be a whole number'),
    v.minValue(0, 'must be at least 0'),
    v.maxValue(100, 'must be at most 100'),
  ),
  active: v.boolean(),
});
export type Course = v.InferOutput<typeof Course>;
export const PutCourse = v.omit(Course, ['id']);
export type PutCourse = v.InferOutput<typeof PutCourse>;

/** A group of people who are expected together. */
export const Group = v.strictObject({ id: Id, name: Title, active: v.boolean(), people: v.number() });
export type Group = v.InferOutput<typeof Group>;
export const PutGroup = v.strictObject({ name: Title, active: v.boolean() });
export type PutGroup = v.InferOutput<typeof PutGroup>;

export const Catalogue = v.strictObject({
  epoch: Epoch,
  head: Seq,
  now: Instant,
  /** The workplace's own: sessions are planned by its clock. */
  zone: v.string(),
  courses: v.array(Course),
  groups: v.array(Group),
  /** Who may be a host. */
  hosts: v.array(Named),
});
export type Catalogue = v.InferOutput<typeof Catalogue>;

/** Somebody in a group, from a date on. Sessions before it do not count for them. */
export const Member = v.strictObject({ person: BoardPerson, email: v.string(), since: Instant });
export type Member = v.InferOutput<typeof Member>;
export const Members = v.strictObject({ group: Group, members: v.array(Member) });
export type Members = v.InferOutput<typeof Members>;

const MOST_ROWS = 500;
/** Lines of a file, or a choice: emails of people to be in the group from an instant on. */
export const Enrol = v.strictObject({
  since: Instant,
  dryRun: v.boolean(),
  rows: v.pipe(
    v.array(
      v.strictObject({
        line: v.pipe(v.number(), v.integer(), v.minValue(1)),
        email: v.pipe(v.string(), v.maxLength(500)),
      }),
    ),
    v.minLength(1),
    v.maxLength(MOST_ROWS, `must have at most ${MOST_ROWS} rows`),
  ),
});
export type Enrol = v.InferOutput<typeof Enrol>;
export const Enrolled = v.strictObject({
  rows: v.array(
    v.strictObject({
      line: v.number(),
      outcome: v.picklist(['enrolled', 'would_enrol', 'there', 'refused']),
      /** Who it is, or why not. */
      words: v.string(),
    }),
  ),
});
export type Enrolled = v.InferOutput<typeof Enrolled>;

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
