/**
 * Delivers committed events to the channels' objects. A lost delivery loses nothing: D1 has the events, the object fills the gap
 * at the next delivery, and screens notice it by the heartbeat or the heads check. So it is tried a few times, each time on a
 * new stub (a broken stub stays broken), and then only logged.
 */
import type { Bindings } from '../bindings';
import type { ChannelName } from '../contract/channels';
import type { Envelope } from '../contract/wire';

/** The log's epoch, the channel's head, and events that its object may lack. */
export interface Delivery {
  channel: ChannelName;
  epoch: string;
  head: number;
  events: Envelope[];
}

/** Whose sockets end: a person's, a session's, or all of a channel, so that each right is checked again. */
export type Revoked = { person: string } | { session: string } | { everyone: true };

/** About five seconds in all: longer than D1 or an object is usually unavailable. */
const TRIES = 6;
const FIRST_PAUSE_MS = 40;

export async function deliverAll(
  channels: Bindings['CHANNELS'],
  deliveries: readonly Delivery[],
): Promise<void> {
  await Promise.all(
    deliveries.map(({ channel, epoch, head, events }) =>
      insist(channels, channel, 'delivery', (object) => object.deliver(epoch, head, events)),
    ),
  );
}

/** Ends sockets. If this is lost, their lease ends them before anything more is sent to them (channel.ts). */
export async function revoke(
  channels: Bindings['CHANNELS'],
  names: readonly ChannelName[],
  whose: Revoked,
): Promise<void> {
  await Promise.all(names.map((name) => insist(channels, name, 'revoke', (object) => object.revoke(whose))));
}

type ChannelStub = ReturnType<Bindings['CHANNELS']['get']>;

async function insist(
  channels: Bindings['CHANNELS'],
  name: ChannelName,
  what: string,
  act: (object: ChannelStub) => Promise<void>,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await act(channels.get(channels.idFromName(name)));
    } catch (error) {
      if (attempt === TRIES) {
        console.error({
          message: `${what} given up`,
          channel: name,
          attempts: attempt,
          error: String(error),
        });
        return;
      }
      await pause(FIRST_PAUSE_MS * 3 ** (attempt - 1) * (0.5 + Math.random()));
    }
  }
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
