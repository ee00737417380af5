import { LiveView, type Snapshot } from '$lib/live/LiveView.svelte';
import type { Dependencies as Live } from '$lib/live/network';
import type { LiveChannel } from '$lib/live/LiveChannel.svelte';

interface Dependencies<S> extends Live {
  /** Whose changes it follows: who is expected when, or courses and groups. */
  of: 'roster' | 'catalogue';
  load(): Promise<S>;
}

/** What is planned or set, loaded again whenever somebody changes it. */
export class Followed<S extends Snapshot> extends LiveView<S, Dependencies<S>> {
  readonly channel: LiveChannel;
  #changes = $state(0);

  constructor(snapshot: S, it: Dependencies<S>) {
    super(snapshot, it);
    const changed = () => void this.reload();
    this.channel =
      it.of === 'roster'
        ? this.follow('admin.dashboard', { 'roster.updated': changed })
        : this.follow('sessions', { 'catalogue.updated': changed });
  }

  /** Grows whenever something has been changed, by whomever: what else depends on it is loaded again. */
  get changes(): number {
    return this.#changes;
  }

  protected load(): Promise<S> {
    return this.it.load();
  }

  protected override loaded(): void {
    this.#changes += 1;
  }
}
