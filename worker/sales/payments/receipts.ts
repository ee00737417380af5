/** Receipts are printed by the page; what is kept is which print it was, so that there is one original. */
import * as v from 'valibot';
import { PrintedReceipt } from '../../contract/sales/payments/payments';
import { query } from '../../db/client';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';

/** How often we look again when another till printed the same receipt at the same moment. */
const TRIES = 20;

const Print = v.omit(PrintedReceipt, ['receipt']);

/**
 * The next print of a sale's receipt: 1 is the original, later ones are copies.
 * @throws Refusal `not_found`, `not_paid`, `key_reused`, `changed_meanwhile`, `unavailable`
 */
export async function printReceipt(scope: Scope, saleId: string): Promise<PrintedReceipt> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const sale = await scope.d1
      .prepare(
        `SELECT (SELECT count(*) FROM receipts WHERE sale_id = sales.id) AS prints,
           EXISTS (SELECT 1 FROM payments WHERE sale_id = sales.id) AS paid FROM sales WHERE id = ?1`,
      )
      .bind(saleId)
      .first<{ prints: number; paid: number }>();
    if (!sale) throw new Refusal('not_found');
    if (!sale.paid) throw new Refusal('not_paid');
    const at = scope.now();
    const print = sale.prints + 1;
    const answer = await scope.attempt({
      at,
      changes: [
        {
          // Of two prints at the same moment one collides with the other's number, and looks again.
          write: query(
            'INSERT INTO receipts (sale_id, print, at, by) VALUES (?1, ?2, ?3, ?4)',
            ...[saleId, print, at, scope.me.id],
          ),
          action: 'receipt.printed',
          subject: `receipt/${saleId}`,
          before: null,
          after: { saleId, print },
        },
      ],
      publish: [],
    });
    if (answer) return { ...v.parse(Print, answer.after), receipt: answer.receipt };
  }
  throw new Refusal('changed_meanwhile');
}
