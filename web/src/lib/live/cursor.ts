import type { ChannelName } from '$contract/channels';
import type { Cursor, Heads } from '$contract/wire';

/** A channel's cursor in a snapshot. */
export function cursorIn({ epoch, heads }: Heads, channel: ChannelName): Cursor {
  const head = heads[channel];
  if (head === undefined) throw new Error(`the snapshot has no head of ${channel}`);
  return { epoch, head };
}
