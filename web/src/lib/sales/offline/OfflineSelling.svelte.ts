import type { Drawer } from '$contract/sales/drawers/drawers';
import { OrderChange } from '$contract/sales/orders/orders';
import type { SalesReceipt } from '$contract/sales/receipts/receipts';
import { tolerant } from '$contract/tolerant';
import type { Named } from '$contract/sessions/sessions';
import type { Act } from '$lib/outbox/act';
import type { Outbox } from '$lib/outbox/Outbox.svelte';
import type { LiveTill } from '$lib/sales/orders/LiveTill.svelte';
import * as v from 'valibot';
import type { Cash, Charged } from './charged';
import type * as Parts from './selling';
import type { Series } from './series';

interface Dependencies {
  me: Named;
  till(): LiveTill;
  outbox(): Outbox;
  /** Loads what a first load need not have. */
  load(): Promise<typeof Parts>;
  ask: Parts.AskForSeries;
}

/** The act, as the outbox names it. */
const OFFLINE_SALES = 'orders/offline-sales';

/** What the till reads of an act that waits. */
const Waiting = v.object({
  replaces: v.optional(v.nullable(v.string())),
  lines: v.array(v.object({ productId: v.string(), quantity: v.number() })),
});
type Waiting = v.InferOutput<typeof Waiting>;

/** Sells while the server does not answer: in cash, with the goods handed over. Each sale is an act of the outbox. */
export class OfflineSelling {
  #series = $state.raw<Series>();
  #busy = $state(false);
  #message = $state<string>();

  /** The sales that wait on this device, of all its tabs. */
  readonly waiting: readonly Waiting[] = $derived.by(() => this.it.outbox().queued.flatMap(saleIn));
  readonly #pieces: ReadonlyMap<string, number> = $derived.by(() => {
    const pieces = new Map<string, number>();
    for (const { lines } of this.waiting)
      for (const { productId, quantity } of lines)
        pieces.set(productId, (pieces.get(productId) ?? 0) + quantity);
    return pieces;
  });

  constructor(private readonly it: Dependencies) {}

  get busy(): boolean {
    return this.#busy;
  }

  get message(): string | undefined {
    return this.#message;
  }

  /** A form's field; this form has none of its own. */
  wrong(): undefined {
    return undefined;
  }

  /** Pieces of a product that were sold here and are not in the server's stock yet. */
  pieces(productId: string): number {
    return this.#pieces.get(productId) ?? 0;
  }

  /** Why nothing can be sold without network. */
  get blocked(): string | undefined {
    const { drawer } = this.it.till();
    if (!drawer) return 'Without a connection you can sell only from a drawer that was open before.';
    if (this.#series?.drawerId !== drawer.id)
      return 'This device has no receipt numbers for your drawer yet. It gets them when it is connected.';
    return undefined;
  }

  /** Shows what waits as sold, until the server has answered. Call it in an effect. @returns to stop */
  start(): () => void {
    return this.it.outbox().handle(OFFLINE_SALES, {
      show: (act) => {
        const [sale] = saleIn(act);
        const order = sale?.replaces ? this.it.till().get(sale.replaces) : undefined;
        return order && this.it.till().guess({ ...order, state: 'cancelled' });
      },
      confirmed: (body) => {
        const { success, output } = v.safeParse(tolerant(OrderChange), body);
        if (success) this.it.till().takeAnswer(output.order, output);
      },
    });
  }

  /** Gets this device's letter for the drawer, once, while the server answers. Without a database the till cannot sell offline. */
  async prepare(drawer: Pick<Drawer, 'id'>, answers: boolean): Promise<void> {
    await this.#prepare(drawer, answers).catch((error: unknown) => console.warn(error));
  }

  async #prepare({ id }: Pick<Drawer, 'id'>, answers: boolean): Promise<void> {
    const { seriesFor, browserSeries } = await this.it.load();
    this.#series = await seriesFor(id, browserSeries, answers ? this.it.ask : undefined);
  }

  /** @returns the customer's receipt; undefined where nothing was sold, and `message` says why */
  async sell(charged: Charged, cash: Cash): Promise<SalesReceipt | undefined> {
    if (this.#busy) return undefined;
    this.#busy = true;
    this.#message = undefined;
    try {
      return await this.#sell(charged, cash);
    } catch {
      this.#message =
        'This device could not keep the sale, so nothing was sold. Reload the page, and try again.';
      return undefined;
    } finally {
      this.#busy = false;
    }
  }

  async #sell(charged: Charged, cash: Cash): Promise<SalesReceipt | undefined> {
    const { me, till, outbox, load } = this.it;
    const { takeCash, browserSeries } = await load();
    this.#message = this.blocked;
    const keep = (body: Act['body']) => outbox().tap(OFFLINE_SALES, body);
    return takeCash(charged, cash, { till: till(), by: me, series: browserSeries, keep });
  }
}

const saleIn = ({ act, body }: Act): Waiting[] => {
  const sale = act === OFFLINE_SALES ? v.safeParse(Waiting, body) : undefined;
  return sale?.success ? [sale.output] : [];
};
