/** Moves goods between the shelves free, held and sold. A `CHECK` in the database keeps each at zero or more when sales race. */
import type { Publication } from '../contract/events';
import type { Shelf } from '../contract/products/products';
import { type Fact, type Query, query, rows } from '../db/queries';
import { invalid, Refusal } from '../refusal';

/** A negative quantity moves the other way. */
export interface Goods {
  productId: string;
  quantity: number;
}

/** The write that moves goods from one shelf to another, and its event on `orders`. */
export function shifted(
  goods: readonly Goods[],
  from: Shelf,
  to: Shelf,
): { also: Query[]; publish: Publication[] } {
  const moving = goods.filter(({ quantity }) => quantity !== 0);
  if (from === to || moving.length === 0) return { also: [], publish: [] };
  return {
    also: [
      query(
        `UPDATE products SET ${from} = ${from} - (value ->> 'quantity'), ${to} = ${to} + (value ->> 'quantity')
         FROM json_each(?1) WHERE products.id = value ->> 'productId'`,
        [JSON.stringify(moving)],
      ),
    ],
    publish: [
      {
        channel: 'orders',
        type: 'stock.changed',
        data: {
          changes: moving.map(({ productId, quantity }) => ({
            id: productId,
            stock: 0,
            held: 0,
            sold: 0,
            short: 0,
            [from]: -quantity,
            [to]: quantity,
          })),
        },
      },
    ],
  };
}

/** The fields of a product that a sale needs. */
export interface OnSale {
  id: string;
  name: string;
  price: number;
  stock: number;
  active: number;
}

export const onSale = (d1: D1Database, ids: readonly string[]): Fact<OnSale[]> =>
  rows<OnSale>(
    d1,
    'SELECT id, name, price, stock, active FROM products WHERE id IN (SELECT value FROM json_each(?1))',
    [JSON.stringify(ids)],
  );

/**
 * The requested lines with present names and prices.
 * @param own pieces that this sale already holds
 * @throws Refusal `invalid_input` for an unknown product, `product_inactive`, `out_of_stock` with the stock left
 */
export function priced(
  input: readonly Goods[],
  products: readonly OnSale[],
  own: ReadonlyMap<string, number> = new Map(),
): { productId: string; name: string; quantity: number; price: number }[] {
  return input.map(({ productId, quantity }, index) => {
    const product = products.find(({ id }) => id === productId);
    if (!product) throw invalid(`lines.${index}.productId`, 'is not a product of ours');
    const more = quantity - (own.get(productId) ?? 0);
    if (!product.active && more > 0)
      throw new Refusal('product_inactive', { detail: `${product.name} is no longer sold.` });
    if (more > product.stock)
      throw new Refusal('out_of_stock', {
        detail:
          product.stock === 0
            ? `${product.name} is sold out.`
            : `${product.name}: only ${product.stock} available.`,
        current: { productId, stock: product.stock },
      });
    return { productId, name: product.name, quantity, price: product.price };
  });
}

/**
 * SQL: the products of a JSON list of lines are on sale under these names and prices, with enough stock.
 * @param value the placeholder of the lines, such as `?7`; `more` is the quantity that the sale does not hold yet
 */
export const stillSold = (value: string): string =>
  `(SELECT count(*) FROM json_each(${value}) AS line JOIN products AS p ON p.id = line.value ->> 'productId'
    WHERE p.price = line.value ->> 'price' AND p.name = line.value ->> 'name' AND (p.active OR line.value ->> 'more' <= 0)
      AND p.stock >= line.value ->> 'more') = json_array_length(${value})`;
