import type { ChannelName } from '$contract/channels';
import type { Cursor, Heads } from '$contract/wire';

/** Where a channel is in a snapshot. */
export const cursorIn = ({ epoch, heads }: Heads, channel: ChannelName): Cursor => ({
  epoch,
  head: heads[channel] ?? 0,
});
