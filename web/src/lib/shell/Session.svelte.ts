import { goto, invalidateAll } from '$app/navigation';
import { updated } from '$app/state';
import type { ApiClient } from '$lib/api';
import { loginPath } from '$lib/people/sign-in/next';
import { createContext } from 'svelte';

/** At most one recovery within this time, to avoid a loop of reloads; a second end shows a notice. */
const ONCE_MS = 30_000;

/** Reacts when a live channel ends for good: signed out, rights changed, or a newer server. */
export class Session {
  #over = $state(false);
  #last = -ONCE_MS;
  #ending: Promise<void> | undefined;

  constructor(private readonly api: ApiClient) {}

  /** Whether the page is frozen until the person reloads it. */
  get over(): boolean {
    return this.#over;
  }

  /** Call it when a channel has ended. The ends of a page's channels count as one. */
  ended(): Promise<void> {
    return (this.#ending ??= this.#carryOn().finally(() => (this.#ending = undefined)));
  }

  async #carryOn(): Promise<void> {
    const answer = await this.api.me.$get().catch(() => undefined);
    const status: number | undefined = answer?.status;
    if (status === 401) return await goto(loginPath(new URL(location.href)), { invalidateAll: true });
    if (status !== undefined && (await updated.check())) return location.reload();
    if (status === undefined || performance.now() - this.#last < ONCE_MS) this.#over = true;
    this.#last = performance.now();
    if (!this.#over) await invalidateAll();
  }
}

/** The app's session, for pages that follow channels of their own. */
const [sessionHere, setSession] = createContext<Session>();
export { sessionHere, setSession };
