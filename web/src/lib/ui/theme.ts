/** Light or dark. The browser keeps the person's choice; the device's setting holds without one. */
import { createSubscriber } from 'svelte/reactivity';

export type Theme = 'light' | 'dark' | 'system';

/** The name under which browsers keep the choice already. */
export const KEPT_AS = 'mode-watcher-mode';

/** Call it where colours are read by a script: the effect around it runs again when they change. */
export const followTheme = createSubscriber((update) => {
  const leave = new AbortController();
  addEventListener('storage', update, leave);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', update, leave);
  return () => leave.abort();
});

/** The choice, followed: another tab may change it. The server knows none. */
export function chosenTheme(): Theme {
  followTheme();
  const kept = typeof window === 'undefined' ? null : localStorage.getItem(KEPT_AS);
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

/** Other tabs hear a change by itself; this one hears it by the same event. */
export function chooseTheme(theme: Theme): void {
  localStorage.setItem(KEPT_AS, theme);
  dispatchEvent(new StorageEvent('storage', { key: KEPT_AS }));
}
