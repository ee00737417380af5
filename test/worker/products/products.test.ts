import { env } from 'cloudflare:workers';
import { uuidv7 } from 'uuidv7';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Package, Product, StockAdjustments } from '../../../worker/contract/products/products';
import { ask, everything, listening, newKey, type Someone, someone } from '../workplace';
import {
  adjust,
  bundle,
  bundled,
  edited,
  eventsSince,
  list,
  meanwhile,
  novel,
  one,
  onSale,
  pack,
  packs,
  patch,
  post,
  refusal,
  repacked,
} from './catalogue';

let admin: Someone;
beforeEach(async () => {
  admin = await someone({ roles: ['admin'], name: 'Ana Kovač' });
});

describe('a product', () => {
  it('is on sale with its first stock, and published to people who work on orders', async () => {
    const cashier = await someone({ roles: ['cashier'] });
    const till = await listening(cashier, 'orders');
    const input = novel();
    const product = {
      ...input,
      held: 0,
      sold: 0,
      short: 0,
      active: true,
      updatedAt: expect.any(Number) as number,
    };
    const answer = await (await post(admin, '/products', input)).json();
    expect(answer).toEqual({ product, receipt: expect.any(Object) as object });
    await till.until(() => till.events.length > 0);
    expect(till.events).toMatchObject([{ type: 'product.created', data: product }]);
    expect(await one(cashier, input.id)).toEqual(product);
  });

  it('created twice is one: with the same key, or the same content and another key', async () => {
    const [input, key] = [novel(), newKey()];
    const before = await list(admin);
    const answers = [
      await post(admin, '/products', input, key),
      await post(admin, '/products', input, key),
      await post(admin, '/products', input),
    ];
    const bodies = await Promise.all(answers.map((answer) => answer.json()));
    expect(bodies[1]).toEqual(bodies[0]);
    expect(bodies[2]).toEqual(bodies[0]);
    expect(await eventsSince(admin, 'orders', before)).toHaveLength(1);
  });

  it('is refused with another product’s id, SKU in any case, or barcode', async () => {
    const there = await onSale(admin, { sku: 'Tea-Mint', barcode: '4001234' });
    const kept = await everything();
    const tries = [
      [novel({ id: there.id }), 'id_taken'],
      [novel({ sku: 'TEA-MINT' }), 'sku_taken'],
      [novel({ barcode: '4001234' }), 'barcode_taken'],
    ] as const;
    for (const [input, code] of tries) {
      const answer = await post(admin, '/products', input);
      expect(answer.status).toBe(409);
      expect((await refusal(answer)).code).toBe(code);
    }
    expect(await refusal(await post(admin, '/products', novel({ sku: 'tea-mint' })))).toMatchObject({
      detail: `${there.name} has that SKU.`,
      issues: [{ path: 'sku' }],
    });
    expect(await everything()).toEqual(kept);
  });

  it('is edited and published without its stock', async () => {
    const product = await onSale(admin);
    const before = await list(admin);
    const change = { name: 'Flat white', price: 340, category: null, barcode: null, active: false };
    const answer = await patch(admin, `/products/${product.id}`, edited(product, change));
    const { stock: _stock, held: _held, sold: _sold, short: _short, ...facts } = { ...product, ...change };
    const body = await answer.json<{ product: Product }>();
    expect(body.product).toEqual({ ...facts, updatedAt: body.product.updatedAt });
    expect(body.product.updatedAt).toBeGreaterThan(product.updatedAt);
    expect(await eventsSince(admin, 'orders', before)).toEqual([
      { type: 'product.updated', data: body.product },
    ]);
    expect(await one(admin, product.id)).toEqual({ ...product, ...body.product });
  });

  it('has its own tax rate, its colour and its place among the favourites', async () => {
    const look = { taxRate: 700, favourite: true, color: 'teal' } as const;
    const product = await onSale(admin, look);
    expect(await one(admin, product.id)).toMatchObject(look);
    const plain = { taxRate: null, favourite: false, color: null };
    const answer = await patch(admin, `/products/${product.id}`, edited(product, plain));
    expect(await answer.json()).toMatchObject({ product: plain });
    expect(await one(admin, product.id)).toMatchObject(plain);
  });

  it('edited by a page of an earlier release keeps the fields that it does not know', async () => {
    const look = { taxRate: 700, favourite: true, color: 'teal' } as const;
    const product = await onSale(admin, look);
    const { taxRate: _rate, favourite: _favourite, color: _color, ...known } = edited(product, { price: 1 });
    expect((await patch(admin, `/products/${product.id}`, known)).status).toBe(200);
    expect(await one(admin, product.id)).toMatchObject({ ...look, price: 1 });
  });

  it('created again by a page of an earlier release, or answered from its key, is complete', async () => {
    const [input, key] = [novel(), newKey()];
    const { taxRate: _rate, favourite: _favourite, color: _color, ...known } = input;
    const first = await (await post(admin, '/products', known, key)).json<{ product: Product }>();
    expect(first.product).toMatchObject({ taxRate: null, favourite: false, color: null, short: 0 });
    // As the release before has written them.
    for (const path of ['$.taxRate', '$.favourite', '$.color', '$.short'])
      await env.DB.prepare('UPDATE journal SET after = json_remove(after, ?2) WHERE subject = ?1')
        .bind(`product/${input.id}`, path)
        .run();
    expect(await (await post(admin, '/products', known, key)).json()).toEqual(first);
    expect(await (await post(admin, '/products', known)).json()).toEqual(first);
    expect((await post(admin, '/products', { ...known, taxRate: 700 })).status).toBe(409);
  });

  it('edited by two people keeps the first edit, and shows it to the second person', async () => {
    const other = await someone({ roles: ['admin'] });
    const product = await onSale(admin);
    const answers = await Promise.all([
      patch(admin, `/products/${product.id}`, edited(product, { price: 100 })),
      patch(other, `/products/${product.id}`, edited(product, { price: 200 })),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    const lost = answers.find(({ status }) => status === 409) as Response;
    const now = await one(admin, product.id);
    expect(await refusal(lost)).toMatchObject({ code: 'changed_meanwhile', current: now });
    expect(now.price).toBe(answers[0]?.ok ? 100 : 200);
  });

  it('can be edited while its stock moves, and both changes are kept', async () => {
    const product = await onSale(admin);
    const answers = await Promise.all([
      adjust(admin, product.id, -3),
      patch(admin, `/products/${product.id}`, edited(product, { price: 999 })),
      adjust(admin, product.id, 10),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await one(admin, product.id)).toMatchObject({ price: 999, stock: 27 });
  });

  it('cannot get another product’s SKU', async () => {
    const [mint, sage] = [await onSale(admin), await onSale(admin)];
    const answer = await patch(admin, `/products/${sage.id}`, edited(sage, { sku: mint.sku.toLowerCase() }));
    expect((await refusal(answer)).code).toBe('sku_taken');
    expect(await one(admin, sage.id)).toEqual(sage);
    expect((await patch(admin, `/products/${uuidv7()}`, edited(sage))).status).toBe(404);
  });

  it('renamed is renamed in its packages, which are published', async () => {
    const product = await onSale(admin);
    const it = await bundled(admin, { products: [{ id: product.id, quantity: 2 }] });
    const before = await packs(admin);
    await patch(admin, `/products/${product.id}`, edited(product, { name: 'Oat flat white' }));
    const renamed = { ...it, products: [{ id: product.id, name: 'Oat flat white', quantity: 2 }] };
    expect(await eventsSince(admin, 'registrations', before)).toEqual([
      { type: 'package.updated', data: renamed },
    ]);
    expect(await pack(admin, it.id)).toEqual(renamed);
  });

  it('renamed while one of its packages changes is refused, because the package’s event would be wrong', async () => {
    const product = await onSale(admin);
    const it = await bundled(admin, { products: [{ id: product.id, quantity: 2 }] });
    const before = await packs(admin);
    const cheaper = () => patch(admin, `/packages/${it.id}`, repacked(it, { price: 1 }));
    const rename = (env?: ReturnType<typeof meanwhile>) =>
      ask(`/products/${product.id}`, {
        method: 'PATCH',
        as: admin,
        key: newKey(),
        json: edited(product, { name: 'Mocha' }),
        ...(env && { env }),
      });
    const refused = await rename(meanwhile(cheaper));
    expect(await refusal(refused)).toMatchObject({ code: 'changed_meanwhile', current: product });
    expect((await rename()).status).toBe(200);
    const events = await eventsSince(admin, 'registrations', before);
    expect(events.map(({ data }) => data as Package)).toMatchObject([
      { price: 1, products: [{ name: product.name }] },
      { price: 1, products: [{ name: 'Mocha' }] },
    ]);
  });

  it('and a package created at the same moment agree on its name', async () => {
    const product = await onSale(admin);
    const before = await packs(admin);
    const input = bundle({ products: [{ id: product.id, quantity: 1 }] });
    await Promise.all([
      patch(admin, `/products/${product.id}`, edited(product, { name: 'Chai latte' })),
      post(admin, '/packages', input),
    ]);
    const last = (await eventsSince(admin, 'registrations', before)).at(-1)?.data;
    expect(last).toEqual(await pack(admin, input.id));
  });
});

describe('stock', () => {
  it('is adjusted by a difference with a reason, which the history keeps', async () => {
    const product = await onSale(admin);
    const before = await list(admin);
    expect(await (await adjust(admin, product.id, 12, 'Delivery of Friday')).json()).toMatchObject({
      adjustment: { productId: product.id, quantity: 12, reason: 'Delivery of Friday' },
    });
    await adjust(admin, product.id, -2, 'Broken');
    const history = await (
      await ask(`/products/${product.id}/adjustments`, { as: admin })
    ).json<StockAdjustments>();
    expect(history.adjustments).toMatchObject([
      { quantity: -2, reason: 'Broken', by: 'Ana Kovač' },
      { quantity: 12, reason: 'Delivery of Friday', by: 'Ana Kovač' },
    ]);
    const change = (stock: number) => ({ changes: [{ id: product.id, stock, held: 0, sold: 0, short: 0 }] });
    expect(await eventsSince(admin, 'orders', before)).toEqual([
      { type: 'stock.changed', data: change(12) },
      { type: 'stock.changed', data: change(-2) },
    ]);
    expect((await one(admin, product.id)).stock).toBe(30);
  });

  it('adjusted ten times at the same moment is the sum, and so are the events', async () => {
    const product = await onSale(admin);
    const before = await list(admin);
    const quantities = [1, 2, 3, 4, 5, -1, -2, -3, 10, 20];
    const answers = await Promise.all(quantities.map((quantity) => adjust(admin, product.id, quantity)));
    expect(answers.every(({ ok }) => ok)).toBe(true);
    expect((await one(admin, product.id)).stock).toBe(product.stock + 39);
    const events = await eventsSince(admin, 'orders', before);
    const sum = events.flatMap(({ data }) => (data as { changes: { stock: number }[] }).changes);
    expect(sum.reduce((all, { stock }) => all + stock, 0)).toBe(39);
  });

  it('is never below zero: of two people who take the last pieces, one gets the number left', async () => {
    const product = await onSale(admin, { stock: 3 });
    const answers = await Promise.all([adjust(admin, product.id, -2), adjust(admin, product.id, -2)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    const lost = answers.find(({ status }) => status === 409) as Response;
    expect(await refusal(lost)).toMatchObject({
      code: 'out_of_stock',
      detail: `${product.name}: only 1 available.`,
      current: { id: product.id, stock: 1 },
    });
    expect((await one(admin, product.id)).stock).toBe(1);
  });

  const shelves = async (id: string) => {
    const { stock, held, sold, short } = await one(admin, id);
    return { stock, held, sold, short };
  };
  const oversold = async (short: number) => {
    const product = await onSale(admin, { stock: 0 });
    await env.DB.prepare('UPDATE products SET sold = ?2, short = ?2 WHERE id = ?1')
      .bind(product.id, short)
      .run();
    return product;
  };

  it('that arrives covers first what was sold without network, and the event carries both', async () => {
    const product = await oversold(3);
    const before = await list(admin);
    await adjust(admin, product.id, 2);
    expect(await shelves(product.id)).toEqual({ stock: 0, held: 0, sold: 3, short: 1 });
    await adjust(admin, product.id, 5);
    expect(await shelves(product.id)).toEqual({ stock: 4, held: 0, sold: 3, short: 0 });
    await adjust(admin, product.id, -4);
    expect(await shelves(product.id)).toEqual({ stock: 0, held: 0, sold: 3, short: 0 });
    const change = (stock: number, short: number) => ({
      type: 'stock.changed',
      data: { changes: [{ id: product.id, stock, held: 0, sold: 0, short }] },
    });
    expect(await eventsSince(admin, 'orders', before)).toEqual([change(0, -2), change(4, -1), change(-4, 0)]);
  });

  it('that arrives while a sale without network does covers that sale too', async () => {
    const product = await oversold(1);
    const before = await list(admin);
    const sold = () =>
      env.DB.prepare('UPDATE products SET sold = sold + 4, short = short + 4 WHERE id = ?1')
        .bind(product.id)
        .run();
    const answer = await ask(`/products/${product.id}/adjustments`, {
      as: admin,
      key: newKey(),
      json: { quantity: 10, reason: 'Delivery' },
      env: meanwhile(sold),
    });
    expect(answer.status).toBe(200);
    expect(await shelves(product.id)).toEqual({ stock: 5, held: 0, sold: 5, short: 0 });
    expect(await eventsSince(admin, 'orders', before)).toMatchObject([
      { data: { changes: [{ stock: 5, short: -5 }] } },
    ]);
  });

  it('is adjusted once by repeated requests, without the held pieces', async () => {
    const [product, key] = [await onSale(admin, { stock: 5 }), newKey()];
    await env.DB.prepare('UPDATE products SET stock = 1, held = 4 WHERE id = ?').bind(product.id).run();
    await Promise.all([
      adjust(admin, product.id, -1, 'Not returned', key),
      adjust(admin, product.id, -1, 'Not returned', key),
    ]);
    expect(await one(admin, product.id)).toMatchObject({ stock: 0, held: 4, sold: 0 });
    expect((await adjust(admin, product.id, -1)).status).toBe(409);
    expect((await adjust(admin, product.id, 7, 'Not returned', key)).status).toBe(422);
  });

  it('of an unknown product is not adjusted, and has no history', async () => {
    expect((await adjust(admin, uuidv7(), 1)).status).toBe(404);
    expect((await ask(`/products/${uuidv7()}/adjustments`, { as: admin })).status).toBe(404);
  });
});

it('the journal has changes of products under their names', async () => {
  const product = await onSale(admin, { name: 'Carrot cake' });
  await adjust(admin, product.id, 2, 'Baked this morning');
  const { entries } = await (
    await ask('/journal?q=Carrot', { as: admin })
  ).json<{ entries: { action: string; about: string }[] }>();
  expect(entries.map(({ action, about }) => [action, about])).toEqual([
    ['stock.adjusted', 'Carrot cake'],
    ['product.created', 'Carrot cake'],
  ]);
});
