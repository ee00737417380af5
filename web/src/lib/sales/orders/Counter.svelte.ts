import type { Order } from '$contract/sales/orders/orders';
import type { Place, Product } from '$contract/products/products';
import { tick } from 'svelte';
import { Cart } from './Cart.svelte';
import { DevicePlace } from '$lib/sales/DevicePlace.svelte';
import type { LiveTill } from './LiveTill.svelte';
import type { Selling } from './Selling.svelte';

/** What lies on the counter: a cart, or an order that was opened; and where the counter is. */
export class Counter {
  readonly cart: Cart;
  readonly device = new DevicePlace();
  view = $state<'sell' | 'orders'>('sell');
  /** Whether a small screen shows the counter, which stands beside the rest on others. */
  near = $state(false);
  #opened = $state<string>();
  readonly #till: () => LiveTill;
  readonly #selling: Selling;

  /** The order in sight. */
  readonly order: Order | undefined = $derived.by(() => {
    const id = this.#opened;
    return id === undefined ? undefined : this.#till().get(id);
  });
  /** Where orders are taken: where the drawer is, or else where this device was said to be. */
  readonly place: Pick<Place, 'id' | 'name'> | undefined = $derived.by(
    () => this.#till().drawer?.place ?? this.device.among(this.#till().places),
  );

  constructor(till: () => LiveTill, selling: Selling) {
    this.#till = till;
    this.#selling = selling;
    this.cart = new Cart(till);
  }

  add(product: Product): void {
    this.#selling.taking.clear();
    this.close();
    this.cart.add(product);
  }

  /** What was scanned. @returns whether it is one of ours */
  scan(code: string): boolean {
    this.close();
    const product = this.#till().catalogue.find(({ barcode, sku }) => barcode === code || sku === code);
    if (product) this.add(product);
    else this.cart.say(`No product has the barcode ${code}.`);
    return product !== undefined;
  }

  open({ id }: Order): void {
    if (this.#opened !== id)
      for (const command of [this.#selling.moving, this.#selling.paying]) command.clear();
    this.#opened = id;
    this.near = true;
  }

  /** Back to the cart, which is as it was left. */
  close(): void {
    this.#opened = undefined;
  }

  /** The next customer. */
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

  /** Makes the cart an order. With `pay` it goes on to its payment, in one go. */
  async save({ pay }: { pay: boolean }): Promise<void> {
    if (!this.place || this.cart.pieces === 0) return;
    this.#selling.moving.clear();
    const order = await this.#selling.save(this.cart, this.place.id);
    if (!order) return;
    if (!pay) {
      this.cart.say('Saved under Orders.');
      return;
    }
    this.open(order);
    if (order.state === 'pending') await this.#selling.requestPayment(order);
  }
}
