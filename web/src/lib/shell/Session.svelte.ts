import { goto, invalidateAll } from '$app/navigation';
import { updated } from '$app/state';
import type { ApiClient } from '$lib/api';
import { loginPath } from '$lib/people/sign-in/next';
import { createContext } from 'svelte';

/** At most one attempt to carry on in this time; a second end says so instead of going round in circles. */
const ONCE_MS = 30_000;

/** What a page does when its live channel ends for good: signed out, a right changed, or a newer server. */
export class Session {
  #over = $state(false);
  #last = -ONCE_MS;
  #ending: Promise<void> | undefined;

  constructor(private readonly api: ApiClient) {}

  /** The page is as it was and stays so: the person must load it again. */
  get over(): boolean {
    return this.#over;
  }

  /** One of a page's channels has ended: the others will too, and all of them are one end. */
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

/** The app's one session, for whatever follows a channel of its own. */
const [sessionHere, setSession] = createContext<Session>();
export { sessionHere, setSession };
