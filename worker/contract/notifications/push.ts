/** Pushes to a person's devices: their kinds, what a device subscribes with, and what it gets. */
import * as v from 'valibot';
import type { ChannelName } from '../channels';
import type { Capability } from '../roles';
import { WallTime } from '../values';
import { notificationKinds } from './labels';

interface Kind {
  /** On the page of preferences. */
  label: string;
  /** The capability that its receiver needs, also when it is sent. */
  may: Capability;
  /** How long it is worth sending. */
  minutes: number;
  /** Its commit sends it. Others wait for the jobs, at most a minute, and cost their request no call of D1. */
  atOnce?: true;
  /** The channel of a desk: it is sent only if no one who may do the work has that desk open. */
  desk?: ChannelName;
}

/** A notification of one of these kinds is pushed, too; other kinds are pushed only (`pushed` in notifications/push/queue.ts). */
export const pushKinds = {
  'attendance.reminder': {
    label: notificationKinds['attendance.reminder'],
    may: 'self.use',
    minutes: 60,
  },
  'attendance.auto_checked_out': {
    label: notificationKinds['attendance.auto_checked_out'],
    may: 'self.use',
    minutes: 24 * 60,
  },
  'correction.decided': {
    label: notificationKinds['correction.decided'],
    may: 'self.use',
    minutes: 24 * 60,
  },
  'session.started': {
    label: 'A session that I attend begins',
    may: 'sessions.attend',
    minutes: 15,
    atOnce: true,
  },
  'orders.waiting': {
    label: 'An order waits and no one has the release desk open',
    may: 'orders.release',
    minutes: 15,
    atOnce: true,
    desk: 'orders',
  },
  'registrations.waiting': {
    label: 'A registration waits and no one has the release desk open',
    may: 'registrations.release',
    minutes: 15,
    atOnce: true,
    desk: 'registrations',
  },
} as const satisfies Record<string, Kind>;

export type PushKind = keyof typeof pushKinds;
export const PushKind = v.picklist(Object.keys(pushKinds) as PushKind[]);
export const kindOf = (kind: PushKind): Kind => pushKinds[kind];
export const isPushed = (kind: string): kind is PushKind => Object.hasOwn(pushKinds, kind);

/** The push services of browsers. The Worker sends to no other host, so no one can make it call one of theirs. */
const services = [
  /^(fcm|android)\.googleapis\.com$/,
  /^updates\.push\.services\.mozilla\.com$/,
  /^[a-z0-9-]+\.notify\.windows\.com$/,
  /^[a-z0-9-]+\.push\.apple\.com$/,
];

/** Whether an endpoint is at one of these, over https at its own port. */
export function isAtPushService(endpoint: string): boolean {
  if (!URL.canParse(endpoint)) return false;
  const { protocol, host, username, password } = new URL(endpoint);
  return protocol === 'https:' && username + password === '' && services.some((it) => it.test(host));
}

const Kinds = v.pipe(
  v.array(PushKind),
  v.check((kinds) => new Set(kinds).size === kinds.length, 'must not name a kind twice'),
);

/** A browser's subscription (W3C Push API), and the kinds that this device gets. */
export const Subscribe = v.strictObject({
  endpoint: v.pipe(
    v.string(),
    v.regex(/^https:\/\/[!-~]+$/, 'must be an address with https'),
    v.maxLength(1_000, 'must have at most 1,000 characters'),
    v.check(isAtPushService, 'must be at a push service that we know'),
  ),
  keys: v.strictObject({
    p256dh: v.pipe(v.string(), v.regex(/^B[A-P][\w-]{85}$/, 'must be an uncompressed point of P-256')),
    auth: v.pipe(v.string(), v.regex(/^[\w-]{22}$/, 'must be 16 bytes')),
  }),
  kinds: Kinds,
});
export type Subscribe = v.InferOutput<typeof Subscribe>;

/** What this device gets; null if it gets nothing. */
export const Device = v.nullable(v.strictObject({ kinds: Kinds }));
export type Device = v.InferOutput<typeof Device>;

/** In the person's zone, every day; over midnight if `from` is later than `to`. */
export const QuietHours = v.nullable(
  v.pipe(
    v.strictObject({ from: WallTime, to: WallTime }),
    v.check(({ from, to }) => from !== to, 'must end at another time than they begin'),
  ),
);
export type QuietHours = v.InferOutput<typeof QuietHours>;

export const SetQuietHours = v.strictObject({ quiet: QuietHours });

export const PushSettings = v.strictObject({
  /** The VAPID public key (RFC 8292); null if this server has none and so cannot push. */
  publicKey: v.nullable(v.string()),
  device: Device,
  quiet: QuietHours,
});
export type PushSettings = v.InferOutput<typeof PushSettings>;

/** What a device gets, encrypted (RFC 8291). */
export const Pushed = v.object({
  /** A later push of the same id replaces it on the screen. */
  id: v.string(),
  title: v.string(),
  body: v.string(),
  /** A path of this product. */
  href: v.string(),
});
export type Pushed = v.InferOutput<typeof Pushed>;
