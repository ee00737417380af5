/**
 * Sessions: a live class that people scan into, or the sheet of a shift. Both have a roster, hosts, a rotating code and a
 * lock. Everyone signed in may see sessions; only hosts see who came.
 */
import { Tapped } from '../tap';
import * as v from 'valibot';
import { Receipt } from '../receipts';
import { Line, Reason, Title } from '../text';
import { Id, Instant, LocalDate, Minutes, Whole } from '../values';
import { Heads } from '../wire';

export const SessionKind = v.picklist(['class', 'shift']);
export const SessionState = v.picklist(['scheduled', 'active', 'completed', 'cancelled']);
export type SessionState = v.InferOutput<typeof SessionState>;

/** Which move leads from which state to which. The lock is separate: see `lockable`. */
export const sessionMoves = {
  scheduled: { start: 'active', cancel: 'cancelled' },
  active: { end: 'completed', cancel: 'cancelled' },
  completed: {},
  cancelled: {},
} as const satisfies Record<SessionState, Partial<Record<'start' | 'end' | 'cancel', SessionState>>>;
export type SessionMove = 'start' | 'end' | 'cancel';

/** The states in which a move is possible. */
export const statesBefore = (move: SessionMove): SessionState[] =>
  SessionState.options.filter((state) => move in sessionMoves[state]);

export const lockable = (state: SessionState): boolean => state === 'active' || state === 'completed';

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
  radius: Whole('metres', 20, 5000),
});
export type Geofence = v.InferOutput<typeof Geofence>;

/** The fields of a session that everyone signed in may see. */
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

/** Of a session, what everyone may know: when and how it runs, and neither what it is nor where nor who. */
export const SessionPulse = v.pick(Session, [
  'id',
  'workDate',
  'state',
  'startsAt',
  'endsAt',
  'startedAt',
  'endedAt',
  'lockedAt',
]);
export type SessionPulse = v.InferOutput<typeof SessionPulse>;

/** How a session runs; for its hosts. */
export const SessionRules = v.strictObject({
  /** Minutes after the start from which a person is late; null for never. */
  lateAfterMinutes: v.nullable(Minutes(0, 240)),
  /** Minutes before the start from which a scan counts. */
  opensBeforeMinutes: Minutes(0, 120),
  /** How long one code is shown, seconds. */
  periodSeconds: Whole('seconds', 5, 60),
  /** New code after every scan. */
  strict: v.boolean(),
  geofence: v.nullable(Geofence),
});
export type SessionRules = v.InferOutput<typeof SessionRules>;

/** A session with the fields for its hosts. */
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

/** A later date has more than four digits for its year. */
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
  room: v.nullable(Line(80)),
  ...times,
  ...SessionRules.entries,
};
/** Longest a session may last. */
const DAY_MS = 86_400_000;
/** Whether a session ends after it starts, and within a day. */
export const inOrder = ({ startsAt, endsAt }: { startsAt: number; endsAt: number }): boolean =>
  endsAt > startsAt && endsAt - startsAt <= DAY_MS;
export const notInOrder = 'must be after the start, within 24 hours';

/** A planned session, or with `start` an active one. */
export const NewSession = v.pipe(
  v.strictObject({ id: Id, ...content, start: v.optional(v.boolean(), false) }),
  v.forward(
    v.check((it) => inOrder(it), notInOrder),
    ['endsAt'],
  ),
);
export type NewSession = v.InferOutput<typeof NewSession>;

/** Replaces the content of a session that has not started; `seenAt` is the `updatedAt` that the form loaded. */
export const EditSession = v.pipe(
  v.strictObject({ ...content, seenAt: Instant }),
  v.forward(
    v.check((it) => inOrder(it), notInOrder),
    ['endsAt'],
  ),
);
export type EditSession = v.InferOutput<typeof EditSession>;

export const RunSession = v.strictObject({
  endsAt: v.optional(Instant),
  shown: v.optional(v.boolean()),
  strict: v.optional(v.boolean()),
  periodSeconds: v.optional(SessionRules.entries.periodSeconds),
});
export type RunSession = v.InferOutput<typeof RunSession>;

export const WithReason = v.strictObject({ reason: Reason });

/** A person's mark in a session; null while unmarked. */
export const SessionStatus = v.picklist(['present', 'late', 'absent', 'excused']);
export type SessionStatus = v.InferOutput<typeof SessionStatus>;
export const sessionStatusWords = {
  present: 'Present',
  late: 'Late',
  absent: 'Absent',
  excused: 'Excused',
} as const satisfies Record<SessionStatus, string>;

/**
 * Sessions of some dates, with the heads of `sessions` and the person's own channel. By session id: `mine` is the person's own
 * participation, `counts` how many are expected and came, in sessions that the person may run.
 */
export const SessionList = v.strictObject({
  at: Heads,
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

/** The answer to a host's change of a session. */
export const SessionChange = v.strictObject({ session: HostedSession, receipt: Receipt });
export type SessionChange = v.InferOutput<typeof SessionChange>;
/** The present code. Hosts' screens receive it; they compute neither it nor its end. */
export const Code = v.strictObject({
  kind: v.literal('code'),
  /** For the link `/s/{id}?t=…` in the QR code; null while it is hidden or no one may scan. */
  token: v.nullable(v.string()),
  /** Six digits for those without a camera. */
  typed: v.nullable(v.string()),
  /** How much longer the token is shown, and how long each is shown, milliseconds. */
  leftMs: v.number(),
  periodMs: v.number(),
});
export type Code = v.InferOutput<typeof Code>;

const Token = v.pipe(v.string(), v.regex(/^[\w-]{22}$/, 'is not a code of this session'));
const Typed = v.pipe(v.string(), v.regex(/^\d{6}$/, 'must be six digits'));
const Secret = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'is not a ticket'));

/** A person who scans before sign-in gets a pass that keeps the time of the scan. */
export const RequestPass = v.strictObject({ token: Token });
export const Pass = v.strictObject({ pass: Secret, expiresAt: Instant });
export type Pass = v.InferOutput<typeof Pass>;

/** A scanned token, a typed code, or a pass from before the sign-in. */
export const RequestTicket = v.union([
  v.strictObject({ token: Token }),
  v.strictObject({ code: Typed }),
  v.strictObject({ pass: Secret }),
]);
export type RequestTicket = v.InferOutput<typeof RequestTicket>;
/** For one person, for one use, for five minutes. */
export const Ticket = v.strictObject({
  ticket: Secret,
  expiresAt: Instant,
  session: Session,
  /** Whether a position is required. */
  placed: v.boolean(),
});
export type Ticket = v.InferOutput<typeof Ticket>;

/** A token that was scanned without network. */
export const OfflineScan = v.strictObject({ token: Token, tapped: Tapped });
export type OfflineScan = v.InferOutput<typeof OfflineScan>;

export const Position = v.strictObject({
  lat: v.pipe(v.number(), v.minValue(-90), v.maxValue(90)),
  lng: v.pipe(v.number(), v.minValue(-180), v.maxValue(180)),
  /** The device's own estimate of its error: a radius in metres. */
  accuracy: v.pipe(v.number(), v.minValue(0), v.maxValue(100_000)),
});
export type Position = v.InferOutput<typeof Position>;

/** Without a required position, `ask` sends a request to the host; else the scan is refused. */
export const JoinSession = v.strictObject({
  ticket: Secret,
  position: v.optional(Position),
  ask: v.optional(v.boolean(), false),
});
export type JoinSession = v.InferOutput<typeof JoinSession>;

/** The fields of a participation that the person may see. */
export const OwnParticipation = v.strictObject({
  sessionId: Id,
  title: v.string(),
  personId: Id,
  status: v.nullable(SessionStatus),
  at: v.nullable(Instant),
  /** A request waits for a host's answer. */
  asking: v.boolean(),
});
export type OwnParticipation = v.InferOutput<typeof OwnParticipation>;

/** A session, the person's own participation and the head of their own channel, from one batch. */
export const MySession = v.strictObject({
  at: Heads,
  now: Instant,
  session: Session,
  participation: OwnParticipation,
});
export type MySession = v.InferOutput<typeof MySession>;

/** The outcome of a scan. Refusals are problems with codes of their own. */
export const Scanned = v.strictObject({
  outcome: v.picklist(['in', 'late', 'already_in', 'asked']),
  participation: OwnParticipation,
  receipt: Receipt,
});
export type Scanned = v.InferOutput<typeof Scanned>;
