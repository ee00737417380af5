/** Receipts of a sale. The original is made with its payment or refund, and printed once; a copy is a receipt of the person who prints it. */
import * as v from 'valibot';
import type {
  PrintReceipt,
  ReceiptList,
  ReceiptPrint,
  SalesReceipt,
} from '../../contract/sales/receipts/receipts';
import { ask, known, map, type Query, query, row, rows, together } from '../../db/queries';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import { drawerIsOpen, openDrawerId } from '../payments/payments';
import { nextReceipt, receiptsIn } from './rows';

/** @throws Refusal `not_found` */
export async function receiptsOf({ d1, env }: Scope, saleId: string): Promise<ReceiptList> {
  const { sale, receipts, unprinted } = await ask(
    d1,
    together({
      sale: row(d1, 'SELECT 1 FROM sales WHERE id = ?1', [saleId]),
      receipts: receiptsIn(d1, env.WORKPLACE_ZONE, 'WHERE r.sale_id = ?1 ORDER BY r.at, r.print', [saleId]),
      unprinted: map(
        rows<{ refundId: string | null }>(
          d1,
          'SELECT refund_id AS refundId FROM receipts WHERE sale_id = ?1 AND print = 1 AND printed_at IS NULL',
          [saleId],
        ),
        (found) => found.map(({ refundId }) => refundId),
      ),
    }),
  );
  if (!sale) throw new Refusal('not_found');
  const isNew = (it: SalesReceipt) => it.copyOf === null && unprinted.includes(it.refundId);
  return { receipts, unprinted: receipts.filter(isNew).map(({ label }) => label) };
}

/** As the journal keeps it, also before copies of refunds. */
const Print = v.object({
  saleId: v.string(),
  refundId: v.optional(v.nullable(v.string()), null),
  print: v.number(),
});

/**
 * The original of the receipt of a sale's payment or refund, the first time; then its next copy, with the next number of the
 * person's own drawer.
 * @throws Refusal `not_found`, `not_paid`, `no_drawer` for a copy
 */
export async function printReceipt(
  scope: Scope,
  saleId: string,
  { refundId }: PrintReceipt,
): Promise<ReceiptPrint> {
  const { after, receipt } = await scope.commit({
    subject: `receipt/${saleId}`,
    action: 'receipt.printed',
    facts: (d1, who) =>
      together({
        sale: row<{ prints: number; printed: number }>(
          d1,
          `SELECT (SELECT count(*) FROM receipts WHERE sale_id = ?1 AND refund_id IS ?2) AS prints,
             (SELECT count(*) FROM receipts WHERE sale_id = ?1 AND refund_id IS ?2 AND printed_at IS NOT NULL) AS printed
           FROM sales WHERE id = ?1`,
          [saleId, refundId],
        ),
        drawerId: openDrawerId(d1, who),
        refundId: known(refundId),
      }),
    decide({ sale, drawerId }, me, now) {
      if (!sale) throw new Refusal('not_found');
      if (sale.prints === 0) throw new Refusal('not_paid');
      if (sale.printed === 0) return { write: original(saleId, refundId, now), ...made(saleId, refundId, 1) };
      if (drawerId === undefined) throw new Refusal('no_drawer');
      const print = sale.prints + 1;
      const by = { drawerId, at: now, by: me.id };
      return { write: copy(saleId, refundId, print, by), ...made(saleId, refundId, print) };
    },
  });
  const it = v.parse(Print, after);
  const [printed] = await ask(
    scope.d1,
    receiptsIn(
      scope.d1,
      scope.env.WORKPLACE_ZONE,
      'WHERE r.sale_id = ?1 AND r.refund_id IS ?2 AND r.print = ?3',
      [it.saleId, it.refundId, it.print],
    ),
  );
  if (!printed) throw new Refusal('not_found');
  return { printed, receipt };
}

const made = (saleId: string, refundId: string | null, print: number) => ({
  before: null,
  after: { saleId, refundId, print } satisfies v.InferOutput<typeof Print>,
});

/** Of two tabs at the same moment one finds it printed, and reads again. */
const original = (saleId: string, refundId: string | null, at: number): Query =>
  query(
    `UPDATE receipts SET printed_at = ?3 WHERE sale_id = ?1 AND refund_id IS ?2 AND print = 1 AND printed_at IS NULL`,
    [saleId, refundId, at],
  );

/** Of two copies at the same moment one collides on the print, and reads again. */
const copy = (
  saleId: string,
  refundId: string | null,
  print: number,
  { drawerId, at, by }: { drawerId: string; at: number; by: string },
): Query =>
  query(
    `INSERT INTO receipts (drawer_id, number, sale_id, refund_id, print, at, by, printed_at)
     SELECT ?1, ${nextReceipt('?1')}, ?2, ?3, ?4, ?5, ?6, ?5 WHERE ${drawerIsOpen('?1')}
       AND NOT EXISTS (SELECT 1 FROM receipts WHERE sale_id = ?2 AND refund_id IS ?3 AND print = ?4)`,
    [drawerId, saleId, refundId, print, at, by],
  );
