import type { Cursor } from '$contract/wire';
import { createContext } from 'svelte';
import { LiveChannel } from './LiveChannel.svelte';
import type { Network } from './network';

/**
 * Being there: whoever follows this channel is online to those who watch it. What it tells everyone is for those who join.
 * @param cursor where it stands, as the page's own snapshot tells it
 */
export function presenceChannel(
  cursor: Cursor,
  { network, ended, watches = false }: { network: Network; ended: () => void; watches?: boolean },
): LiveChannel {
  return new LiveChannel({
    name: 'presence',
    cursor,
    network,
    ended,
    watches,
    apply: () => undefined,
    reload: async () => {
      const { epoch, heads } = await network.heads(['presence']);
      return { epoch, head: heads['presence'] ?? 0 };
    },
  });
}

/** The channel by which this page is there, as the page around follows it. The function that gives it must be called where it is joined. */
const [presenceHere, setPresence] = createContext<() => LiveChannel>();
export { presenceHere, setPresence };
