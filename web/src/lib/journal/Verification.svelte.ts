import type { Broken } from '$contract/journal/journal';
import type { ApiClient } from '$lib/api';
import { answerOf } from '$lib/live/network';

/** Verifies the journal in steps, from its first entry to its last seal. */
export class Verification {
  #state = $state<'idle' | 'running' | 'right' | 'broken' | 'failed'>('idle');
  #checked = $state(0);
  #waiting = $state(0);
  #broken = $state.raw<Broken>();

  constructor(private readonly api: ApiClient) {}

  get state(): 'idle' | 'running' | 'right' | 'broken' | 'failed' {
    return this.#state;
  }
  /** Entries that match their seal. */
  get checked(): number {
    return this.#checked;
  }
  /** Entries without a seal yet. */
  get waiting(): number {
    return this.#waiting;
  }
  get broken(): Broken | undefined {
    return this.#broken;
  }

  async run(): Promise<void> {
    if (this.#state === 'running') return;
    this.#state = 'running';
    this.#checked = 0;
    this.#broken = undefined;
    try {
      let from: { after?: string; hash?: string } = {};
      for (;;) {
        const step = await answerOf(this.api.journal.verify.$get({ query: from }));
        this.#checked += step.checked;
        this.#waiting = step.waiting;
        if (step.broken) {
          this.#broken = step.broken;
          this.#state = 'broken';
          return;
        }
        if (!step.more) break;
        from = { after: String(step.through), hash: step.hash };
      }
      this.#state = 'right';
    } catch {
      this.#state = 'failed';
    }
  }
}
