/**
 * Delivers committed events to the channels' objects. A lost delivery loses nothing: D1 has the events, the object fills the gap
 * at the next delivery, and screens notice it by the heartbeat or the heads check. So it is tried a few times, each time on a
 * new stub (a broken stub stays broken), and then only logged.
 */
import type { ChannelName } from '../contract/channels';
import type { Envelope } from '../contract/wire';
import { logFailure } from '../log';
import { objectOf, type Objects } from './object';

/** The log's epoch, the channel's head, and events that its object may lack. */
export interface Delivery {
  channel: ChannelName;
  epoch: string;
  head: number;
  events: Envelope[];
}

/** Whose sockets end: a person's, a session's, or all of a channel, so that each right is checked again. */
export type Revoked = { person: string } | { session: string } | { everyone: true };

/** A message to a channel's object. */
export type Notice = Delivery | { channel: ChannelName; whose: Revoked };

/** About five seconds in all: longer than D1 or an object is usually unavailable. */
const TRIES = 6;
const FIRST_PAUSE_MS = 40;

/** The most objects that one invocation calls: of more, each of these passes a part on. */
const FAN_OUT = 24;

/**
 * Tells each channel's object. If a revoke is lost, leases end the sockets before anything more is sent to them (channel.ts).
 * @param request the id for logs
 */
export async function tell(objects: Objects, notices: readonly Notice[], request: string): Promise<void> {
  const size = Math.ceil(notices.length / FAN_OUT);
  const parts = notices.flatMap((_, at) => (at % size === 0 ? [notices.slice(at, at + size)] : []));
  await Promise.all(parts.map((part) => insist(objects, part, request)));
}

type ChannelStub = ReturnType<typeof objectOf>;

const give = (object: ChannelStub, it: Notice): Promise<void> =>
  'whose' in it ? object.revoke(it.whose) : object.deliver(it.epoch, it.head, it.events);

async function insist(objects: Objects, part: readonly Notice[], request: string): Promise<void> {
  const [first] = part;
  if (!first) return;
  const { channel } = first;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const object = objectOf(objects, channel);
      return await (part.length === 1 ? give(object, first) : object.pass([...part], request));
    } catch (error) {
      if (attempt === TRIES) {
        const message = 'whose' in first ? 'revoke given up' : 'delivery given up';
        logFailure('error', { message, request, channel, notices: part.length, attempts: attempt, error });
        return;
      }
      await pause(FIRST_PAUSE_MS * 3 ** (attempt - 1) * (0.5 + Math.random()));
    }
  }
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
