/** The money of sales through the routes: tax by product, discounts, coins, tips, parts and the one currency. */
import { env } from 'cloudflare:workers';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defaultSettings, type Settings } from '../../../../worker/contract/settings/settings';
import type { OrderChange } from '../../../../worker/contract/sales/orders/orders';
import { ask, everything, newKey, type Someone, someone } from '../../workplace';
import { cashier, done, makeMove, product } from '../shop';
import { balanced, codeOf, lineOf, rules, saleIn, staff, taxed, tillOf } from './money';

let ana: Someone & { drawer: string };
let admin: Someone;
beforeAll(async () => {
  admin = await someone({ roles: ['admin'] });
});
beforeEach(async () => {
  ana = await cashier();
  await rules({});
});
const { order, due, pay } = tillOf(() => ana);

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
