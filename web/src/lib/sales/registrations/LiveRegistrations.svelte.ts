import { type PackageList, Package } from '$contract/products/products';
import { type RegistrationList, Registration } from '$contract/sales/registrations/registrations';
import type { Heads } from '$contract/wire';
import { answerOf } from '$lib/live/network';
import { Presence } from '$lib/live/Presence.svelte';
import { LiveSales } from '$lib/sales/LiveSales.svelte';
import { saleHandlers } from '$lib/sales/sale-events';
import { Times } from '$lib/times';

export interface Snapshot extends RegistrationList {
  /** Packages for new registrations; null where the page registers no one. */
  offered: PackageList | null;
}

/** Combines two answers of different moments into one snapshot. */
export const registrationsOf = <Offered extends PackageList | null>(
  list: RegistrationList,
  offered: Offered,
) => ({ ...list, at: offered ? earliest(list.at, offered.at) : list.at, offered });

/** For two answers of two moments: events are replayed from the earlier one. */
const earliest = (one: Heads, other: Heads): Heads => ({
  epoch: one.epoch,
  heads: Object.fromEntries(
    Object.entries(one.heads).map(([name, head]) => [name, Math.min(head, other.heads[name] ?? head)]),
  ),
});

/** Registrations, live, for tills and the desk. Tills follow their money too. */
export class LiveRegistrations extends LiveSales<Registration, Snapshot> {
  readonly times = new Times(this.latest.zone);
  readonly #packages = this.collect<Package>(
    ({ offered }) => offered?.packages ?? [],
    ({ updatedAt }) => updatedAt,
  );
  readonly channel = this.follow(
    'registrations',
    {
      'registration.created': [Registration, this.put],
      'registration.paid': [Registration, this.put],
      'registration.claimed': [Registration, this.put],
      'registration.released': [Registration, this.put],
      'registration.undone': [Registration, this.put],
      'registration.refunded': [Registration, this.put],
      'registration.cancelled': [Registration, this.put],
      'package.updated': [Package, (it) => this.#packages.upsert(it)],
    },
    { watches: new Presence() },
  );
  /** Only at tills. */
  readonly tills =
    this.latest.at.heads['tills'] === undefined
      ? undefined
      : this.follow('tills', saleHandlers(this.putSale));

  readonly newest: readonly Registration[] = $derived.by(() => this.all.toReversed());
  /** Active packages, by name. */
  readonly packages: readonly Package[] = $derived.by(() =>
    this.#packages.rows
      .filter(({ active }) => active)
      .toSorted((a, b) => a.name.localeCompare(b.name, 'en') || (a.id < b.id ? -1 : 1)),
  );

  protected async load(): Promise<Snapshot> {
    const { registrations, packages } = this.it.api;
    const [list, offered] = await Promise.all([
      answerOf(registrations.$get()),
      this.latest.offered ? answerOf(packages.$get()) : null,
    ]);
    return registrationsOf(list, offered);
  }

  protected rowsOf({ registrations }: Snapshot): readonly Registration[] {
    return registrations;
  }
}
