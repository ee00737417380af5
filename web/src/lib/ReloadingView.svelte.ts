import { LiveView, type Snapshot } from './live/LiveView.svelte';
import type { Dependencies as Live } from './live/network';
import type { LiveChannel } from './live/LiveChannel.svelte';

interface Dependencies<S> extends Live {
  /** What it follows: the roster, or courses and groups. */
  of: 'roster' | 'catalogue';
  load(): Promise<S>;
}

/** A snapshot that is loaded again after every change of the roster or the catalogue. */
export class ReloadingView<S extends Snapshot> extends LiveView<S, Dependencies<S>> {
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

  /** Counts the reloads, so that dependent lists load again too. */
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
