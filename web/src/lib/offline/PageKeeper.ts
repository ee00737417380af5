import { MOST_KEPT } from '$lib/live/LiveView.svelte';
import { exactOf, type View, viewOf } from './exact';
import { addressOf, LAYOUT } from './kept';
import type { PageStore } from './store';

type PageData = Readonly<Record<string, unknown>> & {
  readonly me: { readonly id: string; readonly roles: readonly string[] } | null;
};

interface Dependencies {
  /** The page's address, and its data with what the layouts loaded. */
  page(): { url: URL; data: PageData };
  /** The live classes that are shown. */
  views: Iterable<View>;
  store: PageStore;
  /** This build's. */
  version: string;
  /** Whether a service worker would show what is kept, and no sign-out is pending. */
  mayKeep(): boolean;
  /** By the device's clock. */
  now(): number;
}

/** The root layout's data, which all pages share. */
const shared: readonly string[] = ['me', 'isPresent', 'places', 'inbox'];

/** What did not change is written again only for its time. Milliseconds. */
const UNCHANGED_MS = 5 * 60_000;
/** So many events cost more than another snapshot. */
const MOST_EVENTS = 500;

/** Keeps this page, as of its last exact moment, for when there is no network. */
export class PageKeeper {
  /** For whom it has begun. */
  #owner: string | undefined;
  #written: { state: readonly unknown[]; at: number } = { state: [], at: 0 };
  /** Screens that were loaded together must not load again together. */
  readonly #most = MOST_EVENTS * (1 + Math.random());

  constructor(private readonly it: Dependencies) {}

  /** Call it now and then, and when the page is hidden. */
  async save(): Promise<void> {
    for (const view of this.it.views) if (view.kept.since.length > this.#most) void view.reload();
    const { url, data } = this.it.page();
    const { me } = data;
    const address = addressOf(url);
    const inbox = viewOf(data['inbox'], this.it.views);
    if (!me || address === undefined || !inbox || !this.it.mayKeep()) return;
    const { store, version, now } = this.it;
    const owner = { person: me.id, version, roles: me.roles };
    const same = JSON.stringify(owner) === this.#owner;
    if (!this.#isDue(address) && same) return;
    if (!same) await store.begin(owner);
    this.#owner = JSON.stringify(owner);
    // Without its view, a snapshot is not exact.
    const views = [...this.it.views].filter(({ kept }) => kept.since.length < MOST_KEPT);
    const entries = Object.entries(data);
    const parts = [
      [LAYOUT, entries.filter(([name]) => shared.includes(name))],
      [address, entries.filter(([name]) => !shared.includes(name))],
    ] as const;
    const kept = parts.flatMap(([of, part]) => {
      const exact = exactOf(Object.fromEntries(part), views);
      if (!exact) return [];
      const at = now() - (inbox.clock.read() - exact.asOf);
      return [{ address: of, person: me.id, version, at, ...exact }];
    });
    // A sign-out may have begun while the database opened.
    if (kept.length === parts.length && this.it.mayKeep()) await store.put(kept);
  }

  #isDue(address: string): boolean {
    const views = [...this.it.views].flatMap(({ kept }) => [kept.loaded, kept.since.length]);
    const state = [address, this.it.page().data, ...views];
    const { state: before, at } = this.#written;
    const same = state.length === before.length && state.every((it, index) => it === before[index]);
    if (same && this.it.now() - at < UNCHANGED_MS) return false;
    this.#written = { state, at: this.it.now() };
    return true;
  }
}
