import { page, updated } from '$app/state';
import { fitted } from '$lib/fitted';
import { Kept } from '$lib/kept';
import { onMount } from 'svelte';

const kept = (): Kept => new Kept(sessionStorage, page.data.me?.id, location.pathname + location.search);

interface Form<Typed> {
  /** What is typed, as JSON can hold it; undefined, or as at first, while there is nothing to keep. */
  get(): Typed;
  /** Takes what was kept, as far as it fits this version. */
  set(kept: Typed): void;
}

/**
 * Keeps a form, or which dialog is open, over the reload that brings a new version. Call it while a component is made.
 * @param name on this page, with the id of what the form is about
 */
export function keep<Typed>(name: string | (() => string), { get, set }: Form<Typed>): void {
  onMount(() => {
    const form = typeof name === 'string' ? name : name();
    const first = JSON.stringify(get());
    const found = kept().take(form);
    if (found !== undefined) set(fitted(get(), found));
    const put = () => {
      const typed = get();
      if (updated.current && typed !== undefined && JSON.stringify(typed) !== first) kept().put(form, typed);
    };
    addEventListener('pagehide', put);
    return () => removeEventListener('pagehide', put);
  });
}

/** What was kept on this page under a name, once; undefined if nothing was. */
export const takeKept = (form: string): unknown => kept().take(form);

/** Forgets what other people or other pages have kept in this tab, so all of it after a sign-out. */
export const dropOthersKept = (): void => kept().dropOthers();
