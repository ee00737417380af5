/**
 * All messages between a channel and its listeners. A client sends only `ping`, the questions that it got and, on some channels, its
 * focus. The runtime answers `ping` with `pong <epoch>:<head>` without waking the object. Changes here are additive; a test pins the hash of these schemas.
 */
import * as v from 'valibot';
import { Id, Instant } from './values';

/** Sent in `hello`. */
export const PROTOCOL = 1;

/** Changes when a database is restored, so that numbers of two logs never mix. */
export const Epoch = v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/));

/** A channel's sequence number: 1 for its first event, contiguous, in commit order. 0 is before the first. */
export const Seq = v.pipe(v.number(), v.integer(), v.minValue(0));

/** A position in a channel's log: every event up to and including `head` has been applied. */
export const Cursor = v.strictObject({ epoch: Epoch, head: Seq });
export type Cursor = v.InferOutput<typeof Cursor>;

/** One event. `entry` is the journal's number, as in the receipt; `by` is the actor. */
export const Envelope = v.strictObject({
  seq: Seq,
  entry: v.number(),
  type: v.string(),
  at: Instant,
  by: v.nullable(Id),
  data: v.unknown(),
});
export type Envelope = v.InferOutput<typeof Envelope>;

/** What a page looks at: an order's or registration's id, which means nothing to the channel. */
export const FocusOn = v.pipe(v.string(), v.regex(/^[\w.-]{1,64}$/));
export const Doing = v.picklist(['viewing', 'editing']);
export type Doing = v.InferOutput<typeof Doing>;
/** Who looks at what: one for each person and thing, for any number of tabs. */
export const Focus = v.strictObject({ person: Id, on: FocusOn, doing: Doing });
export type Focus = v.InferOutput<typeof Focus>;

/** From a client, on a channel that shares focuses: what its page looks at now; null for nothing. */
export const FocusFrame = v.strictObject({
  kind: v.literal('focus'),
  on: v.nullable(FocusOn),
  doing: Doing,
});
export type FocusFrame = v.InferOutput<typeof FocusFrame>;

/** A client's longest message, in characters, and its messages a second. */
export const MESSAGE_MOST = 8_192;
export const MESSAGES_A_SECOND = 10;

/** The greeting. `replay`: the missed events follow in the next frame, so the listener need not pull them. */
export const Hello = v.strictObject({
  kind: v.literal('hello'),
  v: v.number(),
  channel: v.string(),
  epoch: Epoch,
  head: Seq,
  replay: v.boolean(),
  /** For watchers: everyone present, by id. */
  presence: v.optional(v.array(Id)),
  /** On channels that share focuses: all of them. */
  focuses: v.optional(v.array(Focus)),
});
/** Events `from` … `from + events.length - 1`, without a gap. */
export const Events = v.strictObject({
  kind: v.literal('events'),
  epoch: Epoch,
  from: Seq,
  events: v.array(Envelope),
});
/** For watchers: people, not tabs, who joined and left. Not part of the log. */
export const PresenceChange = v.strictObject({
  kind: v.literal('presence'),
  joined: v.array(Id),
  left: v.array(Id),
  /** All focuses, if one has changed. */
  focuses: v.optional(v.array(Focus)),
});
export const Frame = v.variant('kind', [Hello, Events, PresenceChange]);
export type Frame = v.InferOutput<typeof Frame>;

/** A page of events after `since`, or an order to reload the snapshot. */
export const Since = v.variant('reset', [
  v.strictObject({
    reset: v.literal(false),
    epoch: Epoch,
    head: Seq,
    events: v.array(Envelope),
    more: v.boolean(),
  }),
  v.strictObject({ reset: v.literal(true), epoch: Epoch, head: Seq }),
]);
export type Since = v.InferOutput<typeof Since>;

/** The heads of several channels at one moment: a snapshot's `at`, and the answer of `/channels/heads`. */
export const Heads = v.strictObject({ epoch: Epoch, heads: v.record(v.string(), Seq) });
export type Heads = v.InferOutput<typeof Heads>;

export const PING = 'ping';
export const pong = (cursor: Cursor): string => `pong ${cursor.epoch}:${cursor.head}`;
export function parsePong(text: string): Cursor | undefined {
  const match = /^pong ([0-9a-f]{16}):(\d{1,16})$/.exec(text);
  return match ? { epoch: match[1] as string, head: Number(match[2]) } : undefined;
}

/** The client sends it back at once: it shows that it reads. Of random bits, so that no one answers unread. */
export const question = (): string => `${QUESTION}${crypto.randomUUID()}`;
export const isQuestion = (text: string): boolean => text.startsWith(QUESTION);
const QUESTION = `${PING} `;

/** Close codes. After `signedOut` and `notAllowed` a client does not reconnect. */
export const close = {
  signedOut: 4001,
  notAllowed: 4003,
  /** The client has not pinged, or answered a question, for too long: it sleeps, is gone, or reads nothing. It reconnects at its cursor. */
  silent: 4008,
  /** The client sent an unknown message, or uses another protocol version. */
  protocol: 4010,
  /** Too many messages or sockets. The registered "policy violation". */
  tooMuch: 1008,
  /** The right to listen has changed: clients reconnect and are checked again. The registered "service restart". */
  restart: 1012,
} as const;
