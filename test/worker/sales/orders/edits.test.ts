/** Edits of an order: its lines keep their prices, and only what is added has the present one. */
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import type { EditedLines } from '../../../../worker/contract/sales/moves';
import type { OrderChange } from '../../../../worker/contract/sales/orders/orders';
import { ask, everything, type Someone } from '../../workplace';
import { codeOf, lineOf, rules, saleIn, tillOf } from '../payments/money';
import { cashier, done, makeMove, product, shelves } from '../shop';

let ana: Someone;
beforeEach(async () => {
  ana = await cashier();
  await rules({});
});
const { order } = tillOf(() => ana);

describe('an edit', () => {
  const edit = (it: OrderChange, lines: EditedLines) => makeMove(ana, it.order, { move: 'edit', lines });
  const reprice = (id: string, price: number) =>
    env.DB.prepare('UPDATE products SET price = ?2 WHERE id = ?1').bind(id, price).run();

  it('reprices only what is added: one product at two prices is two lines', async () => {
    const soap = await product({ price: 450, stock: 10 });
    const taken = await done(order([lineOf(soap, 2)]));
    await reprice(soap.id, 999);
    const same = await done(edit(taken, [{ line: 1, productId: soap.id, quantity: 1 }]));
    expect(saleIn(same).lines).toMatchObject([{ line: 1, quantity: 1, price: 450 }]);
    const more = await done(edit(same, [{ line: 1, productId: soap.id, quantity: 3 }]));
    expect(saleIn(more).lines).toMatchObject([
      { line: 1, quantity: 1, price: 450 },
      { line: 2, quantity: 2, price: 999 },
    ]);
    expect(saleIn(more).total).toBe(2_448);
    expect(await shelves(soap.id)).toEqual({ stock: 7, held: 3, sold: 0 });
    const kept = await done(
      edit(more, [
        { line: 2, productId: soap.id, quantity: 2 },
        { productId: soap.id, quantity: 1 },
      ]),
    );
    expect(saleIn(kept).lines.map(({ line, quantity, price }) => [line, quantity, price])).toEqual([
      [2, 2, 999],
      [3, 1, 999],
    ]);
  });

  it('keeps a line of a product that is no longer sold, and refuses lines that are not the order’s', async () => {
    const [soap, tea] = [await product(), await product()];
    const taken = await done(order([lineOf(soap, 2), lineOf(tea)]));
    await env.DB.prepare('UPDATE products SET active = 0 WHERE id = ?1').bind(soap.id).run();
    const before = await everything();
    const wrong = [
      [{ line: 9, productId: soap.id, quantity: 1 }],
      [{ line: 2, productId: soap.id, quantity: 1 }],
      [
        { line: 1, productId: soap.id, quantity: 1 },
        { line: 1, productId: soap.id, quantity: 1 },
      ],
    ];
    for (const lines of wrong) expect((await codeOf(edit(taken, lines)))[0]).toBe('invalid_input');
    expect((await codeOf(edit(taken, [{ line: 1, productId: soap.id, quantity: 3 }])))[0]).toBe(
      'product_inactive',
    );
    expect(await everything()).toEqual(before);
    const less = await done(edit(taken, [{ line: 1, productId: soap.id, quantity: 1 }]));
    expect(saleIn(less).lines).toMatchObject([{ line: 1, quantity: 1 }]);
  });

  it('answers its lines by their numbers, as they are read again, in whatever order they were sent', async () => {
    const [soap, tea] = [await product({ price: 450 }), await product({ price: 250 })];
    const taken = await done(order([lineOf(soap, 2), lineOf(tea)]));
    await reprice(soap.id, 999);
    const sent = [
      { productId: tea.id, quantity: 1, line: 2 },
      { productId: soap.id, quantity: 3, line: 1 },
    ];
    const edited = await done(edit(taken, sent));
    expect(saleIn(edited).lines.map(({ line }) => line)).toEqual([1, 2, 3]);
    const { sale, order: again } = await (
      await ask(`/orders/${taken.order.id}`, { as: ana })
    ).json<OrderChange>();
    expect(edited).toMatchObject({ sale, order: again });
  });
});
