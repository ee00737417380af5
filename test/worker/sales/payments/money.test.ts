/** The money of sales through the routes: tax by product, discounts, coins, tips, parts, refunds and the one currency. */
import { env } from 'cloudflare:workers';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { amountOf, sum } from '../../../../worker/contract/money';
import type { EditedLines } from '../../../../worker/contract/sales/moves';
import type { OrderChange } from '../../../../worker/contract/sales/orders/orders';
import type { Sale } from '../../../../worker/contract/sales/payments/payments';
import { refundAll, refundOf, refundParts } from '../../../../worker/contract/sales/refunds';
import { defaultSettings, type Settings } from '../../../../worker/contract/settings/settings';
import { allOf } from '../../../moves';
import { ask, everything, newKey, type Someone, someone } from '../../workplace';
import { cashier, COUNTER, done, makeMove, product, shelves } from '../shop';
import { uuidv7 } from 'uuidv7';

let ana: Someone & { drawer: string };
let admin: Someone;
beforeAll(async () => {
  admin = await someone({ roles: ['admin'] });
});
beforeEach(async () => {
  ana = await cashier();
  await rules({});
});

const rules = (some: Partial<Settings>) =>
  env.DB.prepare(
    `INSERT OR REPLACE INTO settings (valid_from, applies_at, value) VALUES ('2020-01-01', 0, ?1)`,
  )
    .bind(JSON.stringify({ ...defaultSettings('Europe/Berlin'), ...some }))
    .run();
const taxed = async (price: number, taxRate: number | null, stock = 100) => {
  const it = await product({ price, stock });
  await env.DB.prepare('UPDATE products SET tax_rate = ?2 WHERE id = ?1').bind(it.id, taxRate).run();
  return it;
};
const lineOf = ({ id }: { id: string }, quantity = 1, discount: object | null = null) => ({
  productId: id,
  quantity,
  discount,
});
const order = (lines: object[], more: object = {}, as: Someone = ana) =>
  ask('/orders', { as, key: newKey(), json: { id: uuidv7(), placeId: COUNTER, lines, ...more } });
/** An order for payment. */
const due = async (lines: object[], more: object = {}, as: Someone = ana) => {
  const taken = await done(order(lines, more, as));
  return done(makeMove(as, taken.order, { move: 'request_payment' }));
};
const pay = (it: OrderChange, parts: object[], as = ana) => makeMove(as, it.order, { move: 'pay', parts });
const saleIn = ({ sale }: OrderChange): Sale => {
  if (!sale) throw new Error('no money');
  return sale;
};
const codeOf = async (answer: Promise<Response>) => {
  const { code, detail } = await (await answer).json<{ code: string; detail?: string }>();
  return [code, detail];
};
const staff = { by: 'percent', percent: 1_000, reason: 'Staff' };

/** payments - refunds = total - returned + rounding, in the database. */
async function balanced(id: string): Promise<void> {
  const row = await env.DB.prepare(
    `SELECT total, refunded,
       (SELECT coalesce(sum(iif(kind = 'payment', amount, -amount)), 0) FROM payments WHERE sale_id = sales.id) AS paid,
       (SELECT coalesce(sum(iif(kind = 'payment', rounding, -rounding)), 0) FROM payments WHERE sale_id = sales.id) AS rounding,
       (SELECT coalesce(sum(amount), 0) FROM refunds WHERE sale_id = sales.id) AS returned
     FROM sales WHERE id = ?1`,
  )
    .bind(id)
    .first<{ total: number; refunded: number; paid: number; rounding: number; returned: number }>();
  expect(row?.refunded).toBe(row?.returned);
  expect(row?.paid).toBe((row?.total ?? 0) - (row?.returned ?? 0) + (row?.rounding ?? 0));
}

describe('tax', () => {
  it('is each product’s own or the workplace’s, computed once a rate', async () => {
    await rules({ taxRate: 1_900 });
    const [roll, coffee, cup] = [await taxed(333, 700), await taxed(450, null), await taxed(333, 700)];
    const sale = saleIn(await done(order([lineOf(roll), lineOf(coffee, 2), lineOf(cup)])));
    expect(sale.taxes).toEqual([
      { rate: 1_900, net: 756, tax: 144 },
      { rate: 700, net: 622, tax: 44 },
    ]);
    expect(sale).toMatchObject({ subtotal: 1_378, tax: 188, total: 1_566 });
  });

  it('that is added is part of what is due', async () => {
    await rules({ taxRate: 1_000, taxIncluded: false });
    const it = await due([lineOf(await taxed(995, null))]);
    expect(saleIn(it)).toMatchObject({ subtotal: 995, tax: 100, total: 1_095 });
    expect(await codeOf(pay(it, [{ method: 'card', received: 995 }]))).toEqual([
      'payment_short',
      '€10.95 is due.',
    ]);
  });
});

describe('a discount', () => {
  it('of lines comes first, the order’s is spread over what is left, and both are stored', async () => {
    const [a, b] = [await product({ price: 1_000 }), await product({ price: 333 })];
    const taken = await done(
      order([lineOf(a, 1, staff), lineOf(b, 2)], { discount: { by: 'amount', amount: 100, reason: 'Late' } }),
    );
    const sale = saleIn(taken);
    expect(sale.lines.map(({ discount, share }) => [discount?.amount ?? 0, share])).toEqual([
      [100, 57],
      [0, 43],
    ]);
    expect(sale.discount).toEqual({ amount: 100, percent: null, reason: 'Late' });
    expect(sale.total).toBe(1_466);
    const { sale: again } = await (await ask(`/orders/${taken.order.id}`, { as: ana })).json<OrderChange>();
    expect(again).toEqual(sale);
  });

  it('beyond the cashiers’ limit is an admin’s', async () => {
    await rules({ cashierDiscountPercent: 10 });
    const it = await product({ price: 1_000 });
    expect((await order([lineOf(it, 1, staff)])).status).toBe(200);
    const before = await everything();
    const more = { ...staff, percent: 1_100 };
    expect(await codeOf(order([lineOf(it, 1, more)]))).toEqual([
      'discount_too_large',
      'You can take off at most 10 %. Ask an admin for more.',
    ]);
    expect((await codeOf(order([lineOf(it, 1, staff)], { discount: staff })))[0]).toBe('discount_too_large');
    expect(await everything()).toEqual(before);
    const given = await done(order([lineOf(it, 1, more)], {}, admin));
    // A cashier may keep what an admin gave.
    const lines = [{ line: 1, ...lineOf(it, 1, more) }];
    expect((await makeMove(ana, given.order, { move: 'edit', lines })).status).toBe(200);
  });
});

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
});

describe('a payment in parts', () => {
  it('is taken at once: card parts exact, cash in coins, with change and tips beside', async () => {
    await rules({ smallestCoin: 5 });
    const it = await due([lineOf(await product({ price: 2_003 }))]);
    const paid = await done(
      pay(it, [
        { method: 'card', received: 1_100, tip: 100, reference: '0042' },
        { method: 'cash', received: 1_200, tip: 50 },
      ]),
    );
    expect(saleIn(paid).payments).toMatchObject([
      { method: 'card', amount: 1_000, rounding: 0, tip: 100, received: 1_100, change: 0, reference: '0042' },
      { method: 'cash', amount: 1_005, rounding: 2, tip: 50, received: 1_200, change: 145 },
    ]);
    await balanced(paid.order.id);
    const { drawer } = await (
      await ask('/drawers/mine', { as: ana })
    ).json<{ drawer: { expected: object } }>();
    expect(drawer.expected).toEqual({ cash: 10_000 + 1_055, card: 1_100, transfer: 0 });
  });

  it.each<[string, object[], string]>([
    [
      'too little in all',
      [
        { method: 'card', received: 500 },
        { method: 'cash', received: 499 },
      ],
      'payment_short',
    ],
    [
      'cards alone that are short',
      [
        { method: 'card', received: 500 },
        { method: 'transfer', received: 499 },
      ],
      'payment_short',
    ],
    [
      'cards beyond the total',
      [
        { method: 'card', received: 500 },
        { method: 'transfer', received: 501 },
      ],
      'payment_not_exact',
    ],
    [
      'cash for nothing',
      [
        { method: 'card', received: 1_000 },
        { method: 'cash', received: 100 },
      ],
      'payment_not_exact',
    ],
    ['a tip beyond what was given', [{ method: 'cash', received: 1_000, tip: 1 }], 'payment_short'],
    [
      'a tip larger than its part',
      [
        { method: 'card', received: 1, tip: 2 },
        { method: 'cash', received: 9_999 },
      ],
      'payment_not_exact',
    ],
    [
      'cash twice',
      [
        { method: 'cash', received: 500 },
        { method: 'cash', received: 500 },
      ],
      'invalid_input',
    ],
    ['no part', [], 'invalid_input'],
  ])('is refused with %s, and writes nothing', async (_what, parts, why) => {
    const it = await due([lineOf(await product({ price: 1_000 }))]);
    const before = await everything();
    expect((await codeOf(pay(it, parts)))[0]).toBe(why);
    expect(await everything()).toEqual(before);
  });

  it('of nothing is one part of 0', async () => {
    const free = { by: 'percent', percent: 10_000, reason: 'On the house' };
    const it = await due([lineOf(await product({ price: 1_000 }), 1, free)]);
    const paid = await done(pay(it, [{ method: 'cash', received: 0 }]));
    expect(saleIn(paid).payments).toMatchObject([{ amount: 0, change: 0 }]);
    await balanced(paid.order.id);
  });
});

describe('a refund', () => {
  const back = (it: OrderChange, pieces: { line: number; quantity: number }[], restock = true, as = ana) => {
    const sale = saleIn(it);
    const parts = refundParts(sale, refundOf(sale, pieces).amount);
    return makeMove(as, it.order, { move: 'refund', reason: 'Cold', restock, lines: pieces, parts });
  };
  const sold = async (as = ana) => {
    const [soap, tea] = [
      await product({ price: 1_000, stock: 10 }),
      await product({ price: 333, stock: 10 }),
    ];
    const it = await due([lineOf(soap, 3, staff), lineOf(tea, 2)], { discount: staff }, as);
    const total = saleIn(it).total;
    const paid = await done(
      pay(
        it,
        [
          { method: 'card', received: 1_000 },
          { method: 'cash', received: total },
        ],
        as,
      ),
    );
    return { soap, tea, paid };
  };

  it('of pieces is their share after discounts, in any steps, also after the release, and never more', async () => {
    const { soap, tea, paid } = await sold();
    const one = await done(back(paid, [{ line: 1, quantity: 1 }]));
    expect(one.order.state).toBe('for_release');
    expect(await shelves(soap.id)).toEqual({ stock: 8, held: 0, sold: 2 });
    const released = await done(makeMove(admin, one.order, { move: 'release', receivedBy: 'Mrs Lang' }));
    const seen = { ...one, order: released.order };
    const two = await done(
      back(
        seen,
        [
          { line: 1, quantity: 2 },
          { line: 2, quantity: 1 },
        ],
        false,
      ),
    );
    expect(two.order.state).toBe('released');
    expect(await shelves(soap.id)).toEqual({ stock: 8, held: 0, sold: 2 });
    const before = await everything();
    expect((await codeOf(back(two, [{ line: 1, quantity: 1 }])))[0]).toBe('invalid_input');
    expect(await everything()).toEqual(before);
    const all = await done(back(two, [{ line: 2, quantity: 1 }]));
    const sale = saleIn(all);
    expect(sum(sale.refunds.map(({ amount }) => amount))).toBe(sale.total);
    expect(sum(sale.refunds.flatMap(({ taxes }) => taxes).map(({ net, tax }) => net + tax))).toBe(sale.total);
    expect(sum(sale.lines.map(amountOf))).toBe(sale.total);
    expect(await shelves(tea.id)).toEqual({ stock: 9, held: 0, sold: 1 });
    await balanced(all.order.id);
  });

  it('goes by the methods that paid, into the drawer of whoever gives it', async () => {
    const { paid } = await sold();
    const ben = await cashier();
    const sale = saleIn(paid);
    const { lines, parts: all } = refundAll(sale);
    const amount = sum(all.map((part) => part.amount));
    const give = (parts: object[]) =>
      codeOf(makeMove(ben, paid.order, { move: 'refund', reason: 'Cold', restock: true, lines, parts }));
    const before = await everything();
    expect((await give([{ method: 'card', amount }]))[0]).toBe('invalid_input');
    expect(
      (
        await give([
          { method: 'card', amount: 1_000 },
          { method: 'cash', amount: amount - 999 },
        ])
      )[0],
    ).toBe('refund_not_exact');
    expect((await give([{ method: 'transfer', amount }]))[0]).toBe('invalid_input');
    expect(await everything()).toEqual(before);
    const gone = await done(makeMove(ben, paid.order, allOf(sale, true)));
    expect(gone.order).toMatchObject({ state: 'cancelled', cancellation: { restocked: true } });
    const given = saleIn(gone).refunds.flatMap(({ payments }) => payments);
    expect(given.map(({ method, drawerId }) => [method, drawerId])).toEqual([
      ['card', ben.drawer],
      ['cash', ben.drawer],
    ]);
    await balanced(gone.order.id);
  });

  it('in cash is rounded to coins, and the rounding stays accounted for', async () => {
    await rules({ smallestCoin: 10 });
    const it = await due([lineOf(await product({ price: 333 }), 3)]);
    const paid = await done(pay(it, [{ method: 'cash', received: 1_000 }]));
    expect(saleIn(paid).payments).toMatchObject([{ amount: 1_000, rounding: 1 }]);
    const one = await done(back(paid, [{ line: 1, quantity: 1 }]));
    expect(saleIn(one).refunds[0]?.payments).toMatchObject([{ amount: 330, rounding: -3 }]);
    await balanced(paid.order.id);
  });

  it('is given once, whoever else gives it at the same moment', async () => {
    const { paid } = await sold();
    const ben = await cashier();
    const answers = await Promise.all(
      [ana, ben].map((who) => makeMove(who, paid.order, allOf(saleIn(paid), true))),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    await balanced(paid.order.id);
  });
});

describe('the currency', () => {
  const today = '2020-01-01';
  const set = (settings: Partial<Settings>, validFrom: string) =>
    ask('/settings', {
      method: 'PUT',
      as: admin,
      key: newKey(),
      json: { validFrom, settings: { ...defaultSettings('Europe/Berlin'), ...settings } },
    });

  it('is fixed by the first payment', async () => {
    const it = await due([lineOf(await product({ price: 350 }))]);
    await done(pay(it, [{ method: 'cash', received: 350 }]));
    const before = await everything();
    const { today: now } = await (await ask('/settings', { as: admin })).json<{ today: string }>();
    expect((await codeOf(set({ currency: 'JPY' }, now)))[0]).toBe('currency_fixed');
    expect(await everything()).toEqual(before);
    expect(today < now).toBe(true);
  });

  it('of an order is the workplace’s when it is paid', async () => {
    const it = await due([lineOf(await product({ price: 350 }))]);
    await rules({ currency: 'JPY' });
    expect((await codeOf(pay(it, [{ method: 'cash', received: 350 }])))[0]).toBe('currency_changed');
  });
});

describe('an answer that was kept before sales had parts', () => {
  it('is repeated in the present shape', async () => {
    const soap = await product({ price: 450 });
    const it = await due([lineOf(soap, 2)]);
    const key = newKey();
    const parts = [{ method: 'cash', received: 1_000 }];
    const again = () => makeMove(ana, it.order, { move: 'pay', parts }, { key });
    const first = await done(again());
    const sale = saleIn(first);
    const [payment] = sale.payments;
    const {
      lines,
      taxes: _taxes,
      discount: _discount,
      payments: _payments,
      refunds: _refunds,
      ...same
    } = sale;
    const { rounding: _rounding, tip: _tip, ...formerly } = payment ?? { rounding: 0, tip: 0 };
    const former = {
      ...same,
      ...{ taxRate: 0, payment: formerly, refund: { ...formerly, kind: 'refund' } },
      lines: lines.map(({ productId, name, quantity, price }) => ({ productId, name, quantity, price })),
    };
    await env.DB.prepare(
      `UPDATE journal SET after = json_set(after, '$.sale', json(?2)) WHERE subject = ?1 AND action = 'order.paid'`,
    )
      .bind(`order/${it.order.id}`, JSON.stringify(former))
      .run();
    const repeated = await done(again());
    expect(repeated.order).toEqual(first.order);
    expect(repeated.sale).toMatchObject({
      ...sale,
      refunds: [{ amount: 900, lines: [{ line: 1, quantity: 2, amount: 900 }] }],
    });
  });
});
