import { expect, it } from 'vitest';
import type { Order } from '$contract/sales/orders/orders';
import type { ApiClient } from '$lib/api';
import { Counter } from '$lib/sales/orders/Counter.svelte';
import { Selling } from '$lib/sales/orders/Selling.svelte';
import { idOf, Shop, tea } from '../Shop';

it('an order opened after another shows none of its refusals', async () => {
  const shop = new Shop();
  const selling = new Selling({} as ApiClient, () => shop.till);
  const counter = new Counter(() => shop.till, selling);
  const acts = [selling.moving, selling.paying];
  const lost = () => Promise.reject(new TypeError('no network'));
  counter.open({ id: idOf(1) } as Order);
  for (const act of acts) await act.send('anything', lost);
  expect(acts.every(({ message }) => message !== undefined)).toBe(true);
  counter.open({ id: idOf(1) } as Order);
  expect(acts.every(({ message }) => message !== undefined)).toBe(true);
  counter.open({ id: idOf(2) } as Order);
  expect(acts.map(({ message }) => message)).toEqual([undefined, undefined]);
  shop.stop();
});

it('a scan adds its product by any reading, with caps lock and zeros before it; an unknown code leaves the open order', () => {
  const shop = new Shop();
  const counter = new Counter(() => shop.till, new Selling({} as ApiClient, () => shop.till));
  expect([counter.scan('&éà', '4006381333931'), counter.scan('tea'), counter.scan('TEA')]).toEqual([
    true,
    true,
    true,
  ]);
  expect(counter.cart.quantity(tea.id)).toBe(3);
  expect(counter.scan('04006381333931')).toBe(true);
  shop.take(1);
  shop.push('orders', 2);
  const order = shop.till.get(idOf(101));
  if (order) counter.open(order);
  expect(counter.scan('4006381333932', '$))^#*!###(#@')).toBe(false);
  expect([counter.order?.id, counter.unknown]).toEqual([idOf(101), '4006381333932']);
  expect(counter.scan('TEA')).toBe(true);
  expect(counter.unknown).toBeUndefined();
  shop.stop();
});
