/** What is on sale: products made and changed. How many there are of each is another matter (stock.ts). */
import { and, eq, sql } from 'drizzle-orm';
import type {
  EditProduct,
  NewProduct,
  Package,
  Product,
  ProductFacts,
  ProductList,
} from '../contract/products/products';
import { rowsOf } from '../db/client';
import { products } from '../db/schema';
import type { Answer } from '../live/commit';
import { cursorOf, readCursor } from '../live/replay';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { madeBefore } from './made';
import { BY_NAME, PACKAGE, packageOf, type PackageRow, PRODUCT, productOf, type ProductRow } from './rows';

/** All products by name, also those not sold any more, with the cursor of `orders`. */
export async function allProducts({ d1, me, now }: Scope): Promise<ProductList> {
  const [cursor, rows] = await d1.batch([cursorOf(d1, 'orders'), d1.prepare(`${PRODUCT} ${BY_NAME}`)]);
  return {
    ...readCursor(cursor),
    now: now(),
    currency: me.settings.currency,
    products: rowsOf<ProductRow>(rows).map(productOf),
  };
}

/**
 * Puts something on sale.
 * @throws Refusal `sku_taken`, `barcode_taken`, `id_taken`, `key_reused`, `unavailable`
 */
export async function createProduct(scope: Scope, asked: NewProduct): Promise<Answer> {
  const at = scope.now();
  const made: Product = { ...asked, held: 0, sold: 0, active: true, updatedAt: at };
  const answer = await scope.attempt({
    at,
    changes: [
      {
        write: scope.db.insert(products).values({ ...asked, active: 1, updatedAt: at }),
        action: 'product.created',
        subject: subjectOf(asked.id),
        before: null,
        after: made,
      },
    ],
    publish: [{ channel: 'orders', type: 'product.created', data: made }],
  });
  if (answer) return answer;
  if (await find(scope, asked.id)) return madeBefore(scope, subjectOf(asked.id), 'product.created', made);
  await mustBeFree(scope, asked.id, asked);
  throw new Refusal('changed_meanwhile');
}

/**
 * Changes everything about a product but its stock, so that a sale never stands in a form's way. Packages with it are told
 * anew where its name changes.
 * @throws Refusal `not_found`, `sku_taken`, `barcode_taken`, `changed_meanwhile` with the product as it is now
 */
export async function editProduct(
  scope: Scope,
  id: string,
  { seenAt, ...asked }: EditProduct,
): Promise<Answer> {
  const { product, packages } = await productInPackages(scope, id);
  const before = factsOf(product);
  const at = Math.max(scope.now(), before.updatedAt + 1); // forms tell states apart by it
  const after: ProductFacts = { id, ...asked, updatedAt: at };
  const renamed = before.name === after.name ? [] : packages.map((it) => withName(it, after));
  const answer = await scope.attempt({
    at,
    changes: [
      {
        write: scope.db
          .update(products)
          .set({ ...asked, active: asked.active ? 1 : 0, updatedAt: at })
          .where(
            and(
              eq(products.id, id),
              eq(products.updatedAt, seenAt),
              sql`${packagesWith(id)} IS ${stamp(packages)}`,
            ),
          ),
        action: 'product.updated',
        subject: subjectOf(id),
        before,
        after,
      },
    ],
    publish: [
      { channel: 'orders', type: 'product.updated', data: after },
      ...renamed.map((data) => ({ channel: 'registrations', type: 'package.updated', data }) as const),
    ],
  });
  if (answer) return answer;
  const current = await productWith(scope, id);
  if (current.updatedAt === seenAt) await mustBeFree(scope, id, asked);
  throw new Refusal('changed_meanwhile', { current });
}

/** The product of that id. @throws Refusal `not_found` */
export async function productWith(scope: Scope, id: string): Promise<Product> {
  const row = await find(scope, id);
  if (!row) throw new Refusal('not_found');
  return productOf(row);
}

/** What the journal calls a product. */
export const subjectOf = (id: string) => `product/${id}`;

const find = ({ d1 }: Scope, id: string): Promise<ProductRow | null> =>
  d1.prepare(`${PRODUCT} WHERE products.id = ?1`).bind(id).first<ProductRow>();

const factsOf = ({ stock: _stock, held: _held, sold: _sold, ...facts }: Product): ProductFacts => facts;

async function productInPackages(
  { d1 }: Scope,
  id: string,
): Promise<{ product: Product; packages: Package[] }> {
  const [rows, packs] = await d1.batch([
    d1.prepare(`${PRODUCT} WHERE products.id = ?1`).bind(id),
    d1
      .prepare(
        `${PACKAGE} WHERE packages.id IN (SELECT package_id FROM package_products WHERE product_id = ?1) ORDER BY packages.id`,
      )
      .bind(id),
  ]);
  const [row] = rowsOf<ProductRow>(rows);
  if (!row) throw new Refusal('not_found');
  return { product: productOf(row), packages: rowsOf<PackageRow>(packs).map(packageOf) };
}

const withName = (it: Package, { id, name }: ProductFacts): Package => ({
  ...it,
  products: it.products.map((line) => (line.id === id ? { ...line, name } : line)),
});

/** SQL: which packages have the product, and how they stand: what is told of them must be what is true at the commit. */
const packagesWith = (id: string) =>
  sql`(SELECT group_concat(id || '@' || updated_at) FROM (SELECT packages.id, packages.updated_at FROM packages
    JOIN package_products ON package_id = packages.id WHERE product_id = ${id} ORDER BY packages.id))`;
const stamp = (packages: readonly Package[]): string | null =>
  packages.map(({ id, updatedAt }) => `${id}@${updatedAt}`).join(',') || null;

/** @throws Refusal `sku_taken`, `barcode_taken` where another product has them */
async function mustBeFree(
  { d1 }: Scope,
  id: string,
  { sku, barcode }: Pick<NewProduct, 'sku' | 'barcode'>,
): Promise<void> {
  const other = await d1
    .prepare(
      `SELECT name, sku = ?2 COLLATE NOCASE AS sku FROM products
       WHERE id <> ?1 AND (sku = ?2 COLLATE NOCASE OR barcode = ?3) ORDER BY 2 DESC LIMIT 1`,
    )
    .bind(id, sku, barcode)
    .first<{ name: string; sku: number }>();
  if (other) {
    const field = other.sku === 1 ? 'sku' : 'barcode';
    const detail = `${other.name} has that ${field === 'sku' ? 'SKU' : 'barcode'}.`;
    throw new Refusal(`${field}_taken`, { detail, issues: [{ path: field, message: detail }] });
  }
}
