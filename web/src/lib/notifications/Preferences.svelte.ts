import type { NotificationKind, Preferences as Snapshot } from '$contract/notifications/notifications';
import type { ApiClient } from '$lib/api';
import { Command } from '$lib/Command.svelte';

/** Which kinds of notification a person wants: shown at once, taken back with the reason if refused. */
export class Preferences {
  #muted = $state.raw<readonly NotificationKind[]>([]);
  /** One choice at a time, so that each is answered before the next is made. */
  readonly command = new Command();

  constructor(
    private readonly api: ApiClient,
    { muted }: Snapshot,
  ) {
    this.#muted = muted;
  }

  wants(kind: NotificationKind): boolean {
    return !this.#muted.includes(kind);
  }

  async choose(kind: NotificationKind, wanted: boolean): Promise<void> {
    const before = this.#muted;
    const others = before.filter((each) => each !== kind);
    const muted = wanted ? others : [...others, kind];
    await this.command.send(
      muted,
      (how) => this.api.notifications.preferences.$put({ json: { muted } }, how),
      {
        guess: () => {
          this.#muted = muted;
          return { rollback: () => void (this.#muted = before) };
        },
        take: (saved) => void (this.#muted = saved.muted),
      },
    );
  }
}
