/** Products that are sold together to somebody who registers. */
import type { EditPackage, NewPackage, Package, PackageList } from '../contract/products/products';
import { type Query, query, rowsOf } from '../db/client';
import type { Answer } from '../live/commit';
import { cursorOf, readCursor } from '../live/replay';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { madeBefore } from './made';
import { PACKAGE, packageOf, type PackageRow } from './rows';

/** All packages by name, also those not sold any more, with the cursor of `registrations`. */
export async function allPackages({ d1, me, now }: Scope): Promise<PackageList> {
  const [cursor, rows] = await d1.batch([
    cursorOf(d1, 'registrations'),
    d1.prepare(`${PACKAGE} ORDER BY packages.name COLLATE NOCASE, packages.id`),
  ]);
  const { currency, taxRate, taxIncluded } = me.settings;
  return {
    ...readCursor(cursor),
    now: now(),
    ...{ currency, taxRate, taxIncluded },
    packages: rowsOf<PackageRow>(rows).map(packageOf),
  };
}

/**
 * Makes a package.
 * @throws Refusal `invalid_input` for unknown products, `product_inactive`, `name_taken`, `id_taken`, `changed_meanwhile`
 */
export async function createPackage(scope: Scope, { products, ...asked }: NewPackage): Promise<Answer> {
  const at = scope.now();
  const made: Package = {
    ...asked,
    active: true,
    products: await named(scope, products, true),
    updatedAt: at,
  };
  const answer = await put(scope, {
    before: null,
    after: made,
    write: query(
      `INSERT INTO packages (id, name, description, price, updated_at) SELECT ?1, ?2, ?3, ?4, ?5 WHERE ${STANDING}`,
      ...[made.id, made.name, made.description, made.price, at, JSON.stringify(made.products), 1],
    ),
  });
  if (answer) return answer;
  if (await find(scope, made.id)) return madeBefore(scope, subjectOf(made.id), 'package.created', made);
  throw new Refusal((await isTaken(scope, made)) ? 'name_taken' : 'changed_meanwhile');
}

/**
 * Changes a package as a whole. One that is not sold any more may keep products that are not.
 * @throws Refusal `not_found`, `invalid_input` for unknown products, `product_inactive`, `name_taken`, `changed_meanwhile`
 *   with the package as it is now
 */
export async function editPackage(
  scope: Scope,
  id: string,
  { seenAt, products, ...asked }: EditPackage,
): Promise<Answer> {
  const before = await packageWith(scope, id);
  const at = Math.max(scope.now(), before.updatedAt + 1); // forms tell states apart by it
  const lines = await named(scope, products, asked.active);
  const after: Package = { id, ...asked, products: lines, updatedAt: at };
  const answer = await put(scope, {
    before,
    after,
    write: query(
      `UPDATE packages SET name = ?2, description = ?3, price = ?4, updated_at = ?5, active = ?7
       WHERE id = ?1 AND updated_at = ?8 AND ${STANDING}`,
      ...[id, after.name, after.description, after.price, at, JSON.stringify(lines)],
      ...[after.active ? 1 : 0, seenAt],
    ),
  });
  if (answer) return answer;
  const current = await packageWith(scope, id);
  if (current.updatedAt === seenAt && (await isTaken(scope, after))) throw new Refusal('name_taken');
  throw new Refusal('changed_meanwhile', { current });
}

/** SQL: the products ?6 are called as they were read, and sold where the package is to be (?7): what is told of it is true. */
const STANDING = `NOT EXISTS (SELECT 1 FROM json_each(?6) AS line WHERE NOT EXISTS
  (SELECT 1 FROM products WHERE id = line.value ->> 'id' AND name = line.value ->> 'name' AND active >= ?7))`;

function put(
  scope: Scope,
  { before, after, write }: { before: Package | null; after: Package; write: Query },
): Promise<Answer | undefined> {
  return scope.attempt({
    at: after.updatedAt,
    changes: [
      {
        write,
        action: before ? 'package.updated' : 'package.created',
        subject: subjectOf(after.id),
        before,
        after,
      },
    ],
    also: [
      query('DELETE FROM package_products WHERE package_id = ?1', after.id),
      query(
        `INSERT INTO package_products (package_id, product_id, quantity)
         SELECT ?1, value ->> 'id', value ->> 'quantity' FROM json_each(?2)`,
        ...[after.id, JSON.stringify(after.products)],
      ),
    ],
    publish: [{ channel: 'registrations', type: 'package.updated', data: after }],
  });
}

/** These products with their names, in the order in which packages tell them. @throws Refusal `invalid_input`, `product_inactive` */
async function named(
  { d1 }: Scope,
  lines: NewPackage['products'],
  mustBeSold: boolean,
): Promise<Package['products']> {
  const { results } = await d1
    .prepare(
      `SELECT id, name, active FROM products WHERE id IN (SELECT value FROM json_each(?1)) ORDER BY name COLLATE NOCASE, id`,
    )
    .bind(JSON.stringify(lines.map(({ id }) => id)))
    .all<{ id: string; name: string; active: number }>();
  const known = new Map(results.map((row) => [row.id, row]));
  const wrong = (path: number, message: string) => ({ path: `products.${path}.id`, message });
  const unknown = lines.flatMap(({ id }, at) => (known.has(id) ? [] : [wrong(at, 'is no product')]));
  if (unknown.length > 0) throw new Refusal('invalid_input', { issues: unknown });
  const unsold = lines.flatMap(({ id }, at) => {
    const row = known.get(id);
    return mustBeSold && row?.active === 0 ? [wrong(at, `${row.name} is not sold any more`)] : [];
  });
  if (unsold.length > 0) {
    const detail = `${unsold.map(({ message }) => message).join('; ')}.`;
    throw new Refusal('product_inactive', { detail, issues: unsold });
  }
  return results.map(({ id, name }) => ({
    id,
    name,
    quantity: lines.find((line) => line.id === id)?.quantity ?? 0,
  }));
}

const subjectOf = (id: string) => `package/${id}`;

const find = ({ d1 }: Scope, id: string): Promise<PackageRow | null> =>
  d1.prepare(`${PACKAGE} WHERE packages.id = ?1`).bind(id).first<PackageRow>();

async function packageWith(scope: Scope, id: string): Promise<Package> {
  const row = await find(scope, id);
  if (!row) throw new Refusal('not_found');
  return packageOf(row);
}

/** Whether another package has that name. */
async function isTaken({ d1 }: Scope, { id, name }: Pick<Package, 'id' | 'name'>): Promise<boolean> {
  const other = await d1
    .prepare('SELECT 1 FROM packages WHERE id <> ?1 AND name = ?2 COLLATE NOCASE')
    .bind(id, name)
    .first();
  return other !== null;
}
