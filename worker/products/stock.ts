/** How many there are: adjusted by hand, each time with a reason. What sales do to it is theirs. */
import type { AdjustStock, StockAdjustment, StockAdjustments } from '../contract/products/products';
import { query, rowsOf } from '../db/client';
import type { Answer } from '../live/commit';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { productWith, subjectOf } from './products';

const SHOWN = 100;

/**
 * Adds pieces to what is free to sell, or takes them away, whatever else moves at the same moment.
 * @throws Refusal `not_found`, `out_of_stock` with the product as it is where fewer are free than are to be taken away
 */
export async function adjustStock(
  scope: Scope,
  id: string,
  { quantity, reason }: AdjustStock,
): Promise<Answer> {
  const answer = await scope.attempt({
    at: scope.now(),
    changes: [
      {
        write: query(
          'UPDATE products SET stock = stock + ?2 WHERE id = ?1 AND stock + ?2 >= 0',
          ...[id, quantity],
        ),
        action: 'stock.adjusted',
        subject: subjectOf(id),
        // A difference: what was before and is after it depends on sales of the same moment, which the log tells too.
        before: null,
        after: { productId: id, quantity, reason },
      },
    ],
    publish: [
      {
        channel: 'orders',
        type: 'stock.changed',
        data: { changes: [{ id, stock: quantity, held: 0, sold: 0 }] },
      },
    ],
  });
  if (answer) return answer;
  const current = await productWith(scope, id);
  const left =
    current.stock === 0 ? 'None is' : `Only ${current.stock} ${current.stock === 1 ? 'is' : 'are'}`;
  const detail = `${left} free of ${current.name}.`;
  throw new Refusal('out_of_stock', { current, detail });
}

/** How a product's stock was adjusted, the latest first. @throws Refusal `not_found` */
export async function adjustmentsOf({ d1 }: Scope, id: string): Promise<StockAdjustments> {
  const [found, rows] = await d1.batch([
    d1.prepare('SELECT 1 FROM products WHERE id = ?1').bind(id),
    d1
      .prepare(
        `SELECT journal.id AS entry, at, name AS by, after ->> 'quantity' AS quantity, after ->> 'reason' AS reason
         FROM journal LEFT JOIN people ON people.id = actor
         WHERE subject = ?1 AND action = 'stock.adjusted' ORDER BY journal.id DESC LIMIT ${SHOWN}`,
      )
      .bind(subjectOf(id)),
  ]);
  if (rowsOf(found).length === 0) throw new Refusal('not_found');
  return { adjustments: rowsOf<StockAdjustment>(rows) };
}
