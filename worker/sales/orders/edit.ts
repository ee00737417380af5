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
import { saleOf, type Sold, soldWith } from '../rows';
import { onSale, priced, shifted, stillSold } from '../stock';
import { totalsWithin } from '../totals';
import { orders } from './orders';

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
      const ordered = priced(input.lines, products, ownOf(before));
      return editing(before, { ...after, lines: ordered, ...totalsWithin('lines', ordered, before) }, me);
    },
  });

/** The pieces that the order already holds; they need no stock. */
const ownOf = ({ lines }: Sold) => new Map(lines.map(({ productId, quantity }) => [productId, quantity]));

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
  const plan = planOf(orders, { before, after }, 'edit', me);
  return {
    ...plan,
    write: movesWrite([{ before, after }], stillSold('?2'), lines),
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
