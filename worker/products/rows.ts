/** Maps rows to the contract's products, packages and places. */
import * as v from 'valibot';
import { Package, type Place, Product } from '../contract/products/products';

/** A row of PRODUCT. */
export type ProductRow = Omit<Product, 'active' | 'favourite' | 'color'> & {
  active: number;
  favourite: number;
  color: string | null;
};

/** SQL: products for `productOf`; a WHERE or an ORDER BY may follow. */
export const PRODUCT = `SELECT products.id, sku, barcode, products.name, category, products.price, stock, held, sold,
  low_at AS lowAt, products.active, products.updated_at AS updatedAt, short, products.tax_rate AS taxRate, favourite, color FROM products`;

/** SQL: the order of every list of products. */
export const BY_NAME = 'ORDER BY products.name COLLATE NOCASE, products.id';

export const productOf = (row: ProductRow): Product => ({
  ...row,
  active: row.active === 1,
  favourite: row.favourite === 1,
  color: v.parse(Product.entries.color, row.color),
});

/** A row of PLACE. */
export type PlaceRow = Omit<Place, 'active' | 'asksReceiver'> & { active: number; asksReceiver: number };

/** SQL: places for `placeOf`. */
export const PLACE =
  'SELECT places.id, places.name, places.active, places.asks_receiver AS asksReceiver FROM places';

export const placeOf = (row: PlaceRow): Place => ({
  ...row,
  active: row.active === 1,
  asksReceiver: row.asksReceiver === 1,
});

/** A row of PACKAGE. */
export type PackageRow = Omit<Package, 'active' | 'products'> & { active: number; products: string };

/** SQL: packages for `packageOf`, with their products by name. */
export const PACKAGE = `SELECT packages.id, packages.name, description, packages.price, packages.active, packages.updated_at AS updatedAt,
  (SELECT json_group_array(json_object('id', id, 'name', name, 'quantity', quantity)) FROM
    (SELECT products.id, products.name, quantity FROM package_products JOIN products ON products.id = product_id
     WHERE package_id = packages.id ${BY_NAME})) AS products, packages.tax_rate AS taxRate
  FROM packages`;

export const packageOf = ({ products, active, ...row }: PackageRow): Package => ({
  ...row,
  active: active === 1,
  products: v.parse(Package.entries.products, JSON.parse(products)),
});
