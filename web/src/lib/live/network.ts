/** How a live channel reaches the server. Tests put faults here. */
import type { ChannelName } from '$contract/channels';
import type { Cursor, Heads, Since } from '$contract/wire';

export interface Network {
  /**
   * Opens the channel's socket at a cursor: a channel that still remembers what came since tells it at once.
   * @param watches whether to be told who else is there
   */
  connect(channel: ChannelName, at: Cursor, watches: boolean): WebSocket;
  /** What came after the cursor. @throws Denied, or any error when the server is not reached */
  since(channel: ChannelName, at: Cursor): Promise<Since>;
  /** Where several channels stand. @throws as `since` */
  heads(channels: readonly ChannelName[]): Promise<Heads>;
  /** Tells when the page is looked at again or reaches a network, and when it has lost its own. @returns how to stop */
  watch(on: { resumed(): void; cut(): void }): () => void;
}

/** What everything live needs. */
export interface Dependencies {
  /** In a page: `browserNetwork`. */
  network: Network;
  /** The session or the right has ended: nothing more will come. */
  ended(): void;
}

/** The server was reached and refuses: signed out, no longer allowed, or a screen's link that was revoked. Trying again would be of no use. */
export class Denied extends Error {}
