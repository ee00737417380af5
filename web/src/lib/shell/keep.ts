import { page, updated } from '$app/state';
import { dropKept, Kept, type Keepable } from '$lib/kept';
import { onMount } from 'svelte';

function kept(): Kept | undefined {
  const { me } = page.data;
  return me ? new Kept(sessionStorage, me.id, location.pathname + location.search) : undefined;
}

/**
 * Keeps a form over the reload that brings a new version. Call it while a component is made.
 * @param form its name on this page @param of the form as it is now
 * @param restored runs after a reload that brought something back
 */
export function keep(form: string, of: () => Keepable, restored?: () => void): void {
  onMount(() => {
    if (kept()?.give(form, of())) restored?.();
    const put = () => {
      if (updated.current) kept()?.put(form, of());
    };
    addEventListener('pagehide', put);
    return () => removeEventListener('pagehide', put);
  });
}

/** Forgets what other people or other pages have kept in this tab; all of it while no one is signed in. */
export function dropOthersKept(): void {
  const own = kept();
  if (own) own.dropOthers();
  else dropKept(sessionStorage);
}
