import type { NotificationKind, Preferences as Snapshot } from '$contract/notifications/notifications';
import type { ApiClient } from '$lib/api';
import { Command } from '$lib/Command.svelte';

/** The kinds of notification that a person gets. */
export class Preferences {
  #muted = $state.raw<readonly NotificationKind[]>([]);
  /** One for all kinds, so that a change waits for the one before. */
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

  async choose(kind: NotificationKind, on: boolean): Promise<void> {
    const before = this.#muted;
    const others = before.filter((each) => each !== kind);
    const muted = on ? others : [...others, kind];
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
