/** How products, packages and places are read from the database, and become what the contract calls them. */
import type { Place, Product } from '../contract/products';

/** A product as PRODUCT reads it. */
export type ProductRow = Omit<Product, 'active'> & { active: number };

/** SQL: products as `productOf` takes them; a WHERE or an ORDER BY may follow. */
export const PRODUCT = `SELECT products.id, sku, barcode, products.name, category, products.price, stock, held, sold,
  low_at AS lowAt, products.active, products.updated_at AS updatedAt FROM products`;

/** SQL: the order of every list of products. */
export const BY_NAME = 'ORDER BY products.name COLLATE NOCASE, products.id';

export const productOf = (row: ProductRow): Product => ({ ...row, active: row.active === 1 });

/** A place as PLACE reads it. */
export type PlaceRow = Omit<Place, 'active'> & { active: number };

/** SQL: places as `placeOf` takes them. */
export const PLACE = 'SELECT places.id, places.name, places.active FROM places';

export const placeOf = (row: PlaceRow): Place => ({ ...row, active: row.active === 1 });
