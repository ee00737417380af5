import { type Order, queueNumber } from '$contract/sales/orders/orders';
import type { Place, Product } from '$contract/products/products';
import type { SalesReceipt } from '$contract/sales/receipts/receipts';
import type { Sale } from '$contract/sales/payments/payments';
import { tick } from 'svelte';
import type { Cash, Charged } from '$lib/sales/offline/charged';
import type { OfflineSelling } from '$lib/sales/offline/OfflineSelling.svelte';
import { Cart } from './Cart.svelte';
import { DevicePlace } from '$lib/sales/DevicePlace.svelte';
import type { LiveTill } from './LiveTill.svelte';
import { find } from '$lib/sales/scanner/find';
import type { Selling } from './Selling.svelte';

/** The till's counter: its cart or open order, and its place. */
export class Counter {
  readonly cart = new Cart(
    () => this.till(),
    () => this.away,
  );
  readonly device = new DevicePlace();
  view = $state<'sell' | 'orders'>('sell');
  /** Whether a small screen shows the counter; wide screens always do. */
  near = $state(false);
  /** A scanned or typed code that no product has. */
  unknown = $state<string>();
  /** Whose goods are being paid in cash without network: the cart, or an order that waits for its payment. */
  goods = $state.raw<Cart | Sale>();
  /** Of the sale just made without network. */
  receipt = $state.raw<SalesReceipt>();
  /** Whether the server left the last request without an answer. */
  #unanswered = $state(false);
  #opened = $state<string>();
  #saving: Promise<undefined> | undefined;

  /** The open order. */
  readonly order: Order | undefined = $derived.by(() =>
    this.#opened === undefined ? undefined : this.till().get(this.#opened),
  );
  /** The place of the open drawer, or else of this device. */
  readonly place: Pick<Place, 'id' | 'name'> | undefined = $derived.by(
    () => this.till().drawer?.place ?? this.device.among(this.till().places),
  );

  constructor(
    private readonly till: () => LiveTill,
    private readonly selling: Selling,
    private readonly offline: OfflineSelling,
  ) {}

  /** Whether the till sells without the server. */
  get away(): boolean {
    return this.#unanswered || this.till().channel.status === 'offline';
  }

  /** The server answers again, or is to be tried again. */
  answers(): void {
    this.#unanswered = false;
  }

  /** Of an order that waits for its payment without a number: it goes back to the cart first. */
  add(product: Product): void {
    const { order } = this;
    // The cart that is being saved is emptied afterwards.
    if (this.#saving) return void this.#saving.then(() => this.add(product));
    this.selling.taking.clear();
    if (order?.state === 'for_payment' && order.number === null && !this.away) {
      void this.toCart(order).then((back) => back && this.cart.add(product));
      return;
    }
    this.close();
    this.cart.add(product);
  }

  /** Goes on with the order as a cart. @returns whether its goods are free again */
  async toCart(order: Order): Promise<boolean> {
    const sale = this.till().sale(order.id);
    if (!(await this.selling.toCart(order)) || !sale) return false;
    this.cart.resume(sale);
    this.close();
    return true;
  }

  /** Goes on with the goods of an order whose payment came to nothing. */
  sellAgain(sale: Sale): void {
    this.selling.lost.remove(sale.id);
    this.cart.resume(sale);
    this.close();
  }

  async saveForLater(order: Order): Promise<void> {
    if (!(await this.selling.saveForLater(order))) return;
    this.next();
    this.#announceSaved(this.till().get(order.id));
  }

  /** @param readings what the code may be, the most likely first @returns whether a product has it */
  scan(...readings: readonly string[]): boolean {
    const product = find(this.till().catalogue, readings);
    this.unknown = product ? undefined : readings[0];
    if (product) this.add(product);
    return product !== undefined;
  }

  open({ id }: Order): void {
    const { moving, paying } = this.selling;
    if (this.#opened !== id) for (const command of [moving, paying]) command.clear();
    this.#opened = id;
    this.near = true;
    this.#leaveCash();
  }

  /** Back to the cart, which is unchanged. */
  close(): void {
    this.#opened = undefined;
    this.#leaveCash();
  }

  /** Starts the next customer's order. */
  next(): void {
    this.close();
    this.near = false;
    this.view = 'sell';
    void tick().then(() =>
      document.querySelector<HTMLElement>('[data-catalogue] input[type=search]')?.focus(),
    );
  }

  edit(order: Order): void {
    this.cart.edit(order);
    this.close();
    this.near = true;
  }

  /** Saves the cart as an order; with `pay` goes on to its payment. */
  async save({ pay }: { pay: boolean }): Promise<void> {
    if (!this.place || this.cart.pieces === 0) return;
    if (pay && this.away && !this.cart.edited) return this.payOffline(this.cart);
    this.selling.moving.clear();
    const saving = this.selling.save(this.cart, this.place.id, { pay });
    this.#saving = saving.then(() => (this.#saving = undefined));
    const order = await saving;
    this.#unanswered = pay && !order && this.selling.taking.unanswered;
    if (this.#unanswered && !this.cart.edited) this.payOffline(this.cart);
    if (!order) return;
    if (!pay) {
      this.#announceSaved(order);
      return;
    }
    this.open(order);
    if (order.state === 'pending') await this.selling.requestPayment(order);
  }

  #announceSaved(order: Order | undefined): void {
    const number = order?.number ?? null;
    this.cart.announce(number === null ? 'Saved under Orders.' : `Saved as order ${queueNumber(number)}.`);
  }

  /** Takes cash for these goods. */
  payOffline(goods: Cart | Sale): void {
    this.close();
    this.goods = goods;
    this.near = true;
  }

  /** Another try reaches the server, or comes back here. */
  backToCart(): void {
    this.answers();
    this.close();
  }

  /** @returns whether the goods are sold */
  async sellOffline(charged: Charged, cash: Cash): Promise<boolean> {
    const receipt = await this.offline.sell(charged, cash);
    if (!receipt) return false;
    if (charged.replaces === this.cart.id) this.cart.clear();
    this.selling.taking.clear();
    [this.goods, this.receipt] = [undefined, receipt];
    return true;
  }

  #leaveCash(): void {
    [this.goods, this.receipt] = [undefined, undefined];
  }
}
