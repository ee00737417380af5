import { env } from 'cloudflare:workers';
import { uuidv7 } from 'uuidv7';
import { beforeEach, describe, expect, it } from 'vitest';
import type {
  NewPackage,
  NewProduct,
  Package,
  PackageList,
  PlaceList,
  Product,
  ProductList,
  StockAdjustments,
} from '../../../worker/contract/products/products';
import type { Heads } from '../../../worker/contract/wire';
import { ask, everything, listening, newKey, sinceIn, type Someone, someone } from '../workplace';

const COUNTER = '019dd7f0-0000-7000-8000-000000000001';

let count = 0;
const novel = (it: Partial<NewProduct> = {}): NewProduct => {
  count += 1;
  const name = `Filter coffee ${count}`;
  const about = {
    id: uuidv7(),
    sku: `CAF-${count}`,
    barcode: `40000000${count}`,
    name,
    category: 'Hot drinks',
  };
  return { ...about, price: 250, lowAt: 5, stock: 20, ...it };
};
const bundle = (it: Partial<NewPackage> = {}): NewPackage => {
  count += 1;
  return { id: uuidv7(), name: `Welcome ${count}`, description: null, price: 4_900, products: [], ...it };
};

const post = (as: Someone, path: string, json: unknown, key = newKey()) => ask(path, { as, json, key });
const patch = (as: Someone, path: string, json: unknown, key = newKey()) =>
  ask(path, { method: 'PATCH', as, json, key });
const put = (as: Someone, path: string, json: unknown) =>
  ask(path, { method: 'PUT', as, json, key: newKey() });
const adjust = (as: Someone, id: string, quantity: unknown, reason: unknown = 'Delivery', key = newKey()) =>
  post(as, `/products/${id}/adjustments`, { quantity, reason }, key);

interface Refused {
  code: string;
  detail?: string;
  issues?: { path: string; message: string }[];
  current?: unknown;
}
const refusal = async (answer: Response): Promise<Refused> => answer.json<Refused>();
const list = async (as: Someone) => (await ask('/products', { as })).json<ProductList>();
const packs = async (as: Someone) => (await ask('/packages', { as })).json<PackageList>();
const one = async (as: Someone, id: string) =>
  (await list(as)).products.find((it) => it.id === id) as Product;
const pack = async (as: Someone, id: string) =>
  (await packs(as)).packages.find((it) => it.id === id) as Package;
const onSale = async (as: Someone, it: Partial<NewProduct> = {}): Promise<Product> =>
  (await (await post(as, '/products', novel(it))).json<{ product: Product }>()).product;
const bundled = async (as: Someone, it: Partial<NewPackage> = {}): Promise<Package> =>
  (await (await post(as, '/packages', bundle(it))).json<{ package: Package }>()).package;

/** The input of a form that changes these fields. */
const edited = (
  { id: _id, stock: _stock, held: _held, sold: _sold, updatedAt, ...it }: Product,
  change: object = {},
) => ({ ...it, seenAt: updatedAt, ...change });
const repacked = ({ id: _id, updatedAt, products, ...it }: Package, change: object = {}) => ({
  ...it,
  products: products.map(({ id, quantity }) => ({ id, quantity })),
  seenAt: updatedAt,
  ...change,
});

/** A channel's events after that head, without their numbers. */
async function eventsSince(as: Someone, channel: string, { at }: { at: Heads }) {
  const answer = await ask(sinceIn(at, channel), { as });
  const { events } = await answer.json<{ events: { type: string; data: unknown; by: string }[] }>();
  return events.map(({ type, data }) => ({ type, data }));
}

/** The database; it runs something between a request's read and its write. */
function meanwhile(act: () => Promise<unknown>): typeof env {
  let [writing, done] = [false, false];
  const DB = new Proxy(env.DB, {
    get: (db, name) => {
      if (name === 'prepare')
        return (sql: string) => {
          writing ||= sql.includes('INSERT INTO journal');
          return db.prepare(sql);
        };
      if (name === 'batch')
        return async (statements: D1PreparedStatement[]) => {
          if (writing && !done) {
            done = true;
            await act();
          }
          return db.batch(statements);
        };
      const value: unknown = Reflect.get(db, name);
      return typeof value === 'function' ? (value.bind(db) as unknown) : value;
    },
  });
  return { ...env, DB };
}

let admin: Someone;
beforeEach(async () => {
  admin = await someone({ roles: ['admin'], name: 'Ana Kovač' });
});

describe('a product', () => {
  it('is on sale with its first stock, and published to people who work on orders', async () => {
    const cashier = await someone({ roles: ['cashier'] });
    const till = await listening(cashier, 'orders');
    const input = novel();
    const product = { ...input, held: 0, sold: 0, active: true, updatedAt: expect.any(Number) as number };
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
    const { stock: _stock, held: _held, sold: _sold, ...facts } = { ...product, ...change };
    const body = await answer.json<{ product: Product }>();
    expect(body.product).toEqual({ ...facts, updatedAt: body.product.updatedAt });
    expect(body.product.updatedAt).toBeGreaterThan(product.updatedAt);
    expect(await eventsSince(admin, 'orders', before)).toEqual([
      { type: 'product.updated', data: body.product },
    ]);
    expect(await one(admin, product.id)).toEqual({ ...product, ...body.product });
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
    const change = (stock: number) => ({ changes: [{ id: product.id, stock, held: 0, sold: 0 }] });
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

describe('a package', () => {
  it('names its products in order, and is published to people who take registrations', async () => {
    const [tea, mug] = [await onSale(admin, { name: 'Tea' }), await onSale(admin, { name: 'Mug' })];
    const desk = await listening(await someone({ roles: ['releasing'] }), 'registrations');
    const lines = [
      { id: tea.id, quantity: 3 },
      { id: mug.id, quantity: 1 },
    ];
    const it = await bundled(admin, { products: lines });
    expect(it.products).toEqual([
      { id: mug.id, name: 'Mug', quantity: 1 },
      { id: tea.id, name: 'Tea', quantity: 3 },
    ]);
    await desk.until(() => desk.events.length > 0);
    expect(desk.events).toMatchObject([{ type: 'package.updated', data: it }]);
    expect(await pack(admin, it.id)).toEqual(it);
  });

  it('is replaced by one of two simultaneous edits', async () => {
    const [tea, mug] = [await onSale(admin), await onSale(admin)];
    const it = await bundled(admin, { products: [{ id: tea.id, quantity: 3 }] });
    const change = (quantity: number) =>
      patch(admin, `/packages/${it.id}`, repacked(it, { products: [{ id: mug.id, quantity }] }));
    const answers = await Promise.all([change(1), change(2)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    const now = await pack(admin, it.id);
    expect(now.products).toEqual([{ id: mug.id, name: mug.name, quantity: answers[0]?.ok ? 1 : 2 }]);
    const lost = answers.find(({ status }) => status === 409) as Response;
    expect(await refusal(lost)).toMatchObject({ code: 'changed_meanwhile', current: now });
  });

  it('with unknown products, or inactive ones while it is active, is refused by name, and nothing is written', async () => {
    const [tea, mug] = [await onSale(admin), await onSale(admin)];
    const it = await bundled(admin, { products: [{ id: mug.id, quantity: 1 }] });
    await patch(admin, `/products/${mug.id}`, edited(mug, { active: false }));
    const kept = await everything();
    const lines = [tea.id, uuidv7(), mug.id].map((id) => ({ id, quantity: 1 }));
    const unknown = await post(admin, '/packages', bundle({ products: lines }));
    expect(unknown.status).toBe(400);
    expect((await refusal(unknown)).issues).toEqual([{ path: 'products.1.id', message: 'is no product' }]);
    const unsold = await patch(admin, `/packages/${it.id}`, repacked(it, { price: 1 }));
    expect(await refusal(unsold)).toMatchObject({
      code: 'product_inactive',
      detail: `${mug.name} is no longer sold.`,
      issues: [{ path: 'products.0.id' }],
    });
    expect(await everything()).toEqual(kept);
    expect((await patch(admin, `/packages/${it.id}`, repacked(it, { active: false }))).status).toBe(200);
  });

  it('has a unique name in any case, and created twice is one', async () => {
    const it = await bundled(admin, { name: 'Family' });
    const other = await bundled(admin);
    const kept = await everything();
    const tries = [
      await post(admin, '/packages', bundle({ name: 'FAMILY' })),
      await patch(admin, `/packages/${other.id}`, repacked(other, { name: 'family' })),
    ];
    for (const answer of tries) expect((await refusal(answer)).code).toBe('name_taken');
    expect((await refusal(await post(admin, '/packages', bundle({ id: it.id })))).code).toBe('id_taken');
    expect(await everything()).toEqual(kept);
    const { id, name, description, price } = it;
    expect((await post(admin, '/packages', { id, name, description, price, products: [] })).status).toBe(200);
    expect((await patch(admin, `/packages/${uuidv7()}`, repacked(it))).status).toBe(404);
  });
});

describe('a place', () => {
  const places = async () => (await (await ask('/places', { as: admin })).json<PlaceList>()).places;

  it('is created, renamed and closed, and published to people who work on orders', async () => {
    const id = uuidv7();
    const before = await list(admin);
    const steps = [
      { name: 'Café', active: true },
      { name: 'Garden café', active: true },
      { name: 'Garden café', active: false },
    ];
    for (const step of steps) {
      const answer = await put(admin, `/places/${id}`, step);
      expect(await answer.json()).toMatchObject({ place: { id, ...step } });
    }
    expect(await eventsSince(admin, 'orders', before)).toEqual(
      steps.map((step) => ({ type: 'place.updated', data: { id, ...step } })),
    );
    expect(await places()).toContainEqual({ id, name: 'Garden café', active: false });
    expect(
      (await refusal(await put(admin, `/places/${uuidv7()}`, { name: 'COUNTER', active: true }))).code,
    ).toBe('name_taken');
  });

  it('cannot be closed if it is the last one, also when the last two are closed at the same moment', async () => {
    const second = uuidv7();
    await put(admin, `/places/${second}`, { name: 'Shop', active: true });
    const answers = await Promise.all([
      put(admin, `/places/${second}`, { name: 'Shop', active: false }),
      put(admin, `/places/${COUNTER}`, { name: 'Counter', active: false }),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    const lost = answers.find(({ status }) => status === 409) as Response;
    expect((await refusal(lost)).code).toBe('last_place');
    expect((await places()).filter(({ active }) => active)).toHaveLength(1);
  });
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
    ['an unknown field', 'sold', { sold: 3 }],
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
      await put(admin, `/places/${uuidv7()}`, { name: '', active: true }),
      await put(admin, '/places/counter', { name: 'Kiosk', active: true }),
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
      await put(cashier, `/places/${COUNTER}`, { name: 'Mine', active: true }),
    ];
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 403));
    expect(await everything()).toEqual(kept);
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
