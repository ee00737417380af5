import { type SalesToReview, SaleReviewed, SaleToReview } from '$contract/sales/offline/differences';
import type { PageDependencies } from '$lib/api';
import { Command } from '$lib/Command.svelte';
import { answerOf } from '$lib/live/network';
import type { LiveChannel } from '$lib/live/LiveChannel.svelte';
import { LiveView } from '$lib/live/LiveView.svelte';

interface Dependencies extends PageDependencies {
  tills: LiveChannel<'tills'>;
}

/** The list holds the latest: earlier ones come when these have been looked at. */
const SOON_MS = 400;

/** Sales without network that differ, until one supervisor has looked at them. */
export class ToReview extends LiveView<SalesToReview, Dependencies> {
  readonly #sales = this.collect<SaleToReview>(({ sales }) => sales);
  readonly command = new Command();
  readonly channel = this.follow(this.it.tills, {
    'sale.differed': [SaleToReview, (sale) => this.#sales.upsert(sale)],
    'sale.reviewed': [SaleReviewed, ({ id }) => this.#done(id)],
  });

  /** The latest sold first. */
  readonly sales: readonly SaleToReview[] = $derived.by(() =>
    this.#sales.rows.toSorted((a, b) => b.soldAt - a.soldAt || (a.id < b.id ? 1 : -1)),
  );

  /** Whether there are earlier ones. */
  get more(): boolean {
    return this.latest.more;
  }

  /** Says that the person has looked at it: it leaves everyone's list. */
  review({ id }: Pick<SaleToReview, 'id'>): Promise<boolean> {
    return this.command.send(id, (how) => this.it.api.sales[':id'].review.$put({ param: { id } }, how), {
      take: () => this.#done(id),
    });
  }

  protected load(): Promise<SalesToReview> {
    return answerOf(this.it.api.sales['to-review'].$get({ query: {} }));
  }

  #done(id: string): void {
    this.#sales.delete(id);
    if (this.more && this.#sales.rows.length === 0) this.reloadWithin(SOON_MS);
  }
}
