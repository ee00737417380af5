/** How many there are: adjusted by hand, each time with a reason. What sales do to it is theirs. */
import type { AdjustStock, Product, StockAdjustment, StockAdjustments } from '../contract/products/products';
import { ask, query, row, rows, together } from '../db/queries';
import type { Answer } from '../live/commit';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { productWith, subjectOf } from './products';

const SHOWN = 100;

/**
 * Adds pieces to what is free to sell, or takes them away, whatever else moves at the same moment.
 * @throws Refusal `not_found`, `out_of_stock` with the product as it is where fewer are free than are to be taken away
 */
export const adjustStock = (scope: Scope, id: string, { quantity, reason }: AdjustStock): Promise<Answer> =>
  scope.commit({
    subject: subjectOf(id),
    action: 'stock.adjusted',
    facts: (d1) => productWith(d1, id),
    decide(current) {
      if (current.stock + quantity < 0)
        throw new Refusal('out_of_stock', { current, detail: leftWords(current) });
      return {
        write: query(
          'UPDATE products SET stock = stock + ?2 WHERE id = ?1 AND stock + ?2 >= 0',
          id,
          quantity,
        ),
        // A difference: the stock before and after it depends on sales of the same moment, which the log has too.
        before: null,
        after: { productId: id, quantity, reason },
        publish: [
          {
            channel: 'orders',
            type: 'stock.changed',
            data: { changes: [{ id, stock: quantity, held: 0, sold: 0 }] },
          },
        ],
      };
    },
  });

function leftWords({ stock, name }: Product): string {
  if (stock === 0) return `${name}: none available.`;
  return `${name}: only ${stock} available.`;
}

/** How a product's stock was adjusted, the latest first. @throws Refusal `not_found` */
export async function adjustmentsOf({ d1 }: Scope, id: string): Promise<StockAdjustments> {
  const { found, adjustments } = await ask(
    d1,
    together({
      found: row(d1.prepare('SELECT 1 FROM products WHERE id = ?1').bind(id)),
      adjustments: rows<StockAdjustment>(
        d1
          .prepare(
            `SELECT journal.id AS entry, at, name AS by, after ->> 'quantity' AS quantity, after ->> 'reason' AS reason
             FROM journal LEFT JOIN people ON people.id = actor
             WHERE subject = ?1 AND action = 'stock.adjusted' ORDER BY journal.id DESC LIMIT ${SHOWN}`,
          )
          .bind(subjectOf(id)),
      ),
    }),
  );
  if (!found) throw new Refusal('not_found');
  return { adjustments };
}
