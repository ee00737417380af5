/** What is ordered, changed before payment is requested: goods are held anew, prices are of this moment. */
import { actionOf, type MakeMove } from '../../contract/sales/moves';
import type { Publication } from '../../contract/events';
import { query } from '../../db/client';
import { together } from '../../db/facts';
import type { Answer } from '../../live/commit';
import type { Asker, Scope } from '../../scope';
import { saleSubject } from '../kind';
import { moveEntry, mustEverMay, stepOf } from '../move';
import { type Line, saleOf, type Sold, soldWith } from '../rows';
import { onSale, priced, shifted, stillSold } from '../stock';
import { totalsWithin } from '../totals';
import { orderOf, orders } from './orders';
import { linesWrite } from './take';

/** @throws Refusal as a move, and as taking an order for its lines */
export async function editOrder(scope: Scope, id: string, input: MakeMove): Promise<Answer> {
  mustEverMay(scope.me, orders, 'edit');
  const lines = input.lines ?? [];
  return scope.commit({
    subject: saleSubject({ kind: 'order', id }),
    action: actionOf('order', 'edit'),
    facts: (d1) =>
      together({
        before: soldWith(d1, 'order', id),
        products: onSale(
          d1,
          lines.map(({ productId }) => productId),
        ),
      }),
    decide({ before, products }, me, now) {
      stepOf(orders, before, input, me, now);
      const after = edited(before, priced(lines, products, ownOf(before)), me, now);
      return editing(before, after, me);
    },
  });
}

/** Of what the order had already there is enough, whatever the shelf says. */
const ownOf = ({ lines }: Sold) => new Map(lines.map(({ productId, quantity }) => [productId, quantity]));

const edited = (before: Sold, lines: Line[], me: Asker, at: number): Sold => ({
  ...before,
  version: before.version + 1,
  lines,
  ...totalsWithin('lines', lines, before),
  changed: { by: { id: me.id, name: me.name }, at },
});

function editing(before: Sold, after: Sold, me: Asker) {
  const [had, has] = [ownOf(before), ownOf(after)];
  const more = (productId: string) => (has.get(productId) ?? 0) - (had.get(productId) ?? 0);
  const ids = new Set([...had.keys(), ...has.keys()]);
  const goods = shifted(
    [...ids].map((productId) => ({ productId, quantity: more(productId) })),
    'stock',
    'held',
  );
  const lines = JSON.stringify(after.lines.map((line) => ({ ...line, more: more(line.productId) })));
  return {
    ...moveEntry(orders, before, after, me),
    write: query(
      `UPDATE sales SET version = ?3, subtotal = ?4, tax = ?5, total = ?6, changed_at = ?7, changed_by = ?8
       WHERE id = ?1 AND version = ?2 AND ${stillSold('?9')}`,
      ...[after.id, before.version, after.version, after.subtotal, after.tax, after.total],
      ...[after.changed.at, me.id, lines],
    ),
    also: [
      query('DELETE FROM sale_lines WHERE sale_id = ?1', after.id),
      linesWrite(after.id, after.lines),
      ...goods.also,
    ],
    publish: [
      { channel: 'orders', type: 'order.updated', data: orderOf(after) },
      ...goods.publish,
      { channel: 'tills', type: 'sale.updated', data: saleOf(after) },
    ] satisfies Publication[],
  };
}
