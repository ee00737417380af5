import { events } from '$contract/events';
import type { Membership, Registration } from '$contract/sales/registrations/registrations';
import type { Cursor } from '$contract/wire';
import type { ApiClient } from '$lib/api';
import { cursorIn } from '$lib/live/cursor';
import { answerOf } from '$lib/live/answer';
import type { LiveChannel } from '$lib/live/LiveChannel.svelte';
import { LiveCollection } from '$lib/live/LiveCollection.svelte';
import * as v from 'valibot';

interface Surroundings {
  api: ApiClient;
  /** One's own channel, which the page around follows. */
  own: LiveChannel;
}

/** A member's own registrations, live. */
export class MyMembership {
  readonly #it: Surroundings;
  readonly #rows: LiveCollection<Registration>;
  #at: Cursor;
  #touched = $state.raw<ReadonlyMap<string, number>>(new Map());

  /** The latest first. */
  readonly registrations: readonly Registration[] = $derived.by(() =>
    this.#rows.rows.toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1)),
  );

  constructor(snapshot: Membership, it: Surroundings) {
    this.#it = it;
    this.#rows = new LiveCollection(snapshot.registrations);
    this.#at = cursorIn(snapshot.at, this.#it.own.name);
  }

  /** Follows one's own channel until the returned function is called. */
  start(): () => void {
    return this.#it.own.join({
      cursor: this.#at,
      apply: ({ type, data }, { replayed }) => {
        if (type !== 'registration.updated') return;
        const registration = v.parse(events.user[type], data);
        this.#rows.upsert(registration);
        if (!replayed) this.#touched = new Map(this.#touched).set(registration.id, performance.now());
      },
      reload: () => this.#reload(),
    });
  }

  /** When this registration last changed before somebody's eyes; 0 for never. */
  touchedAt(id: string): number {
    return this.#touched.get(id) ?? 0;
  }

  async #reload(): Promise<Cursor> {
    const snapshot = await answerOf(this.#it.api.membership.$get());
    this.#rows.replace(snapshot.registrations);
    return (this.#at = cursorIn(snapshot.at, this.#it.own.name));
  }
}
