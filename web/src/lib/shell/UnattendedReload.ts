/** A new version reaches a screen that no one uses by a reload of its own. */

/** Screens of one deploy load within this time, not all at once. */
const SPREAD_MS = 10_000;
/** A screen that was touched within this time is in use. */
const QUIET_MS = 60_000;
/** At most one reload in this time: a server that still gives the old version causes no loop. */
const ONCE_MS = 10 * 60_000;
const AGAIN_MS = 15_000;
const KEY = 'reloaded at';

interface Dependencies {
  store: Pick<Storage, 'getItem' | 'setItem'>;
  /** Whether a dialog is open. */
  isBusy: () => boolean;
  /** Whether the server has the page: a reload without it would end at the browser's error page. */
  isReachable: () => Promise<boolean>;
  reload: () => void;
}

export class UnattendedReload {
  #touched = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly it: Dependencies) {}

  touch(): void {
    this.#touched = Date.now();
  }

  /** Call it when a new version is there. @returns how to stop */
  start(): () => void {
    this.#again(Math.random() * SPREAD_MS);
    return () => clearTimeout(this.#timer);
  }

  #again(after: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#attempt(), after);
  }

  async #attempt(): Promise<void> {
    const { store, isBusy, isReachable, reload } = this.it;
    const last = Number(store.getItem(KEY) ?? -Infinity);
    const wait = Math.max(this.#touched + QUIET_MS, last + ONCE_MS) - Date.now();
    if (wait > 0) return this.#again(wait);
    if (isBusy() || !(await isReachable())) return this.#again(AGAIN_MS);
    store.setItem(KEY, String(Date.now()));
    reload();
  }
}
