import { expect, it } from 'vitest';
import type { Order } from '$contract/sales/orders/orders';
import { setUp } from '../offline/till';
import { idOf, tea } from '../Shop';

it('an order opened after another shows none of its refusals', async () => {
  const { counter, selling, stop } = setUp();
  const acts = [selling.moving, selling.paying];
  const lost = () => Promise.reject(new TypeError('no network'));
  counter.open({ id: idOf(1) } as Order);
  for (const act of acts) await act.send('anything', lost);
  expect(acts.every(({ message }) => message !== undefined)).toBe(true);
  counter.open({ id: idOf(1) } as Order);
  expect(acts.every(({ message }) => message !== undefined)).toBe(true);
  counter.open({ id: idOf(2) } as Order);
  expect(acts.map(({ message }) => message)).toEqual([undefined, undefined]);
  stop();
});

it('a scan adds its product by any reading, with caps lock and zeros before it; an unknown code leaves the open order', () => {
  const { shop, counter, stop } = setUp();
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
  stop();
});
