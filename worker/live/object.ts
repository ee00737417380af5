/** The channels' objects: where each is made, and how it is. */
import type { Bindings } from '../bindings';
import type { ChannelName } from '../contract/channels';
import type { Channel } from './channel';

/** What finds the channels' objects: its binding, and the region they are made in. */
export type Objects = Pick<Bindings, 'CHANNELS' | 'CHANNEL_LOCATION'>;

/** How long an object may take before it counts as not answering. */
export const PATIENCE_MS = 3_000;

/**
 * The object of a channel. All are made beside D1's primary, which every commit and gap needs. Cloudflare heeds the hint only when
 * an object is first made (developers.cloudflare.com/durable-objects/reference/data-location).
 */
export function objectOf(
  { CHANNELS, CHANNEL_LOCATION }: Objects,
  channel: string,
): DurableObjectStub<Channel> {
  const id = CHANNELS.idFromName(channel);
  return CHANNEL_LOCATION ? CHANNELS.get(id, { locationHint: CHANNEL_LOCATION }) : CHANNELS.get(id);
}

/** What a channel's object says of itself. Undefined if it does not answer within `PATIENCE_MS`. */
export async function heardFrom(
  objects: Objects,
  channel: string,
): Promise<Awaited<ReturnType<DurableObjectStub<Channel>['status']>> | undefined> {
  return within(
    PATIENCE_MS,
    Promise.try(() => objectOf(objects, channel).status()),
  );
}

/** Whether someone has the channel's desk open; undefined if its object does not answer. */
export const isAttended = (objects: Objects, channel: ChannelName): Promise<boolean | undefined> =>
  within(
    PATIENCE_MS,
    Promise.try(() => objectOf(objects, channel).attended()),
  );

/** Undefined if it fails, or takes longer. */
export async function within<T>(ms: number, pending: Promise<T>): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), ms)));
  try {
    return await Promise.race([pending, late]);
  } catch {
    return undefined;
  } finally {
    if (timer !== undefined) clearTimeout(timer);
  }
}
