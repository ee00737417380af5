/** How a live channel reaches the server. Tests put faults here. */
import type { ChannelName } from '$contract/channels';
import { type Cursor, Heads, Since } from '$contract/wire';
import * as v from 'valibot';

export interface Network {
  /** Opens the channel's socket at a cursor: a channel that still remembers what came since tells it at once. */
  connect(channel: ChannelName, at: Cursor): WebSocket;
  /** What came after the cursor. @throws Denied, or any error when the server is not reached */
  since(channel: ChannelName, at: Cursor): Promise<Since>;
  /** Where several channels stand. @throws as `since` */
  heads(channels: readonly ChannelName[]): Promise<Heads>;
}

/** The server was reached and refuses: signed out, or no longer allowed. Trying again would be of no use. */
export class Denied extends Error {}

const TIMEOUT_MS = 10_000;

/** The network of a browser's page, at the page's own origin. */
export const browserNetwork: Network = {
  connect(channel, { epoch, head }) {
    const url = new URL(`/api/v1/channels/${channel}/socket?epoch=${epoch}&since=${head}`, location.href);
    url.protocol = url.protocol.replace('http', 'ws');
    return new WebSocket(url);
  },
  async since(channel, { epoch, head }) {
    return v.parse(Since, await get(`/api/v1/channels/${channel}/events?epoch=${epoch}&since=${head}`));
  },
  async heads(channels) {
    return v.parse(Heads, await get(`/api/v1/channels/heads?names=${channels.join(',')}`));
  },
};

async function get(path: string): Promise<unknown> {
  const response = await fetch(path, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (response.status === 401 || response.status === 403) throw new Denied(`${response.status}`);
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return response.json();
}
