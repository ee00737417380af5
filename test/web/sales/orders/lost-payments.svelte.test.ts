/** A payment of an order without an answer: the customer has paid, so it counts once, whatever the network does. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Order } from '$contract/sales/orders/orders';
import type { ApiClient } from '$lib/api';
import type { Keyed } from '$lib/Command.svelte';
import { LostPayments } from '$lib/sales/orders/LostPayments.svelte';
import { Selling } from '$lib/sales/orders/Selling.svelte';
import { problemOf } from '../../problems';
import { ana, idOf, Shop } from '../Shop';

const cash = { parts: [{ method: 'cash' as const, received: 300, tip: 0, reference: null }] };

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, text: string) => void kept.set(name, text),
    removeItem: (name: string) => void kept.delete(name),
  });
});
afterEach(() => void vi.unstubAllGlobals());

type Server = 'away' | 'refuses' | 'pays';

/** A till with one order for payment. */
function setUp(server: Server) {
  const shop = new Shop();
  shop.take(1);
  shop.push('orders', 2);
  shop.push('tills');
  const id = idOf(101);
  const asTaken = shop.orders.get(id) as Order;
  const order: Order = { ...asTaken, version: 2, number: null, state: 'for_payment' };
  shop.till.take(order);
  const sent: string[] = [];
  const on = { server };
  const post = (_content: unknown, { headers }: Keyed) => {
    sent.push(headers['Idempotency-Key']);
    if (on.server === 'away') return Promise.reject(new TypeError('no network'));
    const refused = problemOf('illegal_move');
    const paid = {
      order: { ...order, version: 3, number: 1, state: 'for_release' },
      sale: null,
      receipt: { entry: 9 },
    };
    const ok = on.server === 'pays';
    return Promise.resolve({
      ok,
      status: ok ? 200 : refused.status,
      json: () => Promise.resolve(ok ? paid : refused),
    });
  };
  const api = { orders: { ':id': { payment: { ['$post']: post } } } };
  const lost = new LostPayments(ana.id);
  const selling = new Selling(api as unknown as ApiClient, () => shop.till, lost);
  return { shop, id, order, selling, lost, sent, on };
}

it('is kept until the server says whether it took effect, over a reload too', async () => {
  const { id, selling, lost, shop } = setUp('away');
  expect(await selling.pay({ id }, cash)).toBe(false);
  expect(lost.has(id)).toBe(true);
  const reloaded = new LostPayments(ana.id);
  reloaded.remember();
  expect(reloaded.all).toEqual([{ id, payment: cash }]);
  const other = new LostPayments(idOf(9));
  other.remember();
  expect(other.all).toEqual([]);
  shop.stop();
});

it('is sent again with its key once the till is exact', async () => {
  const { id, selling, lost, sent, on, shop } = setUp('away');
  await selling.pay({ id }, cash);
  on.server = 'pays';
  await selling.settleLost();
  expect(sent).toHaveLength(2);
  expect(new Set(sent).size).toBe(1);
  expect([lost.all, shop.till.get(id)?.state]).toEqual([[], 'for_release']);
  shop.stop();
});

it('is not sent again when the order is paid by then: only its answer was lost', async () => {
  const { id, order, selling, lost, sent, shop } = setUp('away');
  await selling.pay({ id }, cash);
  shop.till.take({ ...order, version: 3, number: 1, state: 'for_release' });
  await selling.settleLost();
  expect([sent.length, lost.all]).toEqual([1, []]);
  shop.stop();
});

it('is not kept once it is answered, also by a refusal', async () => {
  const { id, selling, lost, shop } = setUp('refuses');
  expect(await selling.pay({ id }, cash)).toBe(false);
  expect(lost.all).toEqual([]);
  shop.stop();
});

it('stays in sight when the order was cancelled before it arrived', async () => {
  const { id, order, selling, lost, sent, shop } = setUp('away');
  await selling.pay({ id }, cash);
  shop.till.take({ ...order, version: 3, state: 'cancelled' });
  await selling.settleLost();
  expect([sent.length, lost.has(id)]).toEqual([1, true]);
  shop.stop();
});
