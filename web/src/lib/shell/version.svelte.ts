import { updated } from '$app/state';
import { browserNetwork } from '$lib/live/browser';
import type { LiveChannel } from '$lib/live/LiveChannel.svelte';
import { UnattendedReload } from './UnattendedReload';

const TOUCHES = ['pointerdown', 'keydown', 'wheel', 'input'] as const;

/** Looks for a new version when a part could not be loaded and when the page is looked at again, beside SvelteKit's polling. */
export function followVersion(): () => void {
  const check = () => void updated.check();
  addEventListener('vite:preloadError', check);
  const leave = browserNetwork.watch({ resumed: check, cut: () => undefined });
  return () => {
    removeEventListener('vite:preloadError', check);
    leave();
  };
}

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

/** Reloads the page when a new version is there and no one uses it. @returns how to stop */
export function reloadUnattended(): () => void {
  const reload = new UnattendedReload({
    store: sessionStorage,
    isBusy: () => document.querySelector('[role=dialog], [role=alertdialog]') !== null,
    isReachable: () =>
      fetch(location.href, { method: 'HEAD' }).then(
        ({ ok }) => ok,
        () => false,
      ),
    reload: () => location.reload(),
  });
  const watch = new AbortController();
  for (const touch of TOUCHES) addEventListener(touch, () => reload.touch(), watch);
  const stop = $effect.root(() => {
    $effect(() => (updated.current ? reload.start() : undefined));
  });
  return () => {
    watch.abort();
    stop();
  };
}
