import type { SystemState } from '$contract/system/system';
import type { ApiClient } from '$lib/api';
import { noReading, problemIn, wordsOf } from '$lib/problem';

const EVERY_MS = 60_000;
/** The jobs run every minute. */
const LATE_MS = 5 * 60_000;

/** The state of the system, read again on demand and every minute. */
export class System {
  #state: SystemState;
  #failure = $state<string>();
  #loading = $state(false);

  constructor(
    first: SystemState,
    private readonly api: Pick<ApiClient, 'system'>,
  ) {
    this.#state = $state.raw(first);
  }

  get state(): SystemState {
    return this.#state;
  }

  /** Why the last read failed: then the state before it is shown. */
  get failure(): string | undefined {
    return this.#failure;
  }

  get loading(): boolean {
    return this.#loading;
  }

  /** UTC epoch milliseconds; undefined before the first run. */
  get lastRun(): number | undefined {
    const runs = this.#state.jobs.map(({ at }) => at);
    return runs.length === 0 ? undefined : Math.max(...runs);
  }

  get jobsAreLate(): boolean {
    return this.#state.now - (this.lastRun ?? -Infinity) >= LATE_MS;
  }

  get listeners(): number {
    return this.#state.channels.reduce((sum, { heard }) => sum + (heard?.listeners ?? 0), 0);
  }

  async refresh(): Promise<void> {
    if (this.#loading) return;
    this.#loading = true;
    try {
      const answer = await this.api.system.$get();
      if (answer.ok) this.#state = await answer.json();
      this.#failure = answer.ok ? undefined : wordsOf(await problemIn(answer));
    } catch {
      this.#failure = noReading;
    } finally {
      this.#loading = false;
    }
  }

  /** @param visible whether the page can be seen: a hidden one asks nothing @returns what stops it */
  start(visible: () => boolean): () => void {
    const timer = setInterval(() => {
      if (visible()) void this.refresh();
    }, EVERY_MS);
    return () => clearInterval(timer);
  }
}
