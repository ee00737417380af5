/**
 * From a commit to the channels' objects. The events are in D1 already, so losing a hand-over loses nothing: the object
 * fills the gap at the next one, and screens find it by the heartbeat or the heads check. It is therefore tried a few
 * times, on a fresh stub each time (a broken stub stays broken), and then only logged.
 */
import type { Bindings } from '../bindings';
import type { ChannelName } from '../contract/channels';
import type { Envelope } from '../contract/wire';

/** What a channel's object is told: the log's epoch, the channel's head, and the events it may lack. */
export interface News {
  channel: ChannelName;
  epoch: string;
  head: number;
  events: Envelope[];
}

/** Whose sockets end: all of a person's, those of one session, or all of a channel's, so that everybody is asked anew. */
export type Revoked = { person: string } | { session: string } | { everyone: true };

/** About five seconds in all: longer than D1 or an object is usually away. */
const TRIES = 6;
const FIRST_PAUSE_MS = 40;

export async function handOver(channels: Bindings['CHANNELS'], news: readonly News[]): Promise<void> {
  await Promise.all(
    news.map(({ channel, epoch, head, events }) =>
      insist(channels, channel, 'hand-over', (object) => object.deliver(epoch, head, events)),
    ),
  );
}

/** Ends sockets at once. Should this be lost, the sockets' lease ends them before they are sent anything more (channel.ts). */
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
