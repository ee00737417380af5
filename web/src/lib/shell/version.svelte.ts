import { updated } from '$app/state';
import type { LiveChannel } from '$lib/live/LiveChannel.svelte';

/** Looks for a new version when a channel is live again: a deploy drops all sockets. Call it while a component is made. */
export function checkOnReconnect(channel: () => LiveChannel | undefined): void {
  let seen = false;
  let lost = false;
  $effect(() => {
    const live = channel()?.status === 'live';
    if (live && lost) void updated.check();
    seen ||= live;
    lost = seen && !live;
  });
}
