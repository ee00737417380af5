/** Receipts of a sale. The original is made with its payment or refund; a copy is a receipt of whoever prints it. */
import * as v from 'valibot';
import type { CopyReceipt, ReceiptCopy, ReceiptList } from '../../contract/sales/receipts/receipts';
import { ask, known, query, row, together } from '../../db/queries';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import { drawerIsOpen, openDrawerId } from '../payments/payments';
import { nextReceipt, receiptsIn } from './rows';

/** @throws Refusal `not_found` */
export async function receiptsOf({ d1, env }: Scope, saleId: string): Promise<ReceiptList> {
  const { sale, receipts } = await ask(
    d1,
    together({
      sale: row(d1, 'SELECT 1 FROM sales WHERE id = ?1', [saleId]),
      receipts: receiptsIn(d1, env.WORKPLACE_ZONE, 'WHERE r.sale_id = ?1 ORDER BY r.at, r.print', [saleId]),
    }),
  );
  if (!sale) throw new Refusal('not_found');
  return { receipts };
}

/** As the journal keeps it, also before copies of refunds. */
const Print = v.object({
  saleId: v.string(),
  refundId: v.optional(v.nullable(v.string()), null),
  print: v.number(),
});

/**
 * The next copy of the receipt of a sale's payment or refund, with the next number of the person's own drawer.
 * @throws Refusal `not_found`, `not_paid`, `no_drawer`
 */
export async function copyReceipt(
  scope: Scope,
  saleId: string,
  { refundId }: CopyReceipt,
): Promise<ReceiptCopy> {
  const { after, receipt } = await scope.commit({
    subject: `receipt/${saleId}`,
    action: 'receipt.printed',
    facts: (d1, who) =>
      together({
        sale: row<{ prints: number }>(
          d1,
          'SELECT (SELECT count(*) FROM receipts WHERE sale_id = ?1 AND refund_id IS ?2) AS prints FROM sales WHERE id = ?1',
          [saleId, refundId],
        ),
        drawerId: openDrawerId(d1, who),
        refundId: known(refundId),
      }),
    decide({ sale, drawerId }, me, now) {
      if (!sale) throw new Refusal('not_found');
      if (sale.prints === 0) throw new Refusal('not_paid');
      if (drawerId === undefined) throw new Refusal('no_drawer');
      const print = sale.prints + 1;
      return {
        // Of two copies at the same moment one collides on the print, and reads again.
        write: query(
          `INSERT INTO receipts (drawer_id, number, sale_id, refund_id, print, at, by)
           SELECT ?1, ${nextReceipt('?1')}, ?2, ?3, ?4, ?5, ?6 WHERE ${drawerIsOpen('?1')}
             AND NOT EXISTS (SELECT 1 FROM receipts WHERE sale_id = ?2 AND refund_id IS ?3 AND print = ?4)`,
          [drawerId, saleId, refundId, print, now, me.id],
        ),
        before: null,
        after: { saleId, refundId, print } satisfies v.InferOutput<typeof Print>,
      };
    },
  });
  const made = v.parse(Print, after);
  const [copy] = await ask(
    scope.d1,
    receiptsIn(
      scope.d1,
      scope.env.WORKPLACE_ZONE,
      'WHERE r.sale_id = ?1 AND r.refund_id IS ?2 AND r.print = ?3',
      [made.saleId, made.refundId, made.print],
    ),
  );
  if (!copy) throw new Refusal('not_found');
  return { copy, receipt };
}
