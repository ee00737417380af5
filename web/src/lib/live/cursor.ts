import type { ChannelName } from '$contract/channels';
import type { Cursor, Heads } from '$contract/wire';

/** Where a channel is in a snapshot. */
export function cursorIn({ epoch, heads }: Heads, channel: ChannelName): Cursor {
  const head = heads[channel];
  if (head === undefined) throw new Error(`the snapshot does not say where ${channel} is`);
  return { epoch, head };
}

/** Where channels are for two answers of two moments: their events are replayed from the earlier one on. */
export const earliest = (one: Heads, other: Heads): Heads => ({
  epoch: one.epoch,
  heads: Object.fromEntries(
    Object.entries(one.heads).map(([name, head]) => [name, Math.min(head, other.heads[name] ?? head)]),
  ),
});
