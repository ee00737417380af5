/**
 * Registrations, live: for tills and for the desk. Whoever takes registrations follows their money too, on a channel of its
 * own whose cursor comes from the same snapshot: when one of the two resets, both stand at a new snapshot.
 */
import { events } from '$contract/events';
import type { Sale } from '$contract/sales/payments/payments';
import type { Package, PackageList } from '$contract/products/products';
import type { Registration, RegistrationList } from '$contract/sales/registrations/registrations';
import type { Named } from '$contract/sessions/sessions';
import type { Cursor, Envelope } from '$contract/wire';
import type { ApiClient } from '$lib/api';
import { Clock } from '$lib/Clock.svelte';
import { cursorIn } from '$lib/live/cursor';
import { answerOf } from '$lib/live/answer';
import { LiveChannel } from '$lib/live/LiveChannel.svelte';
import { LiveCollection } from '$lib/live/LiveCollection.svelte';
import type { Network } from '$lib/live/network';
import { LiveSales } from '$lib/sales/report/LiveSales.svelte';
import { Times } from '$lib/times';
import * as v from 'valibot';

/** A registration that has just changed before somebody's eyes. */
export interface Heard {
  registration: Registration;
  /** As it was on this screen until now. */
  before: Registration | undefined;
  /** Who did it, by id; null for the clock. */
  by: string | null;
}

/** What a page begins with. Two answers of two moments: events are told from the earlier one on. */
export interface Snapshot {
  list: RegistrationList;
  /** Where somebody can be registered for one of them; null elsewhere. */
  offered: PackageList | null;
}

interface Surroundings {
  api: ApiClient;
  network: Network;
  /** The session or the right has ended. */
  ended(): void;
  /** Of what is told again, and of a first load, nobody hears. */
  heard?(what: Heard): void;
}

const told = events.registrations;

export class LiveRegistrations {
  readonly times: Times;
  readonly clock: Clock;
  readonly channel: LiveChannel;
  /** Of those who take registrations. */
  readonly tills: LiveChannel | undefined;
  readonly #it: Surroundings;
  readonly #offers: boolean;
  readonly #rows: LiveCollection<Registration>;
  readonly #sales: LiveSales;
  readonly #packages: LiveCollection<Package>;
  #staff = $state.raw<readonly Named[]>([]);
  #truncated = $state(false);
  #touched = $state.raw<ReadonlyMap<string, number>>(new Map());
  #loading: Promise<Snapshot> | undefined;

  /** The newest first. */
  readonly all: readonly Registration[] = $derived.by(() =>
    this.#rows.rows.toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1)),
  );
  /** Paid and not handed over: who has waited longest first. */
  readonly waiting: readonly Registration[] = $derived.by(() =>
    this.#rows.rows
      .filter(({ state }) => state === 'paid')
      .toSorted((a, b) => (a.paidAt ?? 0) - (b.paidAt ?? 0) || (a.id < b.id ? -1 : 1)),
  );
  /** Handed over today, the latest first. */
  readonly released: readonly Registration[] = $derived.by(() =>
    this.#rows.rows
      .filter(({ state }) => state === 'released')
      .toSorted((a, b) => (b.release?.at ?? 0) - (a.release?.at ?? 0)),
  );
  /** What is offered, by name. */
  readonly packages: readonly Package[] = $derived.by(() =>
    this.#packages.rows
      .filter(({ active }) => active)
      .toSorted((a, b) => a.name.localeCompare(b.name, 'en') || (a.id < b.id ? -1 : 1)),
  );

  constructor(snapshot: Snapshot, it: Surroundings) {
    const { list, offered } = snapshot;
    this.#it = it;
    this.#offers = offered !== null;
    this.times = new Times(list.zone);
    this.clock = new Clock(list.now);
    this.#rows = new LiveCollection(list.registrations);
    this.#sales = new LiveSales(list.sales);
    this.#packages = new LiveCollection(offered?.packages ?? []);
    this.#staff = list.staff;
    this.#truncated = list.truncated;
    const shared = {
      network: it.network,
      now: () => this.clock.read(),
      ended: () => it.ended(),
    };
    this.channel = new LiveChannel({
      ...shared,
      name: 'registrations',
      watches: true,
      cursor: headOf(snapshot),
      apply: (event, { replayed }) => this.#apply(event, replayed),
      reload: async () => headOf(await this.#load()),
    });
    this.tills =
      list.at.heads['tills'] === undefined
        ? undefined
        : new LiveChannel({
            ...shared,
            name: 'tills',
            cursor: tillsOf(list),
            apply: (event) => this.#sales.apply(event, 'registration'),
            reload: async () => tillsOf((await this.#load()).list),
          });
  }

  /** Follows the clock and the channels until the returned function is called. */
  start(): () => void {
    const stops = [this.clock.start(), this.channel.start(), this.tills?.start()];
    return () => stops.forEach((stop) => stop?.());
  }

  /** Everyone who may be online with registrations, by name. */
  get staff(): readonly Named[] {
    return this.#staff;
  }

  /** Whether there are more open ones than fit. */
  get truncated(): boolean {
    return this.#truncated;
  }

  get(id: string): Registration | undefined {
    return this.#rows.get(id);
  }

  /** The money of a registration, for those who may see it. */
  sale(id: string): Sale | undefined {
    return this.#sales.get(id);
  }

  /** When this registration last changed before somebody's eyes; 0 for never. */
  touchedAt(id: string): number {
    return this.#touched.get(id) ?? 0;
  }

  /** The answer to what somebody did here, or to what a loser was shown; its event may have come before, or a later one. */
  take(registration: Registration): void {
    const known = this.#rows.get(registration.id);
    if (!known || registration.version >= known.version) this.#rows.upsert(registration);
  }

  /** Shows a registration as it will be, until the truth arrives. @returns how to take it back */
  guess(registration: Registration): { rollback(): void } {
    return this.#rows.guess(registration);
  }

  /** @param entry the journal's number that told it */
  takeSale(sale: Sale, entry: number): void {
    this.#sales.take(sale, entry);
  }

  #apply(event: Envelope, replayed: boolean): void {
    const { type, data, at, by } = event;
    if (!replayed) this.clock.hear(at);
    if (type === 'package.updated') this.#offer(v.parse(told[type], data));
    if (!type.startsWith('registration.')) return;
    const registration = v.parse(told['registration.created'], data);
    const before = this.#rows.get(registration.id);
    this.take(registration);
    if (replayed) return;
    this.#touched = new Map(this.#touched).set(registration.id, performance.now());
    this.#it.heard?.({ registration, before, by });
  }

  /** What was told between the two answers of a snapshot may be older than the later one. */
  #offer(it: Package): void {
    if (it.updatedAt >= (this.#packages.get(it.id)?.updatedAt ?? 0)) this.#packages.upsert(it);
  }

  /** One snapshot for both: whoever asks while it is on its way shares it. */
  #load(): Promise<Snapshot> {
    return (this.#loading ??= this.#ask().finally(() => (this.#loading = undefined)));
  }

  async #ask(): Promise<Snapshot> {
    const { api } = this.#it;
    const [list, packages] = await Promise.all([
      answerOf(api.registrations.$get()),
      this.#offers ? answerOf(api.packages.$get()) : null,
    ]);
    const snapshot = { list, offered: packages };
    this.#put(snapshot);
    return snapshot;
  }

  /** All in one go: no event can come between what is replaced and where its channel stands. */
  #put(snapshot: Snapshot): void {
    const { list, offered } = snapshot;
    this.clock.hear(list.now);
    this.#rows.replace(list.registrations);
    this.#sales.replace(list.sales);
    if (offered) this.#packages.replace(offered.packages);
    this.#staff = list.staff;
    this.#truncated = list.truncated;
    this.channel.seat(headOf(snapshot));
    this.tills?.seat(tillsOf(list));
  }
}

const headOf = ({ list, offered }: Snapshot): Cursor => ({
  epoch: list.at.epoch,
  head: Math.min(...[list, offered].flatMap((it) => it?.at.heads['registrations'] ?? [])),
});
const tillsOf = ({ at }: RegistrationList): Cursor => cursorIn(at, 'tills');
