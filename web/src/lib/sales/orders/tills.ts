import type { Cursor } from '$contract/wire';
import { LiveChannel } from '$lib/live/LiveChannel.svelte';
import type { Network } from '$lib/live/network';

/**
 * The tills' channel by itself: what money came and went, and whose drawers are open. Whoever counts joins it.
 * @param cursor where it stands, as the page's own snapshot tells it
 */
export function tillsChannel(
  cursor: Cursor,
  { network, now, ended }: { network: Network; now: () => number; ended: () => void },
): LiveChannel {
  return new LiveChannel({
    name: 'tills',
    cursor,
    network,
    now,
    ended,
    apply: () => undefined,
    reload: async () => {
      const { epoch, heads } = await network.heads(['tills']);
      return { epoch, head: heads['tills'] ?? 0 };
    },
  });
}
