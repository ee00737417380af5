/** A page where orders are sold or released: its snapshot, its live view, and one command at a time, sent until it is answered. */
import type { ApiClient } from '../../../../web/src/lib/api';
import { Command, type Keyed, PERSISTENT } from '../../../../web/src/lib/Command.svelte';
import { cursorIn } from '../../../../web/src/lib/live/cursor';
import { answerOf } from '../../../../web/src/lib/live/network';
import type { LiveChannel } from '../../../../web/src/lib/live/LiveChannel.svelte';
import type { LiveOrders, OrdersDependencies } from '../../../../web/src/lib/sales/orders/LiveOrders.svelte';
import { uuidv7 } from '../../../../web/src/lib/uuidv7';
import { userChannel } from '../../../../worker/contract/channels';
import type { Capability } from '../../../../worker/contract/roles';
import type { MoveInput } from '../../../../worker/contract/sales/moves';
import type { Order, OrderChange, OrderList } from '../../../../worker/contract/sales/orders/orders';
import { move, type PlainMove } from '../../../../worker/sales/move';
import { editOrder } from '../../../../worker/sales/orders/edit';
import { orderChange, orders } from '../../../../worker/sales/orders/orders';
import type { Scope } from '../../../../worker/scope';
import { Page } from '../Page';
import type { Someone } from '../people';
import type { Acknowledged } from '../Phone';
import type { World } from '../World';
import { ZONE } from './workplace';

/** What a page sends. */
export interface Act<Body> {
  what: string;
  may: Capability;
  /** All that it sends, beside the id. */
  content: unknown;
  run: (scope: Scope, id: string) => Promise<Body>;
  /** Of the row that it changes; a new one if missing. */
  id?: string;
  take?: (body: Body) => void;
  /** The form may be older than what it changes. */
  mayBeOutdated?: boolean;
}

export interface Surroundings extends OrdersDependencies {
  own: LiveChannel<`user.${string}`>;
}

export abstract class Counter<S extends OrderList, View extends LiveOrders<S>> extends Page {
  view: View | undefined;
  protected readonly command = new Command<Order>(PERSISTENT);

  constructor(
    world: World,
    readonly person: Someone,
    name: string,
    private readonly acknowledged: Acknowledged[],
  ) {
    super(world, person.token, name);
    this.act(() => this.#open());
  }

  /** What a person might do now, by what the page shows. */
  abstract work(): void;

  /** What the page loads. */
  abstract load(scope: Scope): Promise<S>;

  protected abstract viewOf(snapshot: S, it: Surroundings): View;

  /** The view's channels, without the person's own. */
  protected abstract channelsOf(view: View): LiveChannel[];

  async #open(): Promise<void> {
    const own = userChannel(this.person.id);
    for (;;) {
      try {
        const heads = await this.network.heads([own]);
        const snapshot = await answerOf<S>(this.#load());
        return this.#begin(snapshot, cursorIn(heads, own));
      } catch {
        // Without network: tried again.
      }
      await this.world.scheduler.pause(2_000);
    }
  }

  readonly #load = () => this.get<S>(() => this.worker.answer(this.token, (scope) => this.load(scope)));

  #begin(snapshot: S, cursor: Parameters<Page['follow']>[1]): void {
    const { network, ended } = this;
    const get = { $get: this.#load };
    const own = this.follow(userChannel(this.person.id), cursor);
    own.start();
    const it = this.viewOf(snapshot, {
      network,
      ended,
      api: { orders: get, till: get } as unknown as ApiClient,
      zone: ZONE,
      own,
      changed: ({ row }) => this.command.settle(row),
    });
    this.watch(it.channel);
    this.channels.push(...this.channelsOf(it));
    it.start();
    this.view = it;
  }

  protected move({ id }: Pick<Order, 'id'>, input: MoveInput): Promise<boolean> {
    return this.send({
      what: input.move,
      may: 'orders.see',
      content: input,
      id,
      run: (scope) =>
        orderChange(isEdit(input) ? editOrder(scope, id, input) : move(scope, orders, id, input)),
      take: this.takeOrder,
    });
  }

  protected readonly takeOrder = ({ order, sale, receipt }: OrderChange): void =>
    this.view?.takeAnswer(order, { sale, receipt });

  /** A repeated try has the same key and the same id; sometimes the network brings it twice. The page takes what the answer says. */
  protected send<Body>({ what, may, content, run, id, take, ...more }: Act<Body>): Promise<boolean> {
    const sent = id === undefined ? [what, content] : [what, id, content];
    const request = async ({ headers }: Keyed, itsId: string) => {
      const key = headers['Idempotency-Key'];
      const written = { key, text: JSON.stringify([what, itsId, content]), may, ...more };
      const ask = () =>
        this.request(async () => ({
          answer: await this.worker.answer(this.token, (scope) => run(scope, itsId), written),
          at: this.world.scheduler.now,
        }));
      if (this.world.hits('requestDoubled')) void ask().catch(() => undefined);
      const { answer, at } = await ask();
      this.world.note(`${this.owner.name}: ${what} ${JSON.stringify(content)} ${answer.status}`);
      const ok = answer.status === 200;
      if (ok) this.acknowledged.push({ person: this.person.id, key, at });
      return { ok, status: answer.status, json: () => Promise.resolve(answer.body as Body) };
    };
    return this.command.send(sent, request, { id: id ?? uuidv7(), ...(take && { take }) });
  }
}

const isEdit = (input: PlainMove | MoveInput<'edit'>): input is MoveInput<'edit'> => input.move === 'edit';
