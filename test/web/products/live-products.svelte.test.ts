import { describe, expect, it } from 'vitest';
import type { Product } from '$contract/products/products';
import { LiveProducts } from '$lib/products/LiveProducts.svelte';
import { handle } from '$live/handlers';
import { LiveCollection } from '$live/LiveCollection.svelte';
import type { Envelope } from '$contract/wire';

const product = (it: Partial<Product> = {}): Product => ({
  id: '019dd7f0-0000-7000-8000-0000000000aa',
  sku: 'MUG',
  barcode: null,
  name: 'Mug',
  category: null,
  price: 1_190,
  stock: 10,
  held: 0,
  sold: 0,
  lowAt: 2,
  active: true,
  updatedAt: 1,
  short: 0,
  taxRate: null,
  favourite: false,
  color: null,
  ...it,
});
const { id } = product();
const event = (type: string, data: unknown) => ({ seq: 1, entry: 1, at: 0, by: null, type, data });
const on = (products: Product[]) => new LiveProducts(new LiveCollection(products));
const hear = (live: LiveProducts, it: Envelope, replayed: boolean) => handle(live.handlers, it, { replayed });
const move = (stock: number, held: number, sold: number, short = 0) =>
  event('stock.changed', { changes: [{ id, stock, held, sold, short }] });

describe('live products', () => {
  it('add stock changes to the known stock, whatever else changes', () => {
    const live = on([product()]);
    const {
      stock: _stock,
      held: _held,
      sold: _sold,
      short: _short,
      ...facts
    } = product({ name: 'Big mug', updatedAt: 2 });
    hear(live, move(-3, 3, 0), false);
    hear(live, event('product.updated', facts), false);
    hear(live, move(0, -3, 3), false);
    expect(live.get(id)).toEqual(product({ name: 'Big mug', updatedAt: 2, stock: 7, sold: 3 }));
  });

  it('keep the stock of events when an answer comes after them', () => {
    const live = on([]);
    hear(live, event('product.created', product()), false);
    hear(live, move(-4, 4, 0), false);
    live.take(product());
    expect(live.get(id)).toMatchObject({ stock: 6, held: 4 });
    live.take(product({ name: 'Older', updatedAt: 0 }));
    expect(live.get(id)?.name).toBe('Mug');
  });

  it('are not added twice by the answer and its event', () => {
    const live = on([]);
    live.take(product());
    hear(live, event('product.created', product()), false);
    expect(live.all).toEqual([product()]);
  });

  it('count manual adjustments and no sales', () => {
    const live = on([product()]);
    hear(live, move(-1, 1, 0), false);
    hear(live, move(1, -1, 0), false);
    expect(live.adjustments(id)).toBe(0);
    hear(live, move(5, 0, 0), false);
    expect(live.adjustments(id)).toBe(1);
  });

  it('count what a till without network sold as a sale, and what covers it as an adjustment', () => {
    const live = on([product({ stock: 1 })]);
    hear(live, move(-1, 0, 3, 2), false);
    expect(live.get(id)).toMatchObject({ stock: 0, sold: 3, short: 2 });
    live.take(product({ stock: 1, updatedAt: 2 }));
    expect(live.get(id)?.short).toBe(2);
    expect(live.adjustments(id)).toBe(0);
    hear(live, move(0, 0, 0, -2), false);
    expect(live.get(id)?.short).toBe(0);
    expect(live.adjustments(id)).toBe(1);
  });

  it('of the release before have no colour, no rate of their own and nothing short', () => {
    const live = on([]);
    const { short: _short, taxRate: _rate, favourite: _favourite, color: _color, ...known } = product();
    hear(live, event('product.created', known), false);
    hear(live, event('stock.changed', { changes: [{ id, stock: -1, held: 1, sold: 0 }] }), false);
    expect(live.get(id)).toEqual(product({ stock: 9, held: 1 }));
  });

  it('glow for live changes and not for replayed ones', () => {
    const live = on([product()]);
    hear(live, move(-1, 1, 0), true);
    expect(live.touchedAt(id)).toBe(0);
    hear(live, move(-1, 1, 0), false);
    expect(live.touchedAt(id)).toBeGreaterThan(0);
  });
});
