/** Products and packages through the routes, and what was published of them. */
import { env } from 'cloudflare:workers';
import { uuidv7 } from 'uuidv7';
import type {
  NewPackage,
  NewProduct,
  Package,
  PackageList,
  Product,
  ProductList,
} from '../../../worker/contract/products/products';
import type { Heads } from '../../../worker/contract/wire';
import { ask, newKey, sinceIn, type Someone } from '../workplace';

export const COUNTER = '019dd7f0-0000-7000-8000-000000000001';

let count = 0;
export const novel = (it: Partial<NewProduct> = {}): NewProduct => {
  count += 1;
  const name = `Filter coffee ${count}`;
  const about = {
    id: uuidv7(),
    sku: `CAF-${count}`,
    barcode: `40000000${count}`,
    name,
    category: 'Hot drinks',
  };
  const look = { taxRate: null, favourite: false, color: null };
  return { ...about, price: 250, lowAt: 5, stock: 20, ...look, ...it };
};
export const bundle = (it: Partial<NewPackage> = {}): NewPackage => {
  count += 1;
  return {
    id: uuidv7(),
    name: `Welcome ${count}`,
    description: null,
    price: 4_900,
    products: [],
    taxRate: null,
    ...it,
  };
};

export const post = (as: Someone, path: string, json: unknown, key = newKey()) =>
  ask(path, { as, json, key });
export const patch = (as: Someone, path: string, json: unknown, key = newKey()) =>
  ask(path, { method: 'PATCH', as, json, key });
export const put = (as: Someone, path: string, json: unknown) =>
  ask(path, { method: 'PUT', as, json, key: newKey() });
export const adjust = (
  as: Someone,
  id: string,
  quantity: unknown,
  reason: unknown = 'Delivery',
  key = newKey(),
) => post(as, `/products/${id}/adjustments`, { quantity, reason }, key);

interface Refused {
  code: string;
  detail?: string;
  issues?: { path: string; message: string }[];
  current?: unknown;
}
export const refusal = async (answer: Response): Promise<Refused> => answer.json<Refused>();
export const list = async (as: Someone) => (await ask('/products', { as })).json<ProductList>();
export const packs = async (as: Someone) => (await ask('/packages', { as })).json<PackageList>();
export const one = async (as: Someone, id: string) =>
  (await list(as)).products.find((it) => it.id === id) as Product;
export const pack = async (as: Someone, id: string) =>
  (await packs(as)).packages.find((it) => it.id === id) as Package;
export const onSale = async (as: Someone, it: Partial<NewProduct> = {}): Promise<Product> =>
  (await (await post(as, '/products', novel(it))).json<{ product: Product }>()).product;
export const bundled = async (as: Someone, it: Partial<NewPackage> = {}): Promise<Package> =>
  (await (await post(as, '/packages', bundle(it))).json<{ package: Package }>()).package;

/** The input of a form that changes these fields. */
export const edited = (
  { id: _id, stock: _stock, held: _held, sold: _sold, short: _short, updatedAt, ...it }: Product,
  change: object = {},
) => ({ ...it, seenAt: updatedAt, ...change });
export const repacked = ({ id: _id, updatedAt, products, ...it }: Package, change: object = {}) => ({
  ...it,
  products: products.map(({ id, quantity }) => ({ id, quantity })),
  seenAt: updatedAt,
  ...change,
});

/** A channel's events after that head, without their numbers. */
export async function eventsSince(as: Someone, channel: string, { at }: { at: Heads }) {
  const answer = await ask(sinceIn(at, channel), { as });
  const { events } = await answer.json<{ events: { type: string; data: unknown; by: string }[] }>();
  return events.map(({ type, data }) => ({ type, data }));
}

/** The database; it runs something between a request's read and its write. */
export function meanwhile(act: () => Promise<unknown>): typeof env {
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
