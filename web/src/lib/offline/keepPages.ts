import { version } from '$app/environment';
import { page } from '$app/state';
import { LiveView } from '$lib/live/LiveView.svelte';
import { SIGNING_OUT } from '$lib/shell/signingOut';
import { PageKeeper } from './PageKeeper';
import { browserPages } from './store';

/** What a page has not written when its device fails is lost. Milliseconds. */
const EVERY_MS = 10_000;

/** Keeps the pages that this window shows. @returns to stop */
export function keepPages(): () => void {
  const keeper = new PageKeeper({
    page: () => page,
    views: LiveView.shown,
    store: browserPages,
    version,
    mayKeep: () =>
      'serviceWorker' in navigator &&
      navigator.serviceWorker.controller !== null &&
      localStorage.getItem(SIGNING_OUT) === null,
    now: Date.now,
  });
  // A full or forbidden database: the page works without.
  const save = () => void keeper.save().catch((error: unknown) => console.warn(error));
  const watch = new AbortController();
  document.addEventListener('visibilitychange', save, watch);
  addEventListener('pagehide', save, watch);
  const timer = setInterval(save, EVERY_MS);
  save();
  return () => {
    watch.abort();
    clearInterval(timer);
  };
}
