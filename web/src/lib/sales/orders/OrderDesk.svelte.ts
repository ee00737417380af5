/** The release desk of orders, all of them or those of one place. */
import {
  Order,
  OrderChange,
  type OrderList,
  orderMoves,
  orderWords,
  queueNumber,
} from '$contract/sales/orders/orders';
import type { Me } from '$contract/people/people';
import type { PageDependencies } from '$lib/api';
import * as v from 'valibot';
import { Commenting } from '$lib/sales/Commenting.svelte';
import { type Receiver, ReleaseDesk, type ReleaseKind } from '$lib/sales/release/ReleaseDesk.svelte';
import { DeskOrders } from './DeskOrders';
import { goodsWords } from '$lib/sales/words';

interface Dependencies extends PageDependencies {
  me: Pick<Me, 'id' | 'name' | 'roles' | 'zone'>;
  /** The id of the remembered place; empty for all. */
  place: string;
  /** Remembers the place on this device. */
  keep(place: string): void;
}

const EVERYWHERE = '';

const kind: ReleaseKind<Order> = {
  path: 'orders',
  noun: ['order', 'orders'],
  moves: orderMoves,
  ready: 'for_release',
  unpaid: 'for_payment',
  schema: Order,
  read: (body) => v.parse(OrderChange, body).order,
  stateWords: orderWords,
  label: ({ number }) => queueNumber(number),
  arrival: (first) => ({
    text: `${queueNumber(first.number)} is ready to release`,
    description: goodsWords(first.lines),
  }),
};

export class OrderDesk extends ReleaseDesk<Order, DeskOrders> {
  readonly commenting: Commenting;
  readonly #keep: Dependencies['keep'];
  #place: string;

  constructor(snapshot: OrderList, it: Dependencies) {
    super(kind, it, (changed) => new DeskOrders(snapshot, { ...it, zone: it.me.zone, changed }));
    this.#place = $state(it.place);
    this.#keep = (place) => it.keep(place);
    this.commenting = new Commenting(it.api, () => this.live);
  }

  /** The id of the shown place; empty for all, also where the remembered place is gone. */
  get place(): string {
    return this.live.places.some(({ id }) => id === this.#place) ? this.#place : EVERYWHERE;
  }

  set place(id: string) {
    this.#place = id;
    this.#keep(id);
  }

  override receiverOf({ place: { id } }: Order): Receiver {
    return this.live.places.find((place) => place.id === id)?.asksReceiver ? 'required' : 'none';
  }

  protected override isHere({ place }: Order): boolean {
    return this.place === EVERYWHERE || place.id === this.place;
  }
}
