import { page, updated } from '$app/state';
import { Kept, type Keepable } from '$lib/kept';
import { onMount } from 'svelte';

const kept = (): Kept => new Kept(sessionStorage, page.data.me?.id, location.pathname + location.search);

/**
 * Keeps a form over the reload that brings a new version. Call it while a component is made.
 * @param form its name on this page @param of the form as it is now
 */
export function keep(form: string, of: () => Keepable): void {
  onMount(() => {
    kept().give(form, of());
    const put = () => {
      if (updated.current) kept().put(form, of());
    };
    addEventListener('pagehide', put);
    return () => removeEventListener('pagehide', put);
  });
}

/** Forgets what other people or other pages have kept in this tab, so all of it after a sign-out. */
export const dropOthersKept = (): void => kept().dropOthers();
