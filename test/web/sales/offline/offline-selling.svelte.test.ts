/** Selling while the server does not answer: what is kept, what is shown, and what is never done twice. */
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OfflineSale } from '$contract/sales/offline/offline-sales';
import type { Order } from '$contract/sales/orders/orders';
import type { Act } from '$lib/outbox/act';
import { chargedInCart, chargedOf } from '$lib/sales/offline/charged';
import { problemOf } from '../../problems';
import { drawer, idOf, NOON, tea } from '../Shop';
import { setUp } from './till';

beforeEach(() => void vi.useFakeTimers({ now: NOON }));
afterEach(() => void vi.useRealTimers());

const body = ({ body: it, person, tappedAt }: Act): unknown => ({
  ...it,
  tapped: { v: 1, person, at: tappedAt },
});

describe('a sale without network', () => {
  it('is one act with what was charged, in the device’s own series, and its receipt says the same', async () => {
    const { offline, sold, acts, counter, stop } = setUp();
    await offline.prepare(drawer, true);
    counter.cart.discountBy({ by: 'percent', percent: 1_000, reason: 'Staff' });
    expect(await sold(3, { received: 1_000, tip: 25 })).toBe(true);
    const [act] = acts();
    expect(act?.act).toBe('orders/offline-sales');
    const sale = v.parse(OfflineSale, act && body(act));
    expect(sale).toMatchObject({
      ...{ drawerId: drawer.id, placeId: drawer.place.id, device: idOf(77), receipt: 'D0147-A001' },
      lines: [{ productId: tea.id, name: 'Mint tea', quantity: 3, price: 250, taxRate: 0, discount: null }],
      discount: { by: 'percent', percent: 1_000, reason: 'Staff' },
      ...{
        total: 675,
        rounding: 0,
        tip: 25,
        received: 1_000,
        change: 300,
        taxIncluded: true,
        currency: 'EUR',
      },
    });
    expect(counter.receipt).toMatchObject({
      ...{ label: 'D0147-A001', total: 675, discount: 75, by: 'Ana Weber', place: 'Counter' },
      seller: { name: 'Corner Café' },
      lines: [{ name: 'Mint tea', quantity: 3, price: 250, amount: 750 }],
      payments: [{ method: 'cash', amount: 675, tip: 25, received: 1_000, change: 300 }],
    });
    stop();
  });

  it('empties the cart for the next customer, and the next receipt has the next number', async () => {
    const { offline, sold, acts, counter, stop } = setUp();
    await offline.prepare(drawer, true);
    await sold(1);
    expect([counter.cart.pieces, counter.goods]).toEqual([0, undefined]);
    counter.close();
    await sold(2);
    expect(acts().map((act) => act.body['receipt'])).toEqual(['D0147-A001', 'D0147-A002']);
    expect(new Set(acts().map((act) => act.body['replaces'])).size).toBe(2);
    stop();
  });

  it('pressed twice is one sale', async () => {
    const { offline, acts, counter, stop } = setUp();
    await offline.prepare(drawer, true);
    counter.add(tea);
    counter.payOffline(counter.cart);
    const charged = chargedInCart(counter.cart);
    const cash = { received: 250, tip: 0, due: 250 };
    const both = Promise.all([counter.sellOffline(charged, cash), counter.sellOffline(charged, cash)]);
    await vi.advanceTimersByTimeAsync(1);
    expect(await both).toEqual([true, false]);
    expect(acts()).toHaveLength(1);
    stop();
  });

  it('rounds cash to the smallest coin as the server does', async () => {
    const { offline, acts, counter, stop } = setUp();
    await offline.prepare(drawer, true);
    counter.add({ ...tea });
    const charged = { ...chargedInCart(counter.cart), total: 253 };
    counter.payOffline(counter.cart);
    const done = counter.sellOffline(charged, { received: 300, tip: 0, due: 255 });
    await vi.advanceTimersByTimeAsync(1);
    expect(await done).toBe(true);
    expect(acts()[0]?.body).toMatchObject({ total: 253, rounding: 2, change: 45 });
    stop();
  });

  it('keeps the cart, and sells nothing, where the device cannot keep it', async () => {
    const { offline, outbox, sold, counter, stop } = setUp();
    await offline.prepare(drawer, true);
    vi.spyOn(outbox, 'tap').mockRejectedValue(new DOMException('full', 'QuotaExceededError'));
    expect(await sold(2)).toBe(false);
    expect(offline.message).toMatch(/nothing was sold/);
    expect(counter.cart.pieces).toBe(2);
    stop();
  });
});

describe('what waits on the device', () => {
  it('counts against the shown stock until the server has answered, and never blocks a sale', async () => {
    const { offline, sold, replies, back, stop } = setUp();
    await offline.prepare(drawer, true);
    await sold(3);
    expect([offline.waiting.length, offline.pieces(tea.id)]).toEqual([1, 3]);
    replies.push({ kind: 'confirmed', body: {} });
    back();
    await vi.advanceTimersByTimeAsync(1);
    expect([offline.waiting.length, offline.pieces(tea.id)]).toEqual([0, 0]);
    stop();
  });

  it('does not stop the sale of what the till believes to be sold out', async () => {
    const { shop, counter, stop } = setUp();
    shop.take(1, 99);
    shop.push('orders', 2);
    const left = () => shop.till.products.get(tea.id) ?? tea;
    counter.add(left());
    counter.add(left());
    expect([counter.away, counter.cart.pieces, counter.cart.status]).toEqual([
      ...[false, 1, 'Mint tea: no more available.'],
    ]);
    await counter.save({ pay: true });
    expect([counter.away, counter.goods]).toEqual([true, counter.cart]);
    counter.add(left());
    expect([counter.cart.pieces, counter.cart.status]).toEqual([
      ...[2, 'Mint tea, 2 in the cart, 1 in stock as far as this till knows.'],
    ]);
    stop();
  });

  it('stays in sight when it is refused', async () => {
    const { offline, outbox, sold, replies, stop } = setUp();
    await offline.prepare(drawer, true);
    replies.push({ kind: 'refused', problem: problemOf('not_your_drawer') });
    await sold(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(offline.waiting).toHaveLength(0);
    expect(outbox.refused.map(({ body: it }) => it['receipt'])).toEqual(['D0147-A001']);
    stop();
  });

  it('hides the order that it replaces until the server has answered', async () => {
    const { offline, shop, counter, outbox, stop } = setUp();
    await offline.prepare(drawer, true);
    shop.take(1);
    shop.push('orders', 2);
    shop.push('tills');
    const order = shop.till.get(idOf(101)) as Order;
    shop.till.take({ ...order, version: 2, number: null, state: 'for_payment' });
    const sale = shop.till.sale(order.id);
    if (!sale) throw new Error('the till has no sale');
    counter.payOffline(sale);
    const done = counter.sellOffline(chargedOf(sale), { received: 250, tip: 0, due: 250 });
    await vi.advanceTimersByTimeAsync(1);
    expect(await done).toBe(true);
    expect(outbox.queued[0]?.body).toMatchObject({ replaces: order.id, total: 250 });
    expect(shop.till.open).toHaveLength(0);
    stop();
  });
});

describe('the letter of this device', () => {
  it('is asked for once a drawer, while the server answers', async () => {
    const { offline, asked, stop } = setUp();
    await offline.prepare(drawer, false);
    expect([asked.length, offline.blocked]).toEqual([0, expect.stringMatching(/no receipt numbers/)]);
    await offline.prepare(drawer, true);
    await offline.prepare(drawer, true);
    expect([asked, offline.blocked]).toEqual([[`${drawer.id} ${idOf(77)}`], undefined]);
    stop();
  });

  it('is missing where the server was never reached: nothing can be sold then', async () => {
    const { offline, sold, acts, counter, stop } = setUp({ letter: null });
    await offline.prepare(drawer, true);
    expect(await sold(1)).toBe(false);
    expect([acts().length, counter.cart.pieces]).toEqual([0, 1]);
    stop();
  });

  it('needs a drawer that the till knows to be open', () => {
    const { offline, stop } = setUp({ own: null });
    expect(offline.blocked).toMatch(/drawer that was open/);
    stop();
  });
});

describe('an online sale without an answer', () => {
  it('goes on in cash with the same cart, and names the order that the server may have', async () => {
    const { offline, counter, acts, stop } = setUp();
    await offline.prepare(drawer, true);
    counter.add(tea);
    const { id } = counter.cart;
    await counter.save({ pay: true });
    expect(counter.goods).toBe(counter.cart);
    const done = counter.sellOffline(chargedInCart(counter.cart), { received: 250, tip: 0, due: 250 });
    await vi.advanceTimersByTimeAsync(1);
    expect(await done).toBe(true);
    expect(acts()[0]?.body['replaces']).toBe(id);
    expect(counter.cart.id).not.toBe(id);
    stop();
  });

  it('is tried again online once the till goes back to the cart', async () => {
    const { counter, stop } = setUp();
    counter.add(tea);
    await counter.save({ pay: true });
    counter.backToCart();
    expect([counter.away, counter.goods, counter.cart.pieces]).toEqual([false, undefined, 1]);
    stop();
  });
});
