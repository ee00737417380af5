/** How a live channel reaches the server. Tests put faults here. */
import type { ChannelName } from '$contract/channels';
import type { Cursor, Heads, Since } from '$contract/wire';

export interface Network {
  /**
   * Opens the channel's socket at a cursor. The server may send the events since then with its greeting.
   * @param watches whether the channel reports who is present
   */
  connect(channel: ChannelName, at: Cursor, watches: boolean): WebSocket;
  /** The events after the cursor. @throws Denied, or any error when the server is not reached */
  since(channel: ChannelName, at: Cursor): Promise<Since>;
  /** @throws as `since` */
  heads(channels: readonly ChannelName[]): Promise<Heads>;
  /** Whether the page is looked at. */
  isVisible(): boolean;
  /** The server is silent: all channels of the page need an answer. */
  doubt(): void;
  /**
   * Reports when the page falls asleep, wakes, is looked at again or reaches a network (`resumed`), and when it loses its network.
   * Also when the server is silent, and when it answered any request with 503. @returns how to stop
   */
  watch(on: { resumed(): void; silent?(): void; cut?(): void; unavailable?(): void }): () => void;
}

/** The window's event when a server did not answer in time. */
export const SILENT = 'silent';

/** The window's event after an answer of 503: what the page shows may not be current. */
export const UNAVAILABLE = 'unavailable';

export interface Dependencies {
  /** In a page: `browserNetwork`. */
  network: Network;
  /** The session or the right has ended: no more events will come. */
  ended(): void;
}

/** Signed out, no longer allowed, or a screen's link that was revoked: another try would fail too. */
export class Denied extends Error {}

const DENIED: readonly number[] = [401, 403, 410];

/** The JSON of an answer. @throws Denied; any other error when the server is not reached */
export async function answerOf<T>(
  request: Promise<{ ok: boolean; status: number; json(): Promise<T> }>,
): Promise<T> {
  const answer = await request;
  if (DENIED.includes(answer.status)) throw new Denied(`${answer.status}`);
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
  return answer.json();
}
