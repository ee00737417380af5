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
  const moving = [...piecesOf(goods)]
    .map(([productId, quantity]) => ({ productId, quantity }))
    .filter(({ quantity }) => quantity !== 0);
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

/** Pieces that were handed over without network. */
export interface HandedOver extends Goods {
  name: string;
  /** What the stock gives; the rest is `short`. */
  taken: number;
  /** What the same commit gives back to the stock before. */
  freed: number;
}

/** The write that takes them from the stock, and its event on `orders`. Its commit must check `asTaken`. */
export function handedOver(goods: readonly HandedOver[]): { also: Query[]; publish: Publication[] } {
  if (goods.length === 0) return { also: [], publish: [] };
  return {
    also: [
      query(
        `UPDATE products SET stock = stock - (value ->> 'taken'), sold = sold + (value ->> 'quantity'),
           short = short + (value ->> 'quantity') - (value ->> 'taken')
         FROM json_each(?1) WHERE products.id = value ->> 'productId'`,
        [JSON.stringify(goods)],
      ),
    ],
    publish: [
      {
        channel: 'orders',
        type: 'stock.changed',
        data: {
          changes: goods.map(({ productId: id, quantity, taken }) => ({
            id,
            stock: -taken,
            held: 0,
            sold: quantity,
            short: quantity - taken,
          })),
        },
      },
    ],
  };
}

/** SQL: the stock gives what was read, of a JSON list of `HandedOver`. @param value its placeholder */
export const asTaken = (value: string): string =>
  `(SELECT count(*) FROM json_each(${value}) AS it JOIN products AS p ON p.id = it.value ->> 'productId'
    WHERE min(it.value ->> 'quantity', p.stock + (it.value ->> 'freed')) = it.value ->> 'taken') = json_array_length(${value})`;

/** The fields of a product that a sale needs. */
export interface OnSale {
  id: string;
  name: string;
  price: number;
  /** Its own; null for the workplace's. */
  taxRate: number | null;
  stock: number;
  active: number;
}

export const onSale = (d1: D1Database, ids: readonly string[]): Fact<OnSale[]> =>
  rows<OnSale>(
    d1,
    'SELECT id, name, price, tax_rate AS taxRate, stock, active FROM products WHERE id IN (SELECT value FROM json_each(?1))',
    [JSON.stringify(ids)],
  );

/** A product as it was read, for the guard `stillSold`. */
export type Seen = Omit<OnSale, 'stock' | 'active'> & {
  /** The pieces that the sale does not hold yet. */
  more: number;
};

/**
 * The products of these lines.
 * @param lines their places in the input are the paths that a problem names
 * @param own pieces that this sale already holds
 * @throws Refusal `invalid_input` for an unknown product, `product_inactive`, `out_of_stock` with the stock left
 */
export function seenOf(
  lines: readonly Goods[],
  products: readonly OnSale[],
  own: ReadonlyMap<string, number> = new Map(),
): Seen[] {
  lines.forEach(({ productId }, index) => {
    if (!products.some(({ id }) => id === productId))
      throw invalid(`lines.${index}.productId`, 'is not a product of ours');
  });
  const wanted = piecesOf(lines);
  return products.flatMap(({ stock, active, ...product }) => {
    const quantity = wanted.get(product.id);
    if (quantity === undefined) return [];
    const more = quantity - (own.get(product.id) ?? 0);
    if (!active && more > 0)
      throw new Refusal('product_inactive', { detail: `${product.name} is no longer sold.` });
    if (more > stock) {
      const detail =
        stock === 0 ? `${product.name} is sold out.` : `${product.name}: only ${stock} available.`;
      throw new Refusal('out_of_stock', { detail, current: { productId: product.id, stock } });
    }
    return [{ ...product, more }];
  });
}

/** The pieces of each product. */
export function piecesOf(lines: readonly Goods[]): Map<string, number> {
  const pieces = new Map<string, number>();
  for (const { productId, quantity } of lines) pieces.set(productId, (pieces.get(productId) ?? 0) + quantity);
  return pieces;
}

/**
 * SQL: the products of a JSON list of `Seen` are on sale under these names, prices and rates, with enough stock.
 * @param value the placeholder of the list, such as `?7`
 */
export const stillSold = (value: string): string =>
  `(SELECT count(*) FROM json_each(${value}) AS line JOIN products AS p ON p.id = line.value ->> 'id'
    WHERE p.price = line.value ->> 'price' AND p.name = line.value ->> 'name' AND p.tax_rate IS line.value ->> 'taxRate'
      AND (p.active OR line.value ->> 'more' <= 0) AND p.stock >= line.value ->> 'more') = json_array_length(${value})`;
