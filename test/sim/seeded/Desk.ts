/** A counter's page: it takes orders, is paid and hands over, and shows everyone's orders. */
import type { ApiClient } from '../../../web/src/lib/api';
import { Command, type Keyed, PERSISTENT } from '../../../web/src/lib/Command.svelte';
import { cursorIn } from '../../../web/src/lib/live/cursor';
import { answerOf } from '../../../web/src/lib/live/network';
import { DeskOrders } from '../../../web/src/lib/sales/orders/DeskOrders';
import { uuidv7 } from '../../../web/src/lib/uuidv7';
import { userChannel } from '../../../worker/contract/channels';
import type { MoveInput } from '../../../worker/contract/sales/moves';
import type { NewOrder, Order, OrderChange, OrderList } from '../../../worker/contract/sales/orders/orders';
import { move } from '../../../worker/sales/move';
import { editOrder } from '../../../worker/sales/orders/edit';
import { ordersNow } from '../../../worker/sales/orders/list';
import { orderChange, orders as orderKind } from '../../../worker/sales/orders/orders';
import { takeOrder } from '../../../worker/sales/orders/take';
import type { Cursor, Heads } from '../../../worker/contract/wire';
import { headsOf } from '../../../worker/live/replay';
import type { Scope } from '../../../worker/scope';
import { Page } from './Page';
import type { Someone } from './people';
import type { Acknowledged } from './Phone';
import type { World } from './World';

interface Goods {
  place: string;
  products: readonly string[];
}

export class Desk extends Page {
  orders: DeskOrders | undefined;
  readonly #command = new Command<Order>(PERSISTENT);

  constructor(
    world: World,
    readonly person: Someone,
    name: string,
    private readonly goods: Goods,
    private readonly acknowledged: Acknowledged[],
  ) {
    super(world, person.token, name);
    this.act(() => this.#open());
  }

  get api(): ApiClient {
    const get = () => this.get(() => this.worker.answer(this.token, ordersNow));
    return { orders: { $get: get } } as unknown as ApiClient;
  }

  async #open(): Promise<void> {
    for (;;) {
      try {
        const own = userChannel(this.person.id);
        const heads = await this.request(() =>
          this.worker.answer(this.token, (scope) => headsOf(scope.d1, [own])),
        );
        const snapshot = await answerOf<OrderList>(this.api.orders.$get());
        if (heads.status === 200) return this.#begin(snapshot, cursorIn(heads.body as Heads, own));
      } catch {
        // Without network: tried again.
      }
      await this.world.scheduler.pause(2_000);
    }
  }

  #begin(snapshot: OrderList, own: Cursor): void {
    const { network, ended, api } = this;
    const it = new DeskOrders(snapshot, {
      network,
      ended,
      api,
      zone: 'Europe/Berlin',
      changed: ({ row }) => this.#command.settle(row),
    });
    this.follow(userChannel(this.person.id), own).start();
    this.watch(it.channel);
    this.channels.push(it.channel);
    it.start();
    this.orders = it;
  }

  /** What a person might do now, by what the page shows. */
  work(): void {
    const { orders, world } = this;
    if (!orders || !this.#command.ready) return;
    const order = orders.open.length > 0 && world.random() < 0.75 ? world.pick(orders.open) : undefined;
    if (!order) return void this.#take();
    const input = this.#next(order);
    if (input) void this.#move(order, input);
  }

  async #take(): Promise<void> {
    const lines = [this.#line()];
    const order: Omit<NewOrder, 'id'> = {
      placeId: this.goods.place,
      lines,
      state: this.world.random() < 0.5 ? 'for_payment' : 'pending',
    };
    await this.#send(order, uuidv7(), (scope, id) => orderChange(takeOrder(scope, { ...order, id })));
  }

  async #move({ id }: Order, input: MoveInput): Promise<void> {
    await this.#send([id, input], id, (scope) =>
      orderChange(input.move === 'edit' ? editOrder(scope, id, input) : move(scope, orderKind, id, input)),
    );
  }

  #line(): { productId: string; quantity: number } {
    return {
      productId: this.world.pick(this.goods.products),
      quantity: 1 + Math.floor(this.world.random() * 3),
    };
  }

  /** The same product, as line 1, which an order has here. */
  #edited({ productId }: Order['lines'][number]): { line: number; productId: string; quantity: number } {
    return { ...this.#line(), productId, line: 1 };
  }

  #next({ version, state, lines, number, ready }: Order): MoveInput | undefined {
    const { world } = this;
    const cancels = world.random() < 0.15;
    switch (state) {
      case 'pending':
        if (cancels) return { version, move: 'cancel', reason: 'changed their mind' };
        if (world.random() < 0.3)
          return { version, move: 'edit', lines: lines.map((it) => this.#edited(it)) };
        return { version, move: 'request_payment' };
      case 'for_payment': {
        if (number === null && world.random() < 0.2) return { version, move: 'to_cart' };
        if (world.random() < 0.1) return { version, move: 'save' };
        if (cancels) return { version, move: 'cancel', reason: 'changed their mind' };
        const total = lines.reduce((sum, { quantity }) => sum + quantity * PRICE, 0);
        return {
          version,
          move: 'pay',
          parts: [{ method: 'cash', received: total, tip: 0, reference: null }],
        };
      }
      case 'for_release':
        if (cancels)
          return {
            version,
            move: 'refund',
            reason: 'sold out',
            restock: world.random() < 0.5,
            ...allOf(lines),
          };
        if (world.random() < 0.4) return { version, move: ready ? 'unready' : 'ready' };
        return { version, move: 'release', receivedBy: 'the guest' };
      default:
        return undefined;
    }
  }

  /** A repeated try has the same key and the same id; the page takes what the answer says. */
  #send(
    content: unknown,
    newId: string,
    act: (scope: Scope, id: string) => Promise<OrderChange>,
  ): Promise<boolean> {
    const request = async ({ headers }: Keyed, id: string) => {
      const key = headers['Idempotency-Key'];
      const written = { key, text: JSON.stringify([id, content]), may: 'orders.see' as const };
      const { answer, at } = await this.request(async () => ({
        answer: await this.worker.answer(this.token, (scope) => act(scope, id), written),
        at: this.world.scheduler.now,
      }));
      this.world.note(`${this.owner.name}: ${JSON.stringify(content)} ${answer.status}`);
      const ok = answer.status === 200;
      if (ok) this.acknowledged.push({ person: this.person.id, key, at });
      return { ok, status: answer.status, json: () => Promise.resolve(answer.body as OrderChange) };
    };
    return this.#command.send(content, request, {
      id: newId,
      take: ({ order, sale, receipt }) => this.orders?.takeAnswer(order, { sale, receipt }),
    });
  }
}

/** Of every product, in minor units. */
export const PRICE = 450;

/** Everything, in cash. */
const allOf = (lines: Order['lines']) => ({
  lines: lines.map(({ quantity }, index) => ({ line: index + 1, quantity })),
  parts: [
    { method: 'cash' as const, amount: lines.reduce((sum, { quantity }) => sum + quantity * PRICE, 0) },
  ],
});
