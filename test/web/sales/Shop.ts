/** A shop with the logs of its three channels, and a network on which a test loses, delays and repeats events. */
import type { Order, Till } from '$contract/sales/orders/orders';
import type { Drawer } from '$contract/sales/drawers/drawers';
import type { Payment, Sale } from '$contract/sales/payments/payments';
import type { Product } from '$contract/products/products';
import type { Envelope } from '$contract/wire';
import type { ApiClient } from '$lib/api';
import type { SaleChange } from '$lib/sales/LiveSales.svelte';
import { LiveTill } from '$lib/sales/orders/LiveTill.svelte';
import { LiveChannel } from '$live/LiveChannel.svelte';
import type { Network } from '$live/network';
import { epoch, FakeSocket } from '../World';

export const NOON = Date.parse('2026-06-10T12:00+02:00');
export const idOf = (n: number) => `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`;
export const ana = { id: idOf(1), name: 'Ana Weber' };
const counter = { id: idOf(2), name: 'Counter' };
export const drawer: Drawer = {
  ...{ id: idOf(4), number: 147, date: '2026-06-10', person: ana, place: counter, openedAt: NOON, float: 0 },
  ...{ closedAt: null, counted: null, note: null, adjustments: [], late: [], taxes: [], report: null },
  expected: { cash: 0, card: 0, transfer: 0 },
};
export const tea: Product = {
  id: idOf(3),
  sku: 'TEA',
  barcode: '4006381333931',
  name: 'Mint tea',
  category: 'Hot',
  price: 250,
  stock: 100,
  held: 0,
  sold: 0,
  lowAt: 5,
  active: true,
  updatedAt: 1,
  short: 0,
  taxRate: null,
  favourite: false,
  color: null,
};
const rules = { currency: 'EUR', taxRate: 0, taxIncluded: true, smallestCoin: 1, tips: false };
type Name = 'orders' | 'tills' | 'own';
const nameOf = (channel: string): Name => (channel.startsWith('user.') ? 'own' : (channel as Name));

export class Shop {
  readonly orders = new Map<string, Order>();
  readonly sales = new Map<string, Sale>();
  product = tea;
  readonly logs: Record<Name, Envelope[]> = { orders: [], tills: [], own: [] };
  /** The last trimmed number of each log. */
  readonly floors: Record<Name, number> = { orders: 0, tills: 0, own: 0 };
  epoch = epoch;
  readonly sockets: Partial<Record<Name, FakeSocket>> = {};
  readonly changes: SaleChange<Order>[] = [];
  snapshots = 0;
  /** Delays answers of `GET /till`, which keep the state of their request. */
  gate: Promise<void> = Promise.resolve();
  #entry = 0;
  readonly till: LiveTill;
  readonly stop: () => void;

  /** @param drawer the person's open one */
  constructor(private readonly drawer: Drawer | null = null) {
    const network: Network = {
      connect: (channel) => {
        const socket = new FakeSocket();
        this.sockets[nameOf(channel)] = socket;
        return socket as unknown as WebSocket;
      },
      since: (channel, { epoch: known, head }) => {
        const name = nameOf(channel);
        const log = this.logs[name];
        const at = { epoch: this.epoch, head: log.length };
        if (known !== this.epoch || head < this.floors[name] || head > log.length)
          return Promise.resolve({ reset: true, ...at });
        return Promise.resolve({ reset: false, ...at, events: log.slice(head), more: false });
      },
      heads: () => Promise.resolve({ epoch: this.epoch, heads: {} }),
      isVisible: () => true,
      doubt: () => undefined,
      watch: () => () => undefined,
    };
    const $get = async () => {
      this.snapshots += 1;
      const [snapshot, gate] = [this.snapshot(), this.gate];
      await gate;
      return { ok: true, status: 200, json: () => Promise.resolve(snapshot) };
    };
    const ended = () => undefined;
    const own = new LiveChannel(`user.${ana.id}`, { epoch, head: 0 }, { network, ended });
    this.till = new LiveTill(this.snapshot(), {
      api: { till: { $get } } as unknown as ApiClient,
      network,
      own,
      zone: 'Europe/Berlin',
      ended,
      changed: (it) => this.changes.push(it),
    });
    const stops = [own.start(), this.till.start()];
    this.stop = () => stops.forEach((stop) => stop());
    for (const name of ['orders', 'tills', 'own'] as const) this.greet(name);
  }

  /** A till on a device that has kept this snapshot, without network. @param asOf its last exact moment */
  kept(asOf: number): LiveTill {
    const away = () => Promise.reject(new TypeError('no network'));
    const network: Network = {
      connect: () => new FakeSocket() as unknown as WebSocket,
      ...{ since: away, heads: away, isVisible: () => true, doubt: () => undefined },
      watch: () => () => undefined,
    };
    const ended = () => undefined;
    const from = this.snapshot();
    const own = new LiveChannel(`user.${ana.id}`, { epoch, head: 0, asOf }, { network, ended });
    const it = { api: {} as ApiClient, network, own, zone: 'Europe/Berlin', ended };
    return new LiveTill({ ...from, at: { ...from.at, asOf } } as Till, it);
  }

  greet(name: Name): void {
    this.sockets[name]?.say({
      kind: 'hello',
      v: 1,
      channel: name,
      epoch: this.epoch,
      head: this.logs[name].length,
      replay: false,
    });
  }

  /** Delivers the log's last events, or repeats them. */
  push(name: Name, count = 1): void {
    const events = this.logs[name].slice(-count);
    const from = events[0]?.seq ?? 0;
    this.sockets[name]?.say({ kind: 'events', epoch: this.epoch, from, events });
  }

  take(n: number, quantity = 1): void {
    const id = idOf(100 + n);
    const order: Order = {
      id,
      number: n,
      place: counter,
      date: '2026-06-10',
      state: 'pending',
      version: 1,
      lines: [{ productId: tea.id, name: tea.name, quantity }],
      createdAt: NOON + n,
      createdBy: ana,
      expiresAt: NOON + 3_600_000,
      paidAt: null,
      claim: null,
      ready: null,
      release: null,
      cancellation: null,
      changed: { by: ana, at: NOON + n },
      arrivedAt: null,
    };
    const total = quantity * tea.price;
    const sale: Sale = {
      id,
      kind: 'order',
      label: String(n),
      subtotal: total,
      tax: 0,
      total,
      taxes: [{ rate: 0, net: total, tax: 0 }],
      taxIncluded: true,
      discount: null,
      currency: 'EUR',
      lines: [
        {
          ...{ line: 1, productId: tea.id, name: tea.name, quantity, price: tea.price },
          ...{ taxRate: 0, discount: null, share: 0 },
        },
      ],
      payments: [],
      refunds: [],
    };
    this.orders.set(id, order);
    this.sales.set(id, sale);
    this.#publish('orders', 'order.created', order);
    this.#shift(quantity, 'stock', 'held');
    this.#publish('tills', 'sale.created', sale);
  }

  pay(n: number): void {
    const id = idOf(100 + n);
    const [order, sale] = [this.orders.get(id), this.sales.get(id)];
    if (!order || !sale || order.state !== 'pending') return;
    const after = { ...order, state: 'for_release' as const, version: 2, paidAt: NOON, expiresAt: null };
    const payment: Payment = {
      id: idOf(5_000 + n),
      kind: 'payment',
      method: 'cash',
      amount: sale.total,
      rounding: 0,
      tip: 0,
      received: sale.total,
      change: 0,
      reference: null,
      at: NOON,
      by: ana,
      drawerId: idOf(4),
    };
    this.orders.set(id, after);
    this.sales.set(id, { ...sale, payments: [payment] });
    this.#publish('orders', 'order.status_changed', after);
    this.#shift(order.lines[0]?.quantity ?? 0, 'held', 'sold');
    this.#publish('tills', 'sale.paid', this.sales.get(id));
  }

  reprice(price: number): void {
    this.product = { ...this.product, price, updatedAt: this.product.updatedAt + 1 };
    this.#publish('orders', 'product.updated', this.product);
  }

  /** The workplace's rules change. */
  rule(changed: Partial<typeof rules>): void {
    this.#publish('tills', 'rules.updated', { ...rules, ...changed });
  }

  /** Trims the whole log. */
  trim(name: Name): void {
    this.floors[name] = this.logs[name].length;
  }

  /** Restores the database from a copy: a new epoch with an empty log. */
  restore(as: string): void {
    this.epoch = as;
    for (const name of ['orders', 'tills', 'own'] as const) {
      this.logs[name] = [];
      this.floors[name] = 0;
    }
  }

  snapshot(): Till {
    return {
      at: {
        epoch: this.epoch,
        heads: {
          orders: this.logs.orders.length,
          tills: this.logs.tills.length,
          [`user.${ana.id}`]: this.logs.own.length,
        },
      },
      now: NOON,
      today: '2026-06-10',
      dayStart: '04:00',
      orders: [...this.orders.values()],
      comments: [],
      places: [{ ...counter, active: true, asksReceiver: false }],
      staff: [ana],
      truncated: false,
      sales: [...this.sales.values()],
      products: [this.product],
      ...rules,
      drawer: this.drawer,
      seller: { name: 'Corner Café', address: null, taxNumber: null },
    };
  }

  /** What the till shows, in the form of a snapshot. */
  get shown(): Pick<Till, 'orders' | 'sales' | 'products'> {
    return {
      orders: [...this.till.all],
      sales: this.till.all.flatMap(({ id }) => this.till.sale(id) ?? []),
      products: [...this.till.products.all],
    };
  }

  get truth(): Pick<Till, 'orders' | 'sales' | 'products'> {
    const { orders, sales, products } = this.snapshot();
    return { orders, sales, products };
  }

  #shift(quantity: number, from: 'stock' | 'held', to: 'held' | 'sold'): void {
    const { product } = this;
    this.product = { ...product, [from]: product[from] - quantity, [to]: product[to] + quantity };
    const change = { id: tea.id, stock: 0, held: 0, sold: 0, short: 0, [from]: -quantity, [to]: quantity };
    this.#publish('orders', 'stock.changed', { changes: [change] });
  }

  #publish(name: Name, type: string, data: unknown): void {
    const log = this.logs[name];
    this.#entry += 1;
    log.push({ seq: log.length + 1, entry: this.#entry, type, at: NOON, by: ana.id, data });
  }
}
