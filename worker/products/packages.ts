/** Packages: products that are sold together to registrants. */
import { type EditPackage, type NewPackage, Package, type PackageList } from '../contract/products/products';
import type { Publication } from '../contract/events';
import { moneyRulesOf } from '../contract/money';
import { ask, type Fact, map, type Query, query, row, rows, together } from '../db/queries';
import type { Answer } from '../live/commit';
import { headsIn } from '../live/replay';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { firstState, createdBefore } from './made';
import { PACKAGE, packageOf, type PackageRow } from './rows';

/** All packages by name, inactive ones too, with the cursor of `registrations`. */
export async function allPackages({ d1, me, now }: Scope): Promise<PackageList> {
  const { at, packages } = await ask(
    d1,
    together({
      at: headsIn(d1, 'registrations'),
      packages: rows<PackageRow>(d1, `${PACKAGE} ORDER BY packages.name COLLATE NOCASE, packages.id`),
    }),
  );
  return {
    at,
    now: now(),
    ...moneyRulesOf(me.settings),
    packages: packages.map(packageOf),
  };
}

/**
 * @throws Refusal `invalid_input` for unknown products, `product_inactive`, `name_taken`, `id_taken`
 */
export const createPackage = (scope: Scope, { products, ...input }: NewPackage): Promise<Answer> =>
  scope.commit({
    subject: subjectOf(input.id),
    action: 'package.created',
    facts: (d1) =>
      together({
        named: namesOf(d1, products),
        same: row(d1, 'SELECT 1 FROM packages WHERE id = ?1', [input.id]),
        first: firstState(d1, subjectOf(input.id), 'package.created'),
        taken: takenName(d1, input.id, input.name),
      }),
    decide({ named, same, first, taken }, _me, now) {
      const made: Package = {
        ...input,
        active: true,
        products: linesOf(products, named, true),
        updatedAt: now,
      };
      if (same) return createdBefore(first, made, { of: Package, action: 'package.created' });
      if (taken) throw new Refusal('name_taken');
      const write = query(
        `INSERT INTO packages (id, name, description, price, updated_at, tax_rate) SELECT ?1, ?2, ?3, ?4, ?5, ?8 WHERE ${PRODUCTS_AS_READ}`,
        [
          made.id,
          made.name,
          made.description,
          made.price,
          now,
          JSON.stringify(made.products),
          1,
          made.taxRate,
        ],
      );
      return put(null, made, write);
    },
  });

/**
 * Replaces a package. An inactive package may keep inactive products.
 * @throws Refusal `not_found`, `invalid_input` for unknown products, `product_inactive`, `name_taken`, `changed_meanwhile` with
 * the present package
 */
export const editPackage = (
  scope: Scope,
  id: string,
  { seenAt, products, taxRate, ...input }: EditPackage,
): Promise<Answer> =>
  scope.commit({
    subject: subjectOf(id),
    action: 'package.updated',
    facts: (d1) =>
      together({
        before: packageWith(d1, id),
        named: namesOf(d1, products),
        taken: takenName(d1, id, input.name),
      }),
    decide({ before, named, taken }, _me, now) {
      const at = Math.max(now, before.updatedAt + 1); // forms compare it
      const lines = linesOf(products, named, input.active);
      const after: Package = {
        id,
        ...input,
        products: lines,
        updatedAt: at,
        taxRate: taxRate === undefined ? before.taxRate : taxRate,
      };
      if (before.updatedAt !== seenAt) throw new Refusal('changed_meanwhile', { current: before });
      if (taken) throw new Refusal('name_taken');
      const write = query(
        `UPDATE packages SET name = ?2, description = ?3, price = ?4, updated_at = ?5, active = ?7, tax_rate = ?9
         WHERE id = ?1 AND updated_at = ?8 AND ${PRODUCTS_AS_READ}`,
        [
          id,
          after.name,
          after.description,
          after.price,
          at,
          JSON.stringify(lines),
          after.active ? 1 : 0,
          seenAt,
          after.taxRate,
        ],
      );
      return put(before, after, write);
    },
  });

/** SQL: the products ?6 have the names as read, and are active if the package is to be (?7), so that the event is correct. */
const PRODUCTS_AS_READ = `NOT EXISTS (SELECT 1 FROM json_each(?6) AS line WHERE NOT EXISTS
  (SELECT 1 FROM products WHERE id = line.value ->> 'id' AND name = line.value ->> 'name' AND active >= ?7))`;

const put = (before: Package | null, after: Package, write: Query) => ({
  at: after.updatedAt,
  write,
  before,
  after,
  also: [
    query('DELETE FROM package_products WHERE package_id = ?1', [after.id]),
    query(
      `INSERT INTO package_products (package_id, product_id, quantity)
       SELECT ?1, value ->> 'id', value ->> 'quantity' FROM json_each(?2)`,
      [after.id, JSON.stringify(after.products)],
    ),
  ],
  publish: [{ channel: 'registrations', type: 'package.updated', data: after }] satisfies Publication[],
});

interface NamedProduct {
  id: string;
  name: string;
  active: number;
}

const namesOf = (d1: D1Database, lines: NewPackage['products']): Fact<NamedProduct[]> =>
  rows<NamedProduct>(
    d1,
    `SELECT id, name, active FROM products WHERE id IN (SELECT value FROM json_each(?1)) ORDER BY name COLLATE NOCASE, id`,
    [JSON.stringify(lines.map(({ id }) => id))],
  );

/** A package's products with their names, by name. @throws Refusal `invalid_input`, `product_inactive` */
function linesOf(
  lines: NewPackage['products'],
  named: readonly NamedProduct[],
  mustBeSold: boolean,
): Package['products'] {
  const known = new Map(named.map((it) => [it.id, it]));
  const wrong = (path: number, message: string) => ({ path: `products.${path}.id`, message });
  const unknown = lines.flatMap(({ id }, at) => (known.has(id) ? [] : [wrong(at, 'is no product')]));
  if (unknown.length > 0) {
    const detail = unknown.map(({ path, message }) => `${path}: ${message}`).join('; ');
    throw new Refusal('invalid_input', { detail, issues: unknown });
  }
  const unsold = lines.flatMap(({ id }, at) => {
    const it = known.get(id);
    return mustBeSold && it?.active === 0 ? [wrong(at, `${it.name} is no longer sold`)] : [];
  });
  if (unsold.length > 0) {
    const detail = `${unsold.map(({ message }) => message).join('; ')}.`;
    throw new Refusal('product_inactive', { detail, issues: unsold });
  }
  return named.map(({ id, name }) => ({
    id,
    name,
    quantity: lines.find((line) => line.id === id)?.quantity ?? 0,
  }));
}

const subjectOf = (id: string) => `package/${id}`;

/** @throws Refusal `not_found` */
const packageWith = (d1: D1Database, id: string): Fact<Package> =>
  map(row<PackageRow>(d1, `${PACKAGE} WHERE packages.id = ?1`, [id]), (found) => {
    if (!found) throw new Refusal('not_found');
    return packageOf(found);
  });

const takenName = (d1: D1Database, id: string, name: string) =>
  row(d1, 'SELECT 1 FROM packages WHERE id <> ?1 AND name = ?2 COLLATE NOCASE', [id, name]);
