import { updated } from '$app/state';
import { browserNetwork } from '$lib/live/browser';
import { UnattendedReload } from './UnattendedReload';

const TOUCHES = ['pointerdown', 'keydown', 'wheel', 'input'] as const;

/**
 * Looks for a new version when a part could not be loaded and when the page is looked at again, beside SvelteKit's polling.
 * @param missing a part could not be loaded @returns how to stop
 */
export function followVersion(missing: () => void): () => void {
  const check = () => void updated.check();
  const failed = () => {
    missing();
    check();
  };
  addEventListener('vite:preloadError', failed);
  const leave = browserNetwork.watch({ resumed: check });
  return () => {
    removeEventListener('vite:preloadError', failed);
    leave();
  };
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
