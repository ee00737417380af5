/** A till follows three channels from one snapshot: lost, late, repeated and reset events leave it equal to the shop. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { idOf, NOON, Shop, tea } from '../Shop';
import { restored } from '../../World';

const settle = () => vi.advanceTimersByTimeAsync(0);
let shop: Shop;
const names = ['orders', 'tills', 'own'] as const;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  shop = new Shop();
});
afterEach(() => {
  shop.stop();
  vi.useRealTimers();
});

const stock = () => shop.till.products.get(tea.id)?.stock;

describe('a till', () => {
  it('counts a stock change once, in whatever order and however often its event comes', async () => {
    shop.take(1, 3);
    shop.push('orders', 2);
    expect(stock()).toBe(97);
    shop.push('orders', 2);
    expect(stock()).toBe(97);
    shop.take(2, 4); // never comes
    shop.take(3, 5);
    shop.push('orders', 2);
    await settle();
    expect(stock()).toBe(88);
    shop.push('tills', 3);
    await settle();
    expect(shop.shown).toEqual(shop.truth);
    expect(shop.snapshots).toBe(0);
  });

  it('that a device has kept is as of its last exact moment, however many parts follow a channel', async () => {
    const kept = shop.kept(NOON - 60_000);
    const stop = kept.start();
    expect(kept.channel.asOf).toBe(NOON - 60_000);
    await vi.advanceTimersByTimeAsync(20_000);
    expect([kept.channel.asOf, kept.channel.status]).toEqual([NOON - 60_000, 'offline']);
    stop();
  });

  it('keeps the guess of a move when the event of the change before it comes late', () => {
    shop.take(1);
    const order = shop.orders.get(idOf(101));
    if (!order) throw new Error('the shop took no order');
    shop.till.take(order); // the answer
    shop.till.guess({ ...order, state: 'for_release' });
    shop.push('orders', 2);
    expect(shop.till.get(order.id)?.state).toBe('for_release');
    shop.till.take({ ...order, version: order.version + 1, state: 'released' });
    expect(shop.till.get(order.id)?.state).toBe('released');
  });

  it('reloads everything when one channel resets, and misses no payment in between', async () => {
    shop.take(1);
    shop.push('orders', 2);
    shop.push('tills');
    // A payment between the snapshot's query and its answer, whose event only `tills` delivers in time.
    let answer = (): void => undefined;
    shop.gate = new Promise((resolve) => (answer = resolve));
    shop.take(2);
    shop.floors.orders = shop.logs.orders.length;
    shop.push('orders');
    await settle();
    expect(shop.snapshots).toBe(1);
    shop.push('tills');
    shop.pay(1);
    shop.push('tills');
    expect(shop.till.sale(idOf(101))?.payments).toHaveLength(1);
    shop.floors.orders = 0;
    answer();
    await settle();
    expect(shop.shown).toEqual(shop.truth);
    expect(shop.till.tills.cursor.head).toBe(shop.logs.tills.length);
    expect(shop.snapshots).toBe(1);
  });

  it('shows its prices in another currency as soon as the workplace has it', () => {
    expect(shop.till.amounts.words(350)).toBe('€3.50');
    shop.rule({ currency: 'JPY', taxRate: 1_000 });
    shop.push('tills');
    expect([shop.till.amounts.words(350), shop.till.taxRate]).toEqual(['JP¥350', 1_000]);
  });

  it('ignores an event that is older than a new snapshot', async () => {
    shop.take(1);
    shop.push('orders', 2);
    shop.pay(1); // no channel delivers it, and the log of orders is gone
    shop.floors.orders = shop.logs.orders.length;
    shop.push('orders');
    await settle();
    expect(shop.till.sale(idOf(101))?.payments).toHaveLength(1);
    const created = shop.logs.tills[0];
    shop.sockets.tills?.say({ kind: 'events', epoch: shop.epoch, from: 1, events: [created] });
    expect(shop.till.sale(idOf(101))?.payments).toHaveLength(1);
    await settle();
    expect(shop.shown).toEqual(shop.truth);
  });

  it('counts a stock change once that a snapshot for `tills` contains', async () => {
    shop.take(1, 3);
    shop.take(2, 2);
    shop.trim('tills');
    shop.push('tills');
    await settle();
    expect(stock()).toBe(95);
    shop.push('orders', 4);
    await settle();
    expect(stock()).toBe(95);
    expect(shop.shown).toEqual(shop.truth);
    expect(shop.snapshots).toBe(1);
  });

  it('shows an answer before its event, and ignores older events after it', () => {
    shop.take(1);
    shop.pay(1);
    const [order, sale] = [shop.orders.get(idOf(101)), shop.sales.get(idOf(101))];
    if (!order || !sale) throw new Error('there is an order');
    shop.till.take(order);
    shop.till.takeSale(sale, shop.logs.tills[1]?.entry ?? 0);
    for (const name of ['orders', 'tills'] as const) {
      const first = shop.logs[name].slice(0, 1);
      shop.sockets[name]?.say({ kind: 'events', epoch: shop.epoch, from: 1, events: first });
    }
    expect(shop.till.get(idOf(101))?.state).toBe('for_release');
    expect(shop.till.sale(idOf(101))?.payments).toHaveLength(1);
    expect(stock()).toBe(100); // stock comes from events alone
  });

  it('keeps the money of a newer snapshot when an answer comes after a sleep', async () => {
    shop.take(1);
    const [order, sale] = [shop.orders.get(idOf(101)), shop.sales.get(idOf(101))];
    const entry = shop.logs.tills[0]?.entry ?? 0;
    if (!order || !sale) throw new Error('there is an order');
    shop.pay(1);
    shop.trim('orders');
    shop.push('orders');
    await settle();
    expect(shop.snapshots).toBe(1);
    shop.till.takeAnswer(order, { sale, receipt: { entry, at: order.createdAt } });
    expect(shop.till.sale(order.id)?.payments).toHaveLength(1);
    expect(shop.shown).toEqual(shop.truth);
  });

  it('lists no order that a newer snapshot has no more, when its answer comes after a sleep', async () => {
    shop.take(1);
    const [order, sale] = [shop.orders.get(idOf(101)), shop.sales.get(idOf(101))];
    if (!order || !sale) throw new Error('there is an order');
    shop.orders.delete(order.id); // the clock cancelled it, before it had a number
    shop.sales.delete(order.id);
    await shop.till.reload();
    const { now } = shop.till.latest;
    const answered = (ago: number) => ({ sale, receipt: { entry: 1, at: now - ago } });
    shop.till.takeAnswer(order, answered(60_000));
    expect(shop.till.all).toEqual([]);
    shop.till.takeAnswer(order, answered(0));
    expect(shop.till.all).toEqual([order]);
  });

  it('reports live changes and no replayed ones', async () => {
    shop.take(1);
    shop.push('orders', 2);
    expect(shop.changes.map(({ type }) => type)).toEqual(['order.created']);
    shop.sockets.orders?.end();
    shop.pay(1);
    await vi.advanceTimersByTimeAsync(5_000);
    shop.greet('orders');
    await settle();
    shop.floors.orders = shop.logs.orders.length;
    shop.take(2);
    shop.restore(restored);
    shop.greet('orders');
    await settle();
    expect(shop.shown.orders).toEqual(shop.truth.orders);
    expect(shop.changes).toHaveLength(1);
  });

  it('equals the shop after random faults', async () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      shop.stop();
      shop = new Shop();
      const chance = mulberry(seed);
      const some = <T>(of: readonly T[]): T => of[Math.floor(chance() * of.length)] as T;
      let taken = 0;
      for (let step = 0; step < 60; step += 1) {
        const what = chance();
        if (what < 0.35) shop.take((taken += 1), 1 + Math.floor(chance() * 2));
        else if (what < 0.5 && taken > 0) shop.pay(1 + Math.floor(chance() * taken));
        else if (what < 0.8) shop.push(some(names), 1 + Math.floor(chance() * 4));
        else if (what < 0.84) shop.trim(some(names));
        else if (what < 0.86) shop.restore(step.toString(16).padStart(16, '0'));
        else if (what < 0.92) shop.sockets[some(names)]?.end();
        else if (what < 0.97) await settle();
        else shop.greet(some(names));
      }
      shop.floors.orders = shop.floors.tills = shop.floors.own = 0;
      await vi.advanceTimersByTimeAsync(31_000);
      for (const name of names) shop.greet(name);
      await settle();
      expect(shop.shown, `seed ${seed}`).toEqual(shop.truth);
    }
  });
});

/** A seeded random generator. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
