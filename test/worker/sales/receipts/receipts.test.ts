import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { inOne } from '../../../moves';
import { uuidv7 } from 'uuidv7';
import type { Problem } from '../../../../worker/contract/errors';
import {
  newReceiptToken,
  receiptLabel,
  receiptParts,
  type ReceiptLink,
  type ReceiptList,
  type ReceiptPrint,
  type SalesReceipt,
} from '../../../../worker/contract/sales/receipts/receipts';
import { sha256 } from '../../../../worker/contract/secrets';
import { defaultSettings } from '../../../../worker/contract/settings/settings';
import { jobsAt } from '../../schedules/rota';
import { ask, everything, newKey, type Someone, someone } from '../../workplace';
import { cashier, done, makeMove, paidOrder, product, takeOrder } from '../shop';

const DAY = 86_400_000;
type Cashier = Awaited<ReturnType<typeof cashier>>;

const listed = async (as: Someone, saleId: string) =>
  (await ask(`/sales/${saleId}/receipts`, { as })).json<ReceiptList>();
const receipts = async (as: Someone, saleId: string) => (await listed(as, saleId)).receipts;
const print = (as: Someone, saleId: string, it: { key?: string; refundId?: string } = {}) =>
  ask(`/sales/${saleId}/receipts`, {
    ...{ as, key: it.key ?? newKey(), json: it.refundId === undefined ? {} : { refundId: it.refundId } },
  });
const printed = async (answer: Response) => (await answer.json<ReceiptPrint>()).printed;
const codeOf = async (answer: Response) => [answer.status, (await answer.json<Problem>()).code];
const openLink = (token: string, address = '192.0.2.1') =>
  ask('/receipts/open', { json: { token }, headers: { 'CF-Connecting-IP': address } });
const labelsIn = async (drawer: string) =>
  (
    await env.DB.prepare('SELECT number FROM receipts WHERE drawer_id = ?1 ORDER BY number')
      .bind(drawer)
      .all<{ number: number }>()
  ).results.map(({ number }) => number);
const drawerNumber = (id: string) =>
  env.DB.prepare('SELECT number FROM drawers WHERE id = ?1').bind(id).first<number>('number');

let ana: Cashier;
let ben: Cashier;
let soap: { id: string };
beforeEach(async () => {
  [ana, ben, soap] = [
    await cashier('Ana Weber'),
    await cashier('Ben Okafor'),
    await product({ name: 'Soap' }),
  ];
});
const sell = async (as: Cashier, quantity = 1) => {
  const { order } = await paidOrder(as, [{ productId: soap.id, quantity }]);
  return order;
};

describe('the receipt of a payment', () => {
  it('is made with it, and shows what was sold, by whom and for how much', async () => {
    const set = { ...defaultSettings(env.WORKPLACE_ZONE), organisation: 'Harbour Clinic' };
    const value = JSON.stringify({ ...set, sellerAddress: 'Quay 1\n20457 Hamburg', taxNumber: 'DE 1' });
    await env.DB.prepare(`INSERT INTO settings (valid_from, applies_at, value) VALUES ('2020-01-01', 0, ?1)`)
      .bind(value)
      .run();
    const order = await sell(ana, 2);
    await env.DB.prepare('UPDATE sales SET taxes = ?2 WHERE id = ?1')
      .bind(order.id, JSON.stringify([{ rate: 1_900, net: 756, tax: 144 }]))
      .run();
    const [receipt, ...others] = await receipts(ana, order.id);
    expect(others).toEqual([]);
    expect(receipt).toMatchObject({
      label: receiptLabel((await drawerNumber(ana.drawer)) ?? 0, '', 1),
      ...{ copyOf: null, refundId: null, by: 'Ana Weber', place: 'Counter', total: 900 },
      seller: { name: 'Harbour Clinic', address: 'Quay 1\n20457 Hamburg', taxNumber: 'DE 1' },
      lines: [{ name: 'Soap', quantity: 2, price: 450, discount: 0, amount: 900 }],
      taxes: [{ rate: 1_900, net: 756, tax: 144 }],
      payments: [{ method: 'cash', amount: 900, received: 900, change: 0 }],
    });
    await env.DB.prepare('DELETE FROM settings').run();
  });

  it('has the next number of its drawer, without gap, when payments race', async () => {
    const orders = await Promise.all(
      [1, 2, 3, 4, 5, 6].map(async () => {
        const { order } = await done(takeOrder(ana, [{ productId: soap.id, quantity: 1 }]));
        return (await done(makeMove(ana, order, { move: 'request_payment' }))).order;
      }),
    );
    await Promise.all([
      ...orders.map((it) => makeMove(ana, it, { move: 'pay', ...inOne('cash', 450) })),
      sell(ben),
    ]);
    expect(await labelsIn(ana.drawer)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await labelsIn(ben.drawer)).toEqual([1]);
  });

  it('is not made by a payment that is refused', async () => {
    const { order } = await done(takeOrder(ana, [{ productId: soap.id, quantity: 1 }]));
    const due = await done(makeMove(ana, order, { move: 'request_payment' }));
    await makeMove(ana, due.order, { move: 'pay', ...inOne('cash', 1) });
    expect(await labelsIn(ana.drawer)).toEqual([]);
    expect(await receipts(ana, order.id)).toEqual([]);
  });
});

/** The refund of these pieces of soap. */
const piecesOf = (quantity: number) => ({
  ...{ move: 'refund' as const, reason: 'Torn', restock: true },
  lines: [{ line: 1, quantity }],
  parts: [{ method: 'cash', amount: quantity * 450 }],
});

describe('the receipt of a refund', () => {
  it('has the next number of the drawer that gave the money, and shows what came back', async () => {
    const order = await sell(ana);
    await sell(ben);
    const { order: back } = await done(makeMove(ben, order, piecesOf(1)));
    const [paid, returned] = await receipts(ana, back.id);
    expect(paid).toMatchObject({ refundId: null, by: 'Ana Weber' });
    expect(returned).toMatchObject({
      label: receiptLabel((await drawerNumber(ben.drawer)) ?? 0, '', 2),
      ...{ by: 'Ben Okafor', total: 450, lines: [{ name: 'Soap', quantity: 1, amount: 450 }] },
    });
    expect(returned?.refundId).toEqual(expect.any(String));
  });
});

describe('the original of a receipt', () => {
  it('is printed once, without a further number, when two tabs print it at the same moment', async () => {
    const order = await sell(ana);
    const { receipts: made, unprinted } = await listed(ana, order.id);
    expect(unprinted).toEqual(made.map(({ label }) => label));
    const key = newKey();
    const both = await Promise.all([
      printed(await print(ana, order.id, { key })),
      printed(await print(ana, order.id)),
    ]);
    expect(both.map(({ copyOf }) => copyOf).sort()).toEqual([made[0]?.label, null]);
    const again = await printed(await print(ana, order.id, { key }));
    expect(both, 'a retry prints the same').toContainEqual(again);
    expect((await listed(ana, order.id)).unprinted).toEqual([]);
    expect(await labelsIn(ana.drawer)).toEqual([1, 2]);
  });

  it('is printed without an open drawer, and of a refund by itself', async () => {
    const order = await sell(ana);
    const { order: back } = await done(makeMove(ana, order, piecesOf(1)));
    const idle = await someone({ roles: ['cashier'] });
    const [paid, returned] = await receipts(ana, back.id);
    const refundId = returned?.refundId ?? '';
    expect(await printed(await print(idle, order.id, { refundId }))).toEqual(returned);
    expect((await listed(ana, order.id)).unprinted).toEqual([paid?.label]);
    expect(await codeOf(await print(idle, order.id, { refundId }))).toEqual([409, 'no_drawer']);
  });
});

describe('a copy of a receipt', () => {
  /** A paid order whose original is printed. */
  const soldAndPrinted = async () => {
    const order = await sell(ana);
    await printed(await print(ana, order.id));
    return order;
  };

  it('has the next number of the drawer of the person who prints it, and names the original', async () => {
    const order = await soldAndPrinted();
    const [original] = await receipts(ana, order.id);
    const key = newKey();
    const first = await printed(await print(ana, order.id, { key }));
    expect(first).toEqual({
      ...original,
      label: receiptLabel((await drawerNumber(ana.drawer)) ?? 0, '', 2),
      copyOf: original?.label,
    });
    expect(await printed(await print(ana, order.id, { key })), 'a retry makes no further one').toEqual(first);
    expect(await printed(await print(ben, order.id))).toMatchObject({
      label: receiptLabel((await drawerNumber(ben.drawer)) ?? 0, '', 1),
      copyOf: original?.label,
    });
    expect(await labelsIn(ana.drawer)).toEqual([1, 2]);
  });

  it('has a number of its own when two tills print at the same moment', async () => {
    const order = await soldAndPrinted();
    const copies = await Promise.all(
      [ana, ben, ana, ben].map(async (as) => (await printed(await print(as, order.id))).label),
    );
    expect(new Set(copies).size).toBe(4);
    expect(await labelsIn(ana.drawer)).toEqual([1, 2, 3]);
  });

  it('is refused for what was not paid, without an open drawer, and to outsiders, and nothing is written', async () => {
    const { order } = await done(takeOrder(ana, [{ productId: soap.id, quantity: 1 }]));
    const paid = await soldAndPrinted();
    const [idle, outsider] = [await someone({ roles: ['cashier'] }), await someone({ roles: ['releasing'] })];
    const before = await everything();
    expect(await codeOf(await print(ana, order.id))).toEqual([409, 'not_paid']);
    expect(await codeOf(await print(ana, paid.id, { refundId: uuidv7() }))).toEqual([409, 'not_paid']);
    expect(await codeOf(await print(ana, uuidv7()))).toEqual([404, 'not_found']);
    expect(await codeOf(await print(idle, paid.id))).toEqual([409, 'no_drawer']);
    expect(await codeOf(await print(outsider, paid.id))).toEqual([403, 'not_allowed']);
    expect((await ask(`/sales/${paid.id}/receipts`, { as: outsider })).status).toBe(403);
    expect((await ask(`/sales/${uuidv7()}/receipts`, { as: ana })).status).toBe(404);
    expect(await everything()).toEqual(before);
  });

  it('answers a key from before receipts had numbers, with the print that it made', async () => {
    const order = await soldAndPrinted();
    const key = newKey();
    const made = await printed(await print(ana, order.id, { key }));
    await env.DB.prepare(`UPDATE journal SET after = ?2 WHERE subject = ?1 AND action = 'receipt.printed'`)
      .bind(`receipt/${order.id}`, JSON.stringify({ saleId: order.id, print: 2 }))
      .run();
    expect(await printed(await print(ana, order.id, { key }))).toEqual(made);
  });
});

describe('a link to a receipt', () => {
  const linked = async (as: Someone, saleId: string, label: string) => {
    const token = newReceiptToken();
    const json = { label, hash: await sha256(token) };
    const answer = await ask(`/sales/${saleId}/receipts/links`, { as, key: newKey(), json });
    return { token, answer };
  };

  it('shows that receipt to anyone who has it, for 90 days, and is stored as a hash only', async () => {
    const order = await sell(ana);
    const [receipt] = await receipts(ana, order.id);
    const { token, answer } = await linked(ana, order.id, receipt?.label ?? '');
    const { expiresAt, receipt: entry } = await answer.json<ReceiptLink>();
    expect(expiresAt - entry.at).toBe(90 * DAY);
    expect(token).toMatch(/^[0-9a-f]{32}$/);
    const shown = await openLink(token);
    expect([shown.status, await shown.json<SalesReceipt>()]).toEqual([200, receipt]);
    expect(JSON.stringify(await everything())).not.toContain(token);
    await env.DB.prepare('UPDATE receipt_links SET expires_at = ?1').bind(Date.now()).run();
    expect(await codeOf(await openLink(token))).toEqual([410, 'receipt_gone']);
  });

  it('is deleted by a job when it has expired', async () => {
    const order = await sell(ana);
    const [receipt] = await receipts(ana, order.id);
    const { token } = await linked(ana, order.id, receipt?.label ?? '');
    const hash = await sha256(token);
    const kept = () => env.DB.prepare('SELECT 1 FROM receipt_links WHERE hash = ?1').bind(hash).first();
    const quarter = Math.ceil(Date.now() / 900_000) * 900_000;
    await jobsAt(quarter);
    expect(await kept()).not.toBeNull();
    await jobsAt(quarter + 91 * DAY);
    expect(await kept()).toBeNull();
  });

  it('is made for the receipts of that sale only, by people at a till', async () => {
    const [order, other] = [await sell(ana), await sell(ana)];
    const [receipt] = await receipts(ana, other.id);
    const label = receipt?.label ?? '';
    expect(await codeOf((await linked(ana, order.id, label)).answer)).toEqual([404, 'not_found']);
    const outsider = await someone({ roles: ['releasing'] });
    expect(await codeOf((await linked(outsider, other.id, label)).answer)).toEqual([403, 'not_allowed']);
    expect(await codeOf((await linked(ana, other.id, 'D1')).answer)).toEqual([400, 'invalid_input']);
  });

  it('is not found by guessing: unknown ones are counted by address', async () => {
    const order = await sell(ana);
    const [receipt] = await receipts(ana, order.id);
    const { token } = await linked(ana, order.id, receipt?.label ?? '');
    const guesses = Array.from({ length: 100 }, () => openLink(newReceiptToken(), '198.51.100.7'));
    for (const answer of await Promise.all(guesses)) expect(answer.status).toBe(410);
    expect(await codeOf(await openLink(newReceiptToken(), '198.51.100.7'))).toEqual([429, 'too_many_tries']);
    expect((await openLink(token, '198.51.100.8')).status, 'another address').toBe(200);
  });
});

it('a label names the drawer, a device without network, and the number', () => {
  expect([receiptLabel(147, '', 23), receiptLabel(12_345, 'A', 1_000)]).toEqual([
    'D0147-023',
    'D12345-A1000',
  ]);
  for (const parts of [
    { drawer: 147, letter: '', number: 23 },
    { drawer: 12_345, letter: 'AB', number: 1_000 },
  ])
    expect(receiptParts(receiptLabel(parts.drawer, parts.letter, parts.number))).toEqual(parts);
});
