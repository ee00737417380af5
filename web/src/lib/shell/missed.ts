import type { LiveChannel } from '$lib/live/LiveChannel.svelte';
import { say } from '$lib/ui/toast';

/** After a reconnect, shows how many changes were missed, in one toast. Call it in an effect. */
export function sayMissed(channel: LiveChannel): void {
  const { missed } = channel;
  if (missed > 0)
    void say(missed === 1 ? '1 change while you were away' : `${missed} changes while you were away`);
}
