/** The cart of an order that is edited after a price has changed. */
import { expect, it } from 'vitest';
import { Cart } from '$lib/sales/orders/Cart.svelte';
import { idOf, Shop, tea } from '../Shop';

/** A cart that edits an order of two teas. */
function editing(shop: Shop): Cart {
  shop.take(1, 2);
  shop.push('orders', 2);
  shop.push('tills');
  const order = shop.till.get(idOf(101));
  if (!order) throw new Error('the shop took no order');
  const cart = new Cart(() => shop.till);
  cart.edit(order);
  return cart;
}

it('keeps the price of what was ordered, and gives the new one only to what is added, with a mark on both', () => {
  const shop = new Shop();
  const cart = editing(shop);
  shop.reprice(999);
  shop.push('orders');
  expect(cart.totals.total).toBe(500);
  expect(cart.lines.map(({ repriced }) => repriced)).toEqual([false]);
  cart.add(shop.till.products.get(tea.id) ?? tea);
  expect(cart.lines.map(({ price, quantity, repriced }) => [price, quantity, repriced])).toEqual([
    [250, 2, true],
    [999, 1, true],
  ]);
  expect(cart.orderedLines).toEqual([
    { line: 1, productId: tea.id, quantity: 2, discount: null },
    { productId: tea.id, quantity: 1, discount: null },
  ]);
  expect(cart.totals.total).toBe(1_499);
  shop.stop();
});

it('has them again after a reload, once the till has loaded the sale of an order that it does not list', () => {
  const shop = new Shop();
  const { kept } = editing(shop);
  const sale = shop.till.sale(idOf(101));
  shop.reprice(999);
  const later = new Shop();
  later.product = shop.product;
  later.reprice(999);
  later.push('orders');
  const cart = new Cart(() => later.till);
  cart.kept = kept;
  if (sale) later.till.takeSale(sale, 0);
  expect(cart.totals.total).toBe(500);
  shop.stop();
  later.stop();
});
