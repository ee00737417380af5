import { type Membership, Registration } from '$contract/sales/registrations/registrations';
import type { PageDependencies } from '$lib/api';
import { answerOf } from '$lib/live/network';
import type { LiveChannel } from '$lib/live/LiveChannel.svelte';
import { LiveView } from '$lib/live/LiveView.svelte';

interface Dependencies extends PageDependencies {
  /** The person's own channel, followed by the layout. */
  own: LiveChannel<`user.${string}`>;
}

/** A member's own registrations, live. */
export class MyMembership extends LiveView<Membership, Dependencies> {
  readonly #rows = this.collect<Registration>(({ registrations }) => registrations);
  readonly channel = this.follow(this.it.own, {
    'registration.updated': [Registration, (registration, event) => this.#rows.upsert(registration, event)],
  });
  /** The latest first. */
  readonly registrations: readonly Registration[] = $derived.by(() =>
    this.#rows.rows.toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1)),
  );

  /** When this registration last changed while this page was open; 0 for never. */
  touchedAt(id: string): number {
    return this.#rows.touchedAt(id);
  }

  protected load(): Promise<Membership> {
    return answerOf(this.it.api.membership.$get());
  }
}
