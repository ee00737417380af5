import { events } from '$contract/events';
import type { Package, PackageList } from '$contract/products/products';
import type { Cursor, Envelope } from '$contract/wire';
import type { ApiClient } from '$lib/api';
import { cursorIn } from '$lib/live/cursor';
import { answerOf } from '$lib/live/answer';
import { LiveChannel } from '$lib/live/LiveChannel.svelte';
import { LiveCollection } from '$lib/live/LiveCollection.svelte';
import type { Network } from '$lib/live/network';
import * as v from 'valibot';

interface Surroundings {
  api: ApiClient;
  network: Network;
  /** The session or the right has ended. */
  ended(): void;
}

/** All packages, live. */
export class Packages {
  readonly channel: LiveChannel;
  readonly #api: ApiClient;
  readonly #rows: LiveCollection<Package>;
  #touched = $state.raw<ReadonlyMap<string, number>>(new Map());
  /** Those on sale first, by name. */
  readonly all: readonly Package[] = $derived.by(() =>
    this.#rows.rows.toSorted(
      (a, b) => Number(b.active) - Number(a.active) || a.name.localeCompare(b.name, 'en'),
    ),
  );

  constructor(list: PackageList, { api, network, ended }: Surroundings) {
    this.#api = api;
    this.#rows = new LiveCollection(list.packages);
    this.channel = new LiveChannel({
      name: 'registrations',
      cursor: cursorIn(list.at, 'registrations'),
      network,
      apply: (event, { replayed }) => this.#apply(event, replayed),
      reload: () => this.#reload(),
      ended,
    });
  }

  get(id: string): Package | undefined {
    return this.#rows.get(id);
  }

  /** When this package last changed before somebody's eyes; 0 for never. */
  touchedAt(id: string): number {
    return this.#touched.get(id) ?? 0;
  }

  /** The answer to a change of one's own; a later one may have been told already. */
  take(it: Package): void {
    if (it.updatedAt >= (this.#rows.get(it.id)?.updatedAt ?? 0)) this.#rows.upsert(it);
  }

  #apply({ type, data }: Envelope, replayed: boolean): void {
    if (type !== 'package.updated') return;
    const it = v.parse(events.registrations[type], data);
    this.#rows.upsert(it);
    if (!replayed) this.#touched = new Map(this.#touched).set(it.id, performance.now());
  }

  async #reload(): Promise<Cursor> {
    const list = await answerOf(this.#api.packages.$get());
    this.#rows.replace(list.packages);
    return cursorIn(list.at, 'registrations');
  }
}
