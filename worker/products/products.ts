/** Creates and edits products. stock.ts changes their stock. */
import {
  type EditProduct,
  type NewProduct,
  type Package,
  Product,
  type ProductFacts,
  type ProductList,
} from '../contract/products/products';
import { ask, type Fact, map, type Query, query, row, rows, together } from '../db/queries';
import type { Answer } from '../live/commit';
import { headsIn } from '../live/replay';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { firstState, createdBefore } from './made';
import { BY_NAME, PACKAGE, packageOf, type PackageRow, PRODUCT, productOf, type ProductRow } from './rows';

/** All products by name, inactive ones too, with the cursor of `orders`. */
export async function allProducts({ d1, me, now }: Scope): Promise<ProductList> {
  const { at, products } = await ask(
    d1,
    together({
      at: headsIn(d1, 'orders'),
      products: rows<ProductRow>(d1, `${PRODUCT} ${BY_NAME}`),
    }),
  );
  return {
    at,
    now: now(),
    currency: me.settings.currency,
    taxRate: me.settings.taxRate,
    products: products.map(productOf),
  };
}

/** @throws Refusal `sku_taken`, `barcode_taken`, `id_taken` */
export function createProduct(scope: Scope, input: NewProduct): Promise<Answer> {
  const { id } = input;
  return scope.commit({
    subject: subjectOf(id),
    action: 'product.created',
    facts: (d1) =>
      together({
        same: row(d1, 'SELECT 1 FROM products WHERE id = ?1', [id]),
        first: firstState(d1, subjectOf(id), 'product.created'),
        other: otherWith(d1, id, input),
      }),
    decide({ same, first, other }, _me, now) {
      const made: Product = { ...input, held: 0, sold: 0, short: 0, active: true, updatedAt: now };
      if (same) return createdBefore(first, made, { of: Product, action: 'product.created' });
      if (other) throw takenBy(other);
      return {
        write: insertion(made),
        before: null,
        after: made,
        publish: [{ channel: 'orders', type: 'product.created', data: made }],
      };
    },
  });
}

/**
 * Replaces a product without its stock, so that a sale never blocks the form. A new name publishes the product's packages too.
 * @throws Refusal `not_found`, `sku_taken`, `barcode_taken`, `changed_meanwhile` with the present product
 */
export function editProduct(
  scope: Scope,
  id: string,
  { seenAt, taxRate, favourite, color, ...input }: EditProduct,
): Promise<Answer> {
  // At the first look: an edit does not go on with packages that changed under it.
  let seen: string | undefined;
  return scope.commit({
    subject: subjectOf(id),
    action: 'product.updated',
    async facts(d1) {
      const found = await ask(
        d1,
        together({
          product: productWith(d1, id),
          packages: packagesOf(d1, id),
          other: otherWith(d1, id, input),
        }),
      );
      seen ??= stamp(found.packages);
      return { ...found, moved: stamp(found.packages) !== seen };
    },
    decide({ product, packages, moved, other }, _me, now) {
      if (product.updatedAt !== seenAt || moved) throw new Refusal('changed_meanwhile', { current: product });
      if (other) throw takenBy(other);
      const before = factsOf(product);
      const at = Math.max(now, before.updatedAt + 1); // forms compare it
      const after: ProductFacts = {
        id,
        ...input,
        updatedAt: at,
        taxRate: taxRate === undefined ? before.taxRate : taxRate,
        favourite: favourite ?? before.favourite,
        color: color === undefined ? before.color : color,
      };
      const renamed = before.name === after.name ? [] : packages.map((it) => withName(it, after));
      return {
        at,
        write: edit(after, seenAt, packages),
        before,
        after,
        publish: [
          { channel: 'orders', type: 'product.updated', data: after },
          ...renamed.map((data) => ({ channel: 'registrations', type: 'package.updated', data }) as const),
        ],
      };
    },
  });
}

/** @throws Refusal `not_found` */
export const productWith = (d1: D1Database, id: string): Fact<Product> =>
  map(row<ProductRow>(d1, `${PRODUCT} WHERE products.id = ?1`, [id]), (found) => {
    if (!found) throw new Refusal('not_found');
    return productOf(found);
  });

/** The journal's subject of a product. */
export const subjectOf = (id: string) => `product/${id}`;

const factsOf = ({
  stock: _stock,
  held: _held,
  sold: _sold,
  short: _short,
  ...facts
}: Product): ProductFacts => facts;

const packagesOf = (d1: D1Database, id: string): Fact<Package[]> =>
  map(
    rows<PackageRow>(
      d1,
      `${PACKAGE} WHERE packages.id IN (SELECT package_id FROM package_products WHERE product_id = ?1) ORDER BY packages.id`,
      [id],
    ),
    (found) => found.map(packageOf),
  );

const withName = (it: Package, { id, name }: ProductFacts): Package => ({
  ...it,
  products: it.products.map((line) => (line.id === id ? { ...line, name } : line)),
});

const insertion = (made: Product): Query =>
  query(
    `INSERT INTO products (id, sku, barcode, name, category, price, stock, low_at, updated_at, tax_rate, favourite, color)
     VALUES (?1 ->> 'id', ?1 ->> 'sku', ?1 ->> 'barcode', ?1 ->> 'name', ?1 ->> 'category', ?1 ->> 'price', ?1 ->> 'stock',
       ?1 ->> 'lowAt', ?1 ->> 'updatedAt', ?1 ->> 'taxRate', ?1 ->> 'favourite', ?1 ->> 'color')`,
    [JSON.stringify(made)],
  );

/** The write requires the versions of the product's packages unchanged, so that the published packages are correct. */
const edit = (after: ProductFacts, seenAt: number, packages: readonly Package[]): Query =>
  query(
    `UPDATE products SET sku = ?2 ->> 'sku', barcode = ?2 ->> 'barcode', name = ?2 ->> 'name', category = ?2 ->> 'category',
       price = ?2 ->> 'price', low_at = ?2 ->> 'lowAt', active = ?2 ->> 'active', updated_at = ?2 ->> 'updatedAt',
       tax_rate = ?2 ->> 'taxRate', favourite = ?2 ->> 'favourite', color = ?2 ->> 'color'
     WHERE id = ?1 AND updated_at = ?3 AND ?4 =
       (SELECT coalesce(group_concat(id || '@' || updated_at), '') FROM (SELECT packages.id, packages.updated_at FROM packages
         JOIN package_products ON package_id = packages.id WHERE product_id = ?1 ORDER BY packages.id))`,
    [after.id, JSON.stringify(after), seenAt, stamp(packages)],
  );

const stamp = (packages: readonly Package[]): string =>
  packages.map(({ id, updatedAt }) => `${id}@${updatedAt}`).join(',');

interface Other {
  name: string;
  /** 1 for the same SKU; else the barcode is the same. */
  sku: number;
}

/** Another product with that SKU or barcode. */
const otherWith = (
  d1: D1Database,
  id: string,
  { sku, barcode }: Pick<NewProduct, 'sku' | 'barcode'>,
): Fact<Other | undefined> =>
  row<Other>(
    d1,
    `SELECT name, sku = ?2 COLLATE NOCASE AS sku FROM products
     WHERE id <> ?1 AND (sku = ?2 COLLATE NOCASE OR barcode = ?3) ORDER BY 2 DESC LIMIT 1`,
    [id, sku, barcode],
  );

function takenBy({ name, sku }: Other): Refusal {
  const field = sku === 1 ? 'sku' : 'barcode';
  const detail = `${name} has that ${field === 'sku' ? 'SKU' : 'barcode'}.`;
  return new Refusal(`${field}_taken`, { detail, issues: [{ path: field, message: detail }] });
}
