import { browserApi, type PageDependencies } from '$lib/api';
import { browserNetwork } from '$lib/live/browser';
import { untrack } from 'svelte';
import { sessionHere } from './Session.svelte';

/** What a page's live classes need. Call it while a component is made. */
export function pageDependencies(): PageDependencies {
  const session = sessionHere();
  return { api: browserApi(), network: browserNetwork, ended: () => void session.ended() };
}

/**
 * A page's live class: made again when what it begins with changes, started while the page is shown. Call it while a component
 * is made.
 * @param begin reads what it depends on: the page's snapshot and the channels around it
 * @param make makes it; what it reads is not followed
 */
export function live<Begin, View extends { start(): () => void } | undefined>(
  begin: () => Begin,
  make: (begin: Begin) => View,
): { readonly current: View } {
  const view = $derived.by(() => {
    const begun = begin();
    return untrack(() => make(begun));
  });
  // Only another view is a reason to start again: what a start reads and writes, such as presence, would close its sockets at once.
  $effect(() => {
    const it = view;
    return untrack(() => it?.start());
  });
  return {
    get current() {
      return view;
    },
  };
}
