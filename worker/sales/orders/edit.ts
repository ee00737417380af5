/** What is ordered, changed before anybody is asked for money: goods are held anew, prices are of this moment. */
import { actionOf, type MakeMove } from '../../contract/sales/moves';
import { query, rowsOf } from '../../db/client';
import type { Answer } from '../../live/commit';
import { Refusal } from '../../refusal';
import { moveEntry, mustEverMay, stepOf } from '../move';
import { saleOf, type Sold, soldWith } from '../rows';
import { type OnSale, onSale, priced, shifted, stillSold } from '../stock';
import { totalsWithin } from '../totals';
import type { Scope } from '../../scope';
import { orderOf, orders } from './orders';
import { linesWrite } from './take';

const TRIES = 5;

/** @throws Refusal as a move, and as taking an order for its lines */
export async function editOrder(scope: Scope, id: string, asked: MakeMove): Promise<Answer> {
  mustEverMay(scope, orders, 'edit');
  return scope.once(async () => {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const before = await soldWith(scope.d1, 'order', id);
      stepOf(scope, orders, before, asked);
      const answer = await committed(scope, before, await edited(scope, before, asked.lines ?? []));
      if (answer) return answer;
    }
    throw new Refusal('changed_meanwhile');
  });
}

/** Of what the order had already there is enough, whatever the shelf says. */
const ownOf = ({ lines }: Sold) => new Map(lines.map(({ productId, quantity }) => [productId, quantity]));

async function edited(scope: Scope, before: Sold, wanted: NonNullable<MakeMove['lines']>): Promise<Sold> {
  const { d1, me } = scope;
  const products = await onSale(
    d1,
    wanted.map(({ productId }) => productId),
  ).all();
  const lines = priced(wanted, rowsOf<OnSale>(products), ownOf(before));
  return {
    ...before,
    version: before.version + 1,
    lines,
    ...totalsWithin('lines', lines, before),
    changed: { by: { id: me.id, name: me.name }, at: scope.now() },
  };
}

function committed(scope: Scope, before: Sold, after: Sold): Promise<Answer | undefined> {
  const [had, has] = [ownOf(before), ownOf(after)];
  const more = (productId: string) => (has.get(productId) ?? 0) - (had.get(productId) ?? 0);
  const ids = new Set([...had.keys(), ...has.keys()]);
  const goods = shifted(
    [...ids].map((productId) => ({ productId, quantity: more(productId) })),
    'stock',
    'held',
  );
  const lines = JSON.stringify(after.lines.map((line) => ({ ...line, more: more(line.productId) })));
  return scope.attempt({
    at: after.changed.at,
    changes: [
      {
        ...moveEntry(scope, orders, before, after),
        action: actionOf('order', 'edit'),
        write: query(
          `UPDATE sales SET version = ?3, subtotal = ?4, tax = ?5, total = ?6, changed_at = ?7, changed_by = ?8
           WHERE id = ?1 AND version = ?2 AND ${stillSold('?9')}`,
          ...[after.id, before.version, after.version, after.subtotal, after.tax, after.total],
          ...[after.changed.at, scope.me.id, lines],
        ),
      },
    ],
    also: [
      query('DELETE FROM sale_lines WHERE sale_id = ?1', after.id),
      linesWrite(after.id, after.lines),
      ...goods.also,
    ],
    publish: [
      { channel: 'orders', type: 'order.updated', data: orderOf(after) },
      ...goods.publish,
      { channel: 'tills', type: 'sale.updated', data: saleOf(after) },
    ],
  });
}
