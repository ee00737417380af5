/** The commands of a till. A refused move shows its reason and the order as it is now. */
import type { MoveInput } from '$contract/sales/moves';
import { OneOrder, Order, type OrderChange } from '$contract/sales/orders/orders';
import type { TakePayment, TakeRefund } from '$contract/sales/payments/payments';
import type { ApiClient } from '$lib/api';
import { type Answer, Command, type Keyed, type Outcome } from '$lib/Command.svelte';
import * as v from 'valibot';
import type { Cart } from './Cart.svelte';
import { Commenting } from '$lib/sales/Commenting.svelte';
import { makeMove } from '$lib/sales/makeMove';
import { showCurrent } from '$lib/sales/showCurrent';
import type { LiveTill } from './LiveTill.svelte';
import type { LostPayments } from './LostPayments.svelte';

/** A till goes on without an answer after this. Milliseconds. */
const PATIENCE = { timeout: 10_000 };

export class Selling {
  /** Saves the cart. */
  readonly taking = new Command(PATIENCE);
  /** Moves an order on to its payment. */
  readonly moving = new Command(PATIENCE);
  readonly paying = new Command(PATIENCE);
  readonly cancelling = new Command();
  readonly commenting: Commenting;
  #requested: Promise<boolean> | undefined;

  constructor(
    private readonly api: ApiClient,
    private readonly till: () => LiveTill,
    readonly lost: LostPayments,
  ) {
    this.commenting = new Commenting(api, () => till());
  }

  /** Saves the cart as a new order, or as a change of the edited one. @returns undefined where that failed and the cart is kept */
  async save(cart: Cart, placeId: string, { pay }: { pay: boolean }): Promise<Order | undefined> {
    const id = cart.edited?.id ?? cart.id;
    const done = cart.edited ? await this.#edit(cart, cart.edited) : await this.#take(cart, placeId, pay);
    if (!done) return undefined;
    cart.clear();
    return this.till().get(id);
  }

  async #take(cart: Cart, placeId: string, pay: boolean): Promise<boolean> {
    const state = pay ? ('for_payment' as const) : ('pending' as const);
    const json = { id: cart.id, placeId, state, lines: cart.orderedLines, discount: cart.given };
    const done = await this.#send(this.taking, json, (how) => this.api.orders.$post({ json }, how));
    const taken = this.till().get(cart.id);
    // The order was saved although its answer was lost, and the cart changed since: send that as an edit.
    const idTaken = this.taking.problem?.issues?.some(({ path }) => path === 'id') ?? false;
    if (done || !taken || !idTaken) return done;
    cart.adopt(taken);
    return this.#edit(cart, taken);
  }

  #edit(cart: Cart, order: Order): Promise<boolean> {
    const { version } = order;
    return this.#move(this.taking, order, {
      ...{ move: 'edit', version, lines: cart.orderedLines, discount: cart.given },
    });
  }

  /** Shows the new state before the answer. */
  requestPayment(order: Order): Promise<boolean> {
    const guess = () => this.till().guess({ ...order, state: 'for_payment' });
    this.#requested = this.#move(
      this.moving,
      order,
      { move: 'request_payment', version: order.version },
      { guess },
    );
    return this.#requested;
  }

  /** Frees the goods of an order that has no number yet. */
  toCart(order: Order): Promise<boolean> {
    return this.#move(this.moving, order, { move: 'to_cart', version: order.version });
  }

  /** Draws the number of an order that waits for its payment. */
  saveForLater(order: Order): Promise<boolean> {
    return this.#move(this.moving, order, { move: 'save', version: order.version });
  }

  /** A payment sent before the answer to the last move waits for that answer. */
  async pay({ id }: Pick<Order, 'id'>, payment: TakePayment): Promise<boolean> {
    await this.#requested;
    const order = this.till().get(id);
    if (order?.state !== 'for_payment' || this.paying.busy) return false;
    this.lost.add(id, payment);
    const done = await this.#move(this.paying, order, { move: 'pay', version: order.version, ...payment });
    if (done || !this.paying.unanswered) this.lost.remove(id);
    return done;
  }

  /** Call it when the till is exact again: a payment without an answer took effect, or is sent again. */
  async settleLost(): Promise<void> {
    for (const { id, payment } of this.lost.all) {
      if (!this.till().get(id)) await this.loadSale(id);
      const state = this.till().get(id)?.state;
      if (state === 'for_payment') await this.pay({ id }, payment);
      else if (state !== undefined && state !== 'cancelled') this.lost.remove(id);
    }
  }

  cancel(order: Order, reason: string): Promise<boolean> {
    return this.#move(this.cancelling, order, { move: 'cancel', version: order.version, reason }, WHY);
  }

  refund(order: Order, refund: TakeRefund): Promise<boolean> {
    return this.#move(this.cancelling, order, { move: 'refund', version: order.version, ...refund }, WHY);
  }

  /** Loads the money of an order that the till's snapshot does not cover. */
  async loadSale(id: string): Promise<void> {
    const answer = await this.api.orders[':id'].$get({ param: { id } }).catch(() => undefined);
    if (!answer?.ok) return;
    const { order, sale } = v.parse(OneOrder, await answer.json());
    this.till().take(order);
    if (!this.till().sale(id)) this.till().takeSale(sale, 0);
  }

  #move(
    command: Command,
    { id }: Order,
    input: MoveInput,
    outcome: Outcome<OrderChange> = {},
  ): Promise<boolean> {
    const ask = (how: Keyed) => makeMove<OrderChange>(this.api.orders[':id'], id, input, how);
    return this.#send(command, [id, input], ask, outcome);
  }

  #send(
    command: Command,
    content: unknown,
    ask: (how: Keyed) => Promise<Answer<OrderChange>>,
    outcome: Outcome<OrderChange> = {},
  ): Promise<boolean> {
    return command.send(content, ask, {
      ...outcome,
      take: (answer) => this.till().takeAnswer(answer.order, answer),
      refused: showCurrent(Order, (row) => this.till().take(row)),
    });
  }
}

/** The fields of the reason's form. */
const WHY = { fields: ['reason', 'lines', 'parts'] };
