/** Edits the lines of an order before payment is requested: it holds the new goods at present prices. */
import { actionOf, type MoveInput } from '../../contract/sales/moves';
import type { Publication } from '../../contract/events';
import { query, together } from '../../db/queries';
import type { Answer } from '../../live/commit';
import type { Scope } from '../../scope';
import type { Asker } from '../../session';
import { linesWrite } from '../create';
import { saleSubject } from '../kind';
import { movesWrite, planOf, stepped } from '../move';
import { goodsOf, saleOf, type Sold, soldWith } from '../rows';
import { onSale, type Seen, shifted, stillSold } from '../stock';
import { orders } from './orders';
import { priced } from './price';

/** @throws Refusal as a move, and as taking an order for its lines */
export const editOrder = (scope: Scope, id: string, input: MoveInput<'edit'>): Promise<Answer> =>
  scope.commit({
    subject: saleSubject({ kind: 'order', id }),
    action: actionOf('order', 'edit'),
    facts: (d1) =>
      together({
        before: soldWith(d1, 'order', id),
        products: onSale(
          d1,
          input.lines.map(({ productId }) => productId),
        ),
      }),
    decide({ before, products }, me, now) {
      const after = stepped(orders, before, input, me, now);
      const { ordered, seen } = priced(input.lines, input.discount, products, me, before);
      return editing(before, { ...after, ...ordered }, seen, me);
    },
  });

function editing(before: Sold, after: Sold, seen: readonly Seen[], me: Asker) {
  const given = goodsOf(before).map((it) => ({ ...it, quantity: -it.quantity }));
  const goods = shifted([...given, ...goodsOf(after)], 'stock', 'held');
  const plan = planOf(orders, { before, after }, 'edit', me);
  return {
    ...plan,
    write: movesWrite([{ before, after }], stillSold('?2'), JSON.stringify(seen)),
    also: [
      query('DELETE FROM sale_lines WHERE sale_id = ?1', [after.id]),
      linesWrite(after.id, after.lines),
      ...goods.also,
    ],
    publish: [
      ...plan.publish,
      ...goods.publish,
      { channel: 'tills', type: 'sale.updated', data: saleOf(after) },
    ] satisfies Publication[],
  };
}
