import { type PackageList, Package } from '$contract/products/products';
import type { PageDependencies } from '$lib/api';
import { answerOf } from '$lib/live/network';
import { LiveView } from '$lib/live/LiveView.svelte';

export class Packages extends LiveView<PackageList, PageDependencies> {
  readonly rows = this.collect<Package>(
    ({ packages }) => packages,
    ({ updatedAt }) => updatedAt,
  );
  readonly channel = this.follow('registrations', {
    'package.updated': [Package, (it, event) => this.rows.upsert(it, event)],
  });
  /** Active ones first, by name. */
  readonly all: readonly Package[] = $derived.by(() =>
    this.rows.rows.toSorted(
      (a, b) => Number(b.active) - Number(a.active) || a.name.localeCompare(b.name, 'en'),
    ),
  );

  protected load(): Promise<PackageList> {
    return answerOf(this.it.api.packages.$get());
  }
}
