import type { ChannelName } from '$contract/channels';
import type { Cursor, Heads } from '$contract/wire';

/** A channel's cursor in a snapshot. */
export function cursorIn({ epoch, heads }: Heads, channel: ChannelName): Cursor {
  const head = heads[channel];
  if (head === undefined) throw new Error(`the snapshot has no head of ${channel}`);
  return { epoch, head };
}

/** For two answers of two moments: events are replayed from the earlier one. */
export const earliest = (one: Heads, other: Heads): Heads => ({
  epoch: one.epoch,
  heads: Object.fromEntries(
    Object.entries(one.heads).map(([name, head]) => [name, Math.min(head, other.heads[name] ?? head)]),
  ),
});
