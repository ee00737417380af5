import { SIGNING_OUT } from '$lib/ui/theme';
import { createContext } from 'svelte';

/**
 * A sign-out that the server may not know yet. Without network the session's cookie stays, as no script can delete it: so a mark on
 * this device hides everything, and the sign-out is sent before anything else.
 */
export class SigningOut {
  #pending = $state(false);
  #away = $state(false);

  /** Whether everything is hidden until the server knows. */
  get pending(): boolean {
    return this.#pending;
  }

  /** Whether the server was not reached. */
  get away(): boolean {
    return this.#away;
  }

  /** @returns to stop */
  start(): () => void {
    const look = () => {
      this.#pending = localStorage.getItem(SIGNING_OUT) !== null;
      document.documentElement.classList.remove('hidden-until-known');
      if (this.#pending) void this.#send();
    };
    look();
    for (const event of ['online', 'storage']) addEventListener(event, look);
    return () => {
      for (const event of ['online', 'storage']) removeEventListener(event, look);
    };
  }

  async leave(): Promise<void> {
    localStorage.setItem(SIGNING_OUT, '');
    this.#pending = true;
    await this.#send();
  }

  async #send(): Promise<void> {
    const answer = await fetch('/logout', { method: 'POST', redirect: 'manual' }).catch(() => undefined);
    // The server answers with a redirect to the sign-in page.
    this.#away = answer?.type !== 'opaqueredirect';
    if (this.#away) return;
    localStorage.removeItem(SIGNING_OUT);
    location.assign('/login');
  }
}

/** The app's sign-out. */
const [signingOutHere, setSigningOut] = createContext<SigningOut>();
export { setSigningOut, signingOutHere };
