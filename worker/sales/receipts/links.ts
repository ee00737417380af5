/** Links to receipts: anyone who has one sees that receipt until it expires. Only a token's SHA-256 is stored. */
import * as v from 'valibot';
import {
  type LinkReceipt,
  RECEIPT_DAYS,
  type ReceiptLink,
  receiptParts,
  type SalesReceipt,
} from '../../contract/sales/receipts/receipts';
import { ask, map, query, row, together } from '../../db/queries';
import { guarded, ofAddress, settle } from '../../people/sign-in/throttle';
import { invalid, Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import { receiptsIn } from './rows';

const DAY_MS = 86_400_000;

const Linked = v.object({ expiresAt: v.number() });

/**
 * The token of that hash opens the sale's receipt for 90 days.
 * @throws Refusal `not_found` for an unknown receipt, `invalid_input` for a hash that is taken
 */
export async function linkReceipt(
  scope: Scope,
  saleId: string,
  { label, hash }: LinkReceipt,
): Promise<ReceiptLink> {
  const { drawer, letter, number } = receiptParts(label);
  const { after, receipt } = await scope.commit({
    subject: `receipt/${saleId}`,
    action: 'receipt.linked',
    facts: (d1) =>
      together({
        made: row<{ drawerId: string }>(
          d1,
          `SELECT drawer_id AS drawerId FROM receipts WHERE drawer_id = (SELECT id FROM drawers WHERE number = ?1)
           AND letter = ?2 AND number = ?3 AND sale_id = ?4`,
          [drawer, letter, number, saleId],
        ),
        taken: row(d1, 'SELECT 1 FROM receipt_links WHERE hash = ?1', [hash]),
      }),
    decide({ made, taken }, _me, now) {
      if (!made) throw new Refusal('not_found');
      if (taken) throw invalid('hash', 'is taken');
      const expiresAt = now + RECEIPT_DAYS * DAY_MS;
      return {
        write: query(
          'INSERT INTO receipt_links (hash, drawer_id, letter, number, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)',
          [hash, made.drawerId, letter, number, expiresAt],
        ),
        before: null,
        after: { label, expiresAt },
      };
    },
  });
  return { ...v.parse(Linked, after), receipt };
}

/**
 * The receipt of a link's token.
 * @param hash SHA-256 of the token
 * @throws Refusal `receipt_gone`, also for an unknown link; `too_many_tries`
 */
export async function openReceipt(scope: Scope, hash: string, address: string): Promise<SalesReceipt> {
  const { d1, env } = scope;
  const limits = [ofAddress(address)];
  const linked = receiptsIn(
    d1,
    env.WORKPLACE_ZONE,
    `WHERE (r.drawer_id, r.letter, r.number) IN (SELECT drawer_id, letter, number FROM receipt_links WHERE hash = ?1 AND expires_at > ?2)`,
    [hash, scope.now()],
  );
  const found = await ask(
    d1,
    guarded(
      d1,
      limits,
      scope.now(),
      map(linked, ([receipt]) => receipt),
    ),
  );
  if (found) return found;
  await settle(scope, limits);
  throw new Refusal('receipt_gone');
}

/** A job deletes expired links. */
export async function deleteReceiptLinks({ d1, now }: Scope): Promise<void> {
  await d1.prepare('DELETE FROM receipt_links WHERE expires_at < ?1').bind(now()).run();
}
