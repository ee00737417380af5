import { events } from '$contract/events';
import type { Sale } from '$contract/sales/payments/payments';
import type { Envelope } from '$contract/wire';
import { LiveCollection } from '$lib/live/LiveCollection.svelte';
import * as v from 'valibot';

/** The money of orders or registrations, kept true by what `tills` tells and by the answers to one's own acts. */
export class LiveSales {
  readonly #rows: LiveCollection<Sale>;
  /** The journal's number of the latest that is known of a sale: an answer may come before its event, or after a later one. */
  readonly #latest = new Map<string, number>();

  constructor(sales: readonly Sale[]) {
    this.#rows = new LiveCollection(sales);
  }

  get(id: string): Sale | undefined {
    return this.#rows.get(id);
  }

  /** @param entry the journal's number that told it */
  take(sale: Sale, entry: number): void {
    if (entry < (this.#latest.get(sale.id) ?? 0)) return;
    this.#latest.set(sale.id, entry);
    this.#rows.upsert(sale);
  }

  /** A new snapshot. */
  replace(sales: readonly Sale[]): void {
    this.#latest.clear();
    this.#rows.replace(sales);
  }

  /** One event of `tills`; those that are not about sales of this kind, where one is named, are left alone. */
  apply({ type, data, entry }: Envelope, kind?: Sale['kind']): void {
    if (!type.startsWith('sale.')) return;
    const sale = v.parse(events.tills['sale.updated'], data);
    if (kind === undefined || sale.kind === kind) this.take(sale, entry);
  }
}
