import { uuidv7 } from 'uuidv7';
import { beforeEach, describe, expect, it } from 'vitest';
import { ask, everything, type Someone, someone } from '../workplace';
import {
  adjust,
  bundle,
  bundled,
  COUNTER,
  edited,
  novel,
  onSale,
  patch,
  post,
  put,
  refusal,
  repacked,
} from './catalogue';

let admin: Someone;
beforeEach(async () => {
  admin = await someone({ roles: ['admin'], name: 'Ana Kovač' });
});

describe('invalid input', () => {
  it.each<[string, string, object]>([
    ['a negative price', 'price', { price: -1 }],
    ['a fraction of a cent', 'price', { price: 2.5 }],
    ['a price as text', 'price', { price: '250' }],
    ['a price beyond ten million', 'price', { price: 1_000_000_001 }],
    ['a negative stock', 'stock', { stock: -1 }],
    ['half a piece', 'stock', { stock: 0.5 }],
    ['no name', 'name', { name: '  ' }],
    ['too long a name', 'name', { name: 'x'.repeat(121) }],
    ['an SKU with spaces', 'sku', { sku: 'two words' }],
    ['a barcode of symbols', 'barcode', { barcode: '4006!381' }],
    ['a tax rate beyond 100 %', 'taxRate', { taxRate: 10_001 }],
    ['a third decimal of a tax rate', 'taxRate', { taxRate: 712.5 }],
    ['a colour that tiles do not have', 'color', { color: 'grey' }],
    ['a favourite as text', 'favourite', { favourite: 'yes' }],
    ['an unknown field', 'sold', { sold: 3 }],
    ['pieces that are short', 'short', { short: 3 }],
    ['an id of another make', 'id', { id: '00000000-0000-4000-8000-000000000000' }],
  ])('of a product: %s is refused by its name, and nothing is written', async (_what, path, wrong) => {
    const kept = await everything();
    const answer = await post(admin, '/products', { ...novel(), ...wrong });
    expect(answer.status).toBe(400);
    expect((await refusal(answer)).issues?.map((issue) => issue.path)).toEqual([path]);
    expect(await everything()).toEqual(kept);
  });

  it.each<[string, string, object]>([
    ['none', 'quantity', { quantity: 0 }],
    ['half a piece', 'quantity', { quantity: 1.5 }],
    ['more than anybody has', 'quantity', { quantity: 100_001 }],
    ['no reason', 'reason', { reason: ' x ' }],
    ['too long a reason', 'reason', { reason: 'x'.repeat(301) }],
    ['an unknown field', 'held', { held: 1 }],
  ])('of an adjustment: %s is refused by its name, and nothing is written', async (_what, path, wrong) => {
    const { id } = await onSale(admin);
    const kept = await everything();
    const answer = await post(admin, `/products/${id}/adjustments`, {
      quantity: 1,
      reason: 'Delivery',
      ...wrong,
    });
    expect(answer.status).toBe(400);
    expect((await refusal(answer)).issues?.map((issue) => issue.path)).toEqual([path]);
    expect(await everything()).toEqual(kept);
  });

  it('of an edit or a package is refused too, and nothing is written', async () => {
    const product = await onSale(admin);
    const it = await bundled(admin);
    const line = { id: product.id, quantity: 1 };
    const kept = await everything();
    const answers = [
      await patch(admin, `/products/${product.id}`, edited(product, { stock: 99 })),
      await patch(admin, `/products/${product.id}`, edited(product, { price: 0.1 })),
      await patch(admin, `/packages/${it.id}`, repacked(it, { price: -5 })),
      await post(admin, '/packages', bundle({ products: [line, line] })),
      await post(admin, '/packages', bundle({ products: [{ ...line, quantity: 0 }] })),
      await post(admin, '/packages', { ...bundle(), active: true }),
      await put(admin, `/places/${uuidv7()}`, { name: '', active: true, asksReceiver: false }),
      await put(admin, '/places/counter', { name: 'Kiosk', active: true, asksReceiver: false }),
    ];
    for (const answer of answers) expect((await refusal(answer)).code).toBe('invalid_input');
    expect(await everything()).toEqual(kept);
  });

  it('a cashier sees products, packages and places, and changes none', async () => {
    const cashier = await someone({ roles: ['cashier', 'releasing'] });
    const product = await onSale(admin);
    for (const path of ['/products', '/packages', '/places']) {
      expect((await ask(path, { as: cashier })).status).toBe(200);
    }
    const kept = await everything();
    const answers = [
      await post(cashier, '/products', novel()),
      await patch(cashier, `/products/${product.id}`, edited(product)),
      await adjust(cashier, product.id, 1),
      await ask(`/products/${product.id}/adjustments`, { as: cashier }),
      await post(cashier, '/packages', bundle()),
      await put(cashier, `/places/${COUNTER}`, { name: 'Mine', active: true, asksReceiver: false }),
    ];
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 403));
    expect(await everything()).toEqual(kept);
  });
});
