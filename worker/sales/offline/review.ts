/** Sales without network that differ from what the server had: a person looks at each, once. */
import * as v from 'valibot';
import {
  Difference,
  type SaleReviewed,
  SaleToReview,
  type SalesToReview,
} from '../../contract/sales/offline/differences';
import { Named } from '../../contract/sessions/sessions';
import { ask, map, query, row, rows, together } from '../../db/queries';
import type { Answer } from '../../live/commit';
import { headsIn } from '../../live/replay';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import { saleSubject } from '../kind';
import { json, labelOf, OFFLINE_RECEIPT, Sold } from '../rows';

/** One is enough: all parts of a payment lie in one drawer. */
const DRAWER = `(SELECT json_object('id', d.id, 'number', coalesce(d.number, 0), 'date', d.date)
  FROM payments AS p JOIN drawers AS d ON d.id = p.drawer_id WHERE p.sale_id = s.id AND p.kind = 'payment' LIMIT 1)`;

const TO_REVIEW = `SELECT s.id, s.kind, s.date, s.number, ${OFFLINE_RECEIPT} AS receipt, s.total, s.currency, s.created_at AS soldAt,
  s.arrived_at AS arrivedAt, s.differences,
  (SELECT json_object('id', id, 'name', name) FROM people WHERE id = s.created_by) AS by,
  (SELECT json_object('id', id, 'name', name) FROM places WHERE id = s.place_id) AS place, ${DRAWER} AS drawer
  FROM sales AS s`;

const { label: _label, ...fields } = SaleToReview.entries;
const Row = v.pipe(
  v.object({
    ...fields,
    ...v.pick(Sold, ['kind', 'date', 'number', 'receipt']).entries,
    by: json(Named),
    place: json(Named),
    drawer: json(fields.drawer),
    differences: json(v.array(Difference)),
  }),
  v.transform(({ kind, date, number, receipt, ...it }): SaleToReview => ({
    ...it,
    label: labelOf({ kind, date, number, receipt }),
  })),
);

/** Those to look at, the latest sold first, sold before the sale `before`. */
export async function salesToReview(
  { d1, me, now }: Scope,
  { before, limit }: { before?: string | undefined; limit: number },
): Promise<SalesToReview> {
  const { at, found } = await ask(
    d1,
    together({
      at: headsIn(d1, 'tills'),
      found: map(
        rows(
          d1,
          `${TO_REVIEW} WHERE s.differences IS NOT NULL
             AND (?1 IS NULL OR (s.created_at, s.id) < (SELECT created_at, id FROM sales WHERE id = ?1))
           ORDER BY s.created_at DESC, s.id DESC LIMIT ?2`,
          [before ?? null, limit + 1],
        ),
        (all) => v.parse(v.array(Row), all),
      ),
    }),
  );
  return { at, now: now(), zone: me.settings.zone, sales: found.slice(0, limit), more: found.length > limit };
}

/** The person has looked at it. Of two people who do, both get the first one's receipt. @throws Refusal `not_found` */
export const review = (scope: Scope, id: string): Promise<Answer> => {
  const subject = saleSubject({ kind: 'order', id });
  return scope.commit({
    subject,
    action: 'order.reviewed',
    facts: (d1) =>
      row<{ differences: string | null; reviewed: number }>(
        d1,
        `SELECT differences, EXISTS (SELECT 1 FROM journal WHERE subject = ?2 AND action = 'order.reviewed') AS reviewed
         FROM sales WHERE id = ?1`,
        [id, subject],
      ),
    decide(sale, me, now) {
      if (sale?.differences == null) {
        if (sale?.reviewed) return { done: 'order.reviewed' };
        throw new Refusal('not_found');
      }
      const after: SaleReviewed = { id, by: { id: me.id, name: me.name }, at: now };
      return {
        write: query('UPDATE sales SET differences = NULL WHERE id = ?1 AND differences IS NOT NULL', [id]),
        before: { differences: v.parse(json(v.array(Difference)), sale.differences) },
        after,
        publish: [{ channel: 'tills', type: 'sale.reviewed', data: after }],
      };
    },
  });
};
