import { expect, it } from 'vitest';
import type { Order } from '$contract/sales/orders/orders';
import type { ApiClient } from '$lib/api';
import { Counter } from '$lib/sales/orders/Counter.svelte';
import { Selling } from '$lib/sales/orders/Selling.svelte';
import { idOf, Shop } from '../Shop';

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
  expect(acts.map(({ message }) => message)).toEqual([undefined, undefined, undefined]);
  shop.stop();
});
