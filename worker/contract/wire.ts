/**
 * All that travels between a channel and its listeners. Sockets listen, HTTP writes: a client sends `ping`, which the
 * runtime answers, without waking the object, with `pong <epoch>:<head>`, and on some channels what its person looks at.
 * Changes here are additive; a test pins the hash of these schemas.
 */
import * as v from 'valibot';
import { Id, Instant } from './values';

/** The protocol's version, sent in `hello`. */
export const PROTOCOL = 1;

/** Names one life of the log. It changes when a database is restored, so numbers of another life are never mixed in. */
export const Epoch = v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/));

/** A channel's sequence number: 1 for its first event, contiguous, in commit order. 0 is "before the first". */
export const Seq = v.pipe(v.number(), v.integer(), v.minValue(0));

/** A place in a channel's log: everything up to and including `head` has been applied. */
export const Cursor = v.strictObject({ epoch: Epoch, head: Seq });
export type Cursor = v.InferOutput<typeof Cursor>;

/** One committed change as a channel tells it. `entry` is the journal's number (the receipt's "log number"); `by` who did it. */
export const Envelope = v.strictObject({
  seq: Seq,
  entry: v.number(),
  type: v.string(),
  at: Instant,
  by: v.nullable(Id),
  data: v.unknown(),
});
export type Envelope = v.InferOutput<typeof Envelope>;

/** What a page looks at, by an id that means nothing to the channel: an order's, a registration's. */
export const FocusOn = v.pipe(v.string(), v.regex(/^[\w.-]{1,64}$/));
export const Doing = v.picklist(['viewing', 'editing']);
export type Doing = v.InferOutput<typeof Doing>;
/** Who looks at what; a person once for each thing, whatever the number of their tabs. */
export const Focus = v.strictObject({ person: Id, on: FocusOn, doing: Doing });
export type Focus = v.InferOutput<typeof Focus>;

/** From a client, on a channel whose listeners are told each other's focus: what this page looks at now; null for nothing. */
export const FocusFrame = v.strictObject({
  kind: v.literal('focus'),
  on: v.nullable(FocusOn),
  doing: Doing,
});
export type FocusFrame = v.InferOutput<typeof FocusFrame>;

/** The largest message that a client may send, in characters, and how many within a second. */
export const MESSAGE_MOST = 8_192;
export const MESSAGES_A_SECOND = 10;

/** Where the channel stands. `replay` says that the events the listener missed follow in the next frame, so it need not ask for them. */
export const Hello = v.strictObject({
  kind: v.literal('hello'),
  v: v.number(),
  channel: v.string(),
  epoch: Epoch,
  head: Seq,
  replay: v.boolean(),
  /** For those who watch presence: everyone who is here, by id. */
  presence: v.optional(v.array(Id)),
  /** Where focus is told: everything that anybody looks at. */
  focuses: v.optional(v.array(Focus)),
});
/** Events `from` … `from + events.length - 1`, without a hole. */
export const Events = v.strictObject({
  kind: v.literal('events'),
  epoch: Epoch,
  from: Seq,
  events: v.array(Envelope),
});
/** For those who watch presence: who came and who went, a person and not a tab. Not part of the log. */
export const PresenceChange = v.strictObject({
  kind: v.literal('presence'),
  joined: v.array(Id),
  left: v.array(Id),
  /** All of them, whenever one has changed. */
  focuses: v.optional(v.array(Focus)),
});
/** A frame from a channel to a listener. */
export const Frame = v.variant('kind', [Hello, Events, PresenceChange]);
export type Frame = v.InferOutput<typeof Frame>;

/** The answer to "what came after `since`": a page of events, or an order to reload the snapshot. */
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

/** Where several channels are at one moment: a snapshot's `at`, and the answer to one cheap call for all of a page's channels. */
export const Heads = v.strictObject({ epoch: Epoch, heads: v.record(v.string(), Seq) });
export type Heads = v.InferOutput<typeof Heads>;

export const PING = 'ping';
export const pong = (cursor: Cursor): string => `pong ${cursor.epoch}:${cursor.head}`;
export function parsePong(text: string): Cursor | undefined {
  const match = /^pong ([0-9a-f]{16}):(\d{1,16})$/.exec(text);
  return match ? { epoch: match[1] as string, head: Number(match[2]) } : undefined;
}

/** Why a channel closed a socket. After `signedOut` and `notAllowed` a client does not come back by itself. */
export const close = {
  signedOut: 4001,
  notAllowed: 4003,
  /** The client sent what the channel does not take, or speaks another protocol. */
  protocol: 4010,
  /** The client sends too much, or is there too often. The registered "policy violation". */
  tooMuch: 1008,
  /** Who may listen has changed: everybody comes back and is asked anew. The registered "service restart". */
  restart: 1012,
} as const;
