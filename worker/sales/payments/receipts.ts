/** The page prints receipts. The server counts the prints, so that there is one original. */
import * as v from 'valibot';
import { PrintedReceipt } from '../../contract/sales/receipts/receipts';
import { query, row } from '../../db/queries';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';

const Print = v.omit(PrintedReceipt, ['receipt']);

/**
 * The next print of a sale's receipt: 1 is the original, later ones are copies.
 * @throws Refusal `not_found`, `not_paid`
 */
export async function printReceipt(scope: Scope, saleId: string): Promise<PrintedReceipt> {
  const { after, receipt } = await scope.commit({
    subject: `receipt/${saleId}`,
    action: 'receipt.printed',
    facts: (d1) =>
      row<{ prints: number; paid: number }>(
        d1,
        `SELECT (SELECT count(*) FROM receipts WHERE sale_id = sales.id) AS prints,
         EXISTS (SELECT 1 FROM payments WHERE sale_id = sales.id) AS paid FROM sales WHERE id = ?1`,
        [saleId],
      ),
    decide(sale, me, now) {
      if (!sale) throw new Refusal('not_found');
      if (!sale.paid) throw new Refusal('not_paid');
      const print = sale.prints + 1;
      return {
        // Of two prints at the same moment one collides on the number, and reads again.
        write: query(
          `INSERT INTO receipts (drawer_id, number, sale_id, print, at, by)
           SELECT drawer_id, (SELECT coalesce(max(number), 0) + 1 FROM receipts AS r WHERE r.drawer_id = payments.drawer_id), ?1, ?2, ?3, ?4
           FROM payments WHERE sale_id = ?1 AND kind = 'payment' AND NOT EXISTS (SELECT 1 FROM receipts WHERE sale_id = ?1 AND print = ?2)`,
          [saleId, print, now, me.id],
        ),
        before: null,
        after: { saleId, print },
      };
    },
  });
  return { ...v.parse(Print, after), receipt };
}
