import type { ChannelName } from '$contract/channels';
import type { Cursor, Heads } from '$contract/wire';

/** `asOf`: the last moment at which a kept snapshot was exact; it is older than its `now`. */
export type HeadsAsOf = Heads & { asOf?: number | undefined };
export type CursorAsOf = Cursor & { asOf?: number | undefined };

/** A channel's cursor in a snapshot. */
export function cursorIn({ epoch, heads, asOf }: HeadsAsOf, channel: ChannelName): CursorAsOf {
  const head = heads[channel];
  if (head === undefined) throw new Error(`the snapshot has no head of ${channel}`);
  return { epoch, head, asOf };
}
