import type { Sale } from '$contract/sales/payments/payments';
import type { Package, PackageList } from '$contract/products/products';
import type { Registration, RegistrationList } from '$contract/sales/registrations/registrations';
import type { Named } from '$contract/sessions/sessions';
import type { PageDependencies } from '$lib/api';
import { answerOf } from '$lib/live/answer';
import { earliest } from '$lib/live/cursor';
import type { Told } from '$lib/live/handlers';
import { LiveView } from '$lib/live/LiveView.svelte';
import { saleHandlers } from '$lib/sales/sale-events';
import { Times } from '$lib/times';

/** A registration that has just changed before somebody's eyes. */
export interface Heard {
  registration: Registration;
  /** As it was on this screen until now. */
  before: Registration | undefined;
  /** Who did it, by id; null for the clock. */
  by: string | null;
}

export interface Snapshot extends RegistrationList {
  /** Where somebody can be registered for one of them; null elsewhere. */
  offered: PackageList | null;
}

/** Two answers of two moments, as one snapshot. */
export const registrationsOf = <Offered extends PackageList | null>(
  list: RegistrationList,
  offered: Offered,
) => ({ ...list, at: offered ? earliest(list.at, offered.at) : list.at, offered });

interface Dependencies extends PageDependencies {
  /** Replayed events and a first load make no sound. */
  heard?(what: Heard): void;
}

/** Registrations, live: for tills and for the desk. Who takes registrations follows their money too. */
export class LiveRegistrations extends LiveView<Snapshot, Dependencies> {
  readonly times = new Times(this.latest.zone);
  readonly #registrations = this.collect<Registration>(
    ({ registrations }) => registrations,
    ({ version }) => version,
  );
  readonly #sales = this.collect<Sale>(({ sales }) => sales, 'entry');
  readonly #packages = this.collect<Package>(
    ({ offered }) => offered?.packages ?? [],
    ({ updatedAt }) => updatedAt,
  );
  readonly channel = this.follow(
    'registrations',
    {
      'registration.created': (registration, told) => this.#put(registration, told),
      'registration.paid': (registration, told) => this.#put(registration, told),
      'registration.claimed': (registration, told) => this.#put(registration, told),
      'registration.released': (registration, told) => this.#put(registration, told),
      'registration.undone': (registration, told) => this.#put(registration, told),
      'registration.cancelled': (registration, told) => this.#put(registration, told),
      'package.updated': (it) => this.#packages.upsert(it),
    },
    { watches: true },
  );
  /** Of those who take registrations. */
  readonly tills =
    this.latest.at.heads['tills'] === undefined
      ? undefined
      : this.follow(
          'tills',
          saleHandlers((sale, told) => sale.kind === 'registration' && this.#sales.upsert(sale, told)),
        );

  /** The newest first. */
  readonly all: readonly Registration[] = $derived.by(() =>
    this.#registrations.rows.toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1)),
  );
  /** What is offered, by name. */
  readonly packages: readonly Package[] = $derived.by(() =>
    this.#packages.rows
      .filter(({ active }) => active)
      .toSorted((a, b) => a.name.localeCompare(b.name, 'en') || (a.id < b.id ? -1 : 1)),
  );

  /** Everyone who may be online with registrations, by name. */
  get staff(): readonly Named[] {
    return this.latest.staff;
  }

  /** Whether there are more open ones than fit. */
  get truncated(): boolean {
    return this.latest.truncated;
  }

  get(id: string): Registration | undefined {
    return this.#registrations.get(id);
  }

  /** The money of a registration, for those who may see it. */
  sale(id: string): Sale | undefined {
    return this.#sales.get(id);
  }

  /** When this registration last changed before somebody's eyes; 0 for never. */
  touchedAt(id: string): number {
    return this.#registrations.touchedAt(id);
  }

  /** The answer to what somebody did here, or to what a loser was shown. */
  take(registration: Registration): void {
    this.#registrations.upsert(registration);
  }

  /** Shows a registration as it will be, until the truth arrives. @returns how to take it back */
  guess(registration: Registration): { rollback(): void } {
    return this.#registrations.guess(registration);
  }

  /** @param entry the journal's number that says so */
  takeSale(sale: Sale, entry: number): void {
    this.#sales.upsert(sale, { entry });
  }

  protected async load(): Promise<Snapshot> {
    const { registrations, packages } = this.it.api;
    const [list, offered] = await Promise.all([
      answerOf(registrations.$get()),
      this.latest.offered ? answerOf(packages.$get()) : null,
    ]);
    return registrationsOf(list, offered);
  }

  #put(registration: Registration, told: Told): void {
    const before = this.#registrations.get(registration.id);
    this.#registrations.upsert(registration, told);
    if (!told.replayed) this.it.heard?.({ registration, before, by: told.by });
  }
}
