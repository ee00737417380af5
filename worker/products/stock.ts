/** Adjusts stock by hand, with a reason. Sales move stock themselves. */
import type { AdjustStock, Product, StockAdjustment, StockAdjustments } from '../contract/products/products';
import { ask, query, row, rows, together } from '../db/queries';
import type { Answer } from '../live/commit';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { productWith, subjectOf } from './products';

const SHOWN = 100;

/**
 * Adds pieces to the stock, or removes them, also while sales change it. Added ones are first those that were sold without network
 * and not there: the goods left long ago.
 * @throws Refusal `not_found`, `out_of_stock` with the present product if the stock is too small
 */
export const adjustStock = (scope: Scope, id: string, { quantity, reason }: AdjustStock): Promise<Answer> =>
  scope.commit({
    subject: subjectOf(id),
    action: 'stock.adjusted',
    facts: (d1) => productWith(d1, id),
    decide(current) {
      if (current.stock + quantity < 0)
        throw new Refusal('out_of_stock', { current, detail: leftWords(current) });
      const cleared = Math.max(0, Math.min(current.short, quantity));
      return {
        write: query(
          `UPDATE products SET stock = stock + ?2 - ?3, short = short - ?3
           WHERE id = ?1 AND stock + ?2 - ?3 >= 0 AND max(0, min(short, ?2)) = ?3`,
          [id, quantity, cleared],
        ),
        // A difference only: the amounts before and after depend on simultaneous sales, which are in the log too.
        before: null,
        after: { productId: id, quantity, reason },
        publish: [
          {
            channel: 'orders',
            type: 'stock.changed',
            data: { changes: [{ id, stock: quantity - cleared, held: 0, sold: 0, short: -cleared }] },
          },
        ],
      };
    },
  });

function leftWords({ stock, name }: Product): string {
  if (stock === 0) return `${name}: none available.`;
  return `${name}: only ${stock} available.`;
}

/** The adjustments, the latest first. @throws Refusal `not_found` */
export async function adjustmentsOf({ d1 }: Scope, id: string): Promise<StockAdjustments> {
  const { found, adjustments } = await ask(
    d1,
    together({
      found: row(d1, 'SELECT 1 FROM products WHERE id = ?1', [id]),
      adjustments: rows<StockAdjustment>(
        d1,
        `SELECT journal.id AS entry, at, name AS by, after ->> 'quantity' AS quantity, after ->> 'reason' AS reason
         FROM journal LEFT JOIN people ON people.id = actor
         WHERE subject = ?1 AND action = 'stock.adjusted' ORDER BY journal.id DESC LIMIT ${SHOWN}`,
        [subjectOf(id)],
      ),
    }),
  );
  if (!found) throw new Refusal('not_found');
  return { adjustments };
}
