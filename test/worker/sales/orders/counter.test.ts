/** The flow of a counter: an order for payment has no number, goes back to the cart, is saved for later, or is paid. */
import { env } from 'cloudflare:workers';
import { createExecutionContext } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import type { OrderChange, OrderList, Till } from '../../../../worker/contract/sales/orders/orders';
import { runJobs } from '../../../../worker/jobs';
import { cashier, done, makeMove, paidOrder, place, product, releaser, shelves, takeOrder } from '../shop';
import { ask, edged, newKey, type Someone } from '../../workplace';

const cash = { parts: [{ method: 'cash', received: 450 }] };
const code = async (answer: Promise<Response>) => (await (await answer).json<{ code: string }>()).code;
const last = (placeId: string) =>
  env.DB.prepare('SELECT last FROM queues WHERE place_id = ?1').bind(placeId).first<number>('last');

async function counter() {
  const [ana, placeId, soap] = [await cashier(), await place(), await product({ stock: 100 })];
  const lines = [{ productId: soap.id, quantity: 1 }];
  const forPayment = async (as: Someone = ana) =>
    (await done(takeOrder(as, lines, { placeId, state: 'for_payment' }))).order;
  return { ana, placeId, soap, lines, forPayment };
}

describe('an order for payment', () => {
  it('holds its goods without a number, and gets the next one when it is paid', async () => {
    const { ana, placeId, soap, lines, forPayment } = await counter();
    const order = await forPayment();
    expect(order).toMatchObject({ state: 'for_payment', number: null });
    expect(await shelves(soap.id)).toEqual({ stock: 99, held: 1, sold: 0 });
    const saved = await done(takeOrder(ana, lines, { placeId }));
    expect(saved.order).toMatchObject({ state: 'pending', number: 1 });
    const paid = await done(makeMove(ana, order, { move: 'pay', ...cash }));
    expect(paid.order).toMatchObject({ state: 'for_release', number: 2 });
    expect(paid.sale?.label).toBe('002');
  });

  it('keeps its number when its payment is repeated after a lost answer', async () => {
    const { ana, forPayment } = await counter();
    const order = await forPayment();
    const key = newKey();
    const pay = () => done(makeMove(ana, order, { move: 'pay', ...cash }, { key }));
    const first = await pay();
    expect(await pay()).toEqual(first);
    expect(await code(makeMove(ana, order, { move: 'pay', ...cash }))).toBe('moved_meanwhile');
  });

  it('draws no number for a payment that is refused', async () => {
    const { ana, placeId, forPayment } = await counter();
    const order = await forPayment();
    expect(
      await code(makeMove(ana, order, { move: 'pay', parts: [{ method: 'cash', received: 449 }] })),
    ).toBe('payment_short');
    expect(await last(placeId)).toBeNull();
    expect((await done(makeMove(ana, order, { move: 'pay', ...cash }))).order.number).toBe(1);
  });

  it('is paid once by two tills at the same moment, and ten at once get ten numbers', async () => {
    const { ana, forPayment } = await counter();
    const ben = await cashier();
    const order = await forPayment();
    const two = await Promise.all([ana, ben].map((as) => makeMove(as, order, { move: 'pay', ...cash })));
    expect(two.map(({ status }) => status).sort()).toEqual([200, 409]);
    const ten = await Promise.all(Array.from({ length: 10 }, () => forPayment()));
    const paid = await Promise.all(ten.map((it) => done(makeMove(ana, it, { move: 'pay', ...cash }))));
    expect(new Set(paid.map((it) => it.order.number)).size).toBe(10);
  });

  it('is saved for later with a number, and keeps it until it is paid', async () => {
    const { ana, forPayment } = await counter();
    const saved = await done(makeMove(ana, await forPayment(), { move: 'save' }));
    expect(saved.order).toMatchObject({ state: 'pending', number: 1 });
    const heard = await env.DB.prepare(
      `SELECT data ->> 'label' FROM events WHERE channel = 'tills' AND data ->> 'id' = ?1 ORDER BY seq DESC`,
    )
      .bind(saved.order.id)
      .first<string>(`data ->> 'label'`);
    expect(heard).toBe('001');
    const due = await done(makeMove(ana, saved.order, { move: 'request_payment' }));
    expect(due.order).toMatchObject({ state: 'for_payment', number: 1 });
    const again = await done(makeMove(ana, due.order, { move: 'save' }));
    expect(again.order).toMatchObject({ state: 'pending', number: 1 });
    expect((await done(makeMove(ana, again.order, { move: 'request_payment' }))).order.number).toBe(1);
  });

  it('goes back to the cart: its goods are free, and no list shows it', async () => {
    const { ana, soap, forPayment } = await counter();
    const back = await done(makeMove(ana, await forPayment(), { move: 'to_cart' }));
    expect(back.order).toMatchObject({ state: 'cancelled', cancellation: { reason: 'Back to the cart' } });
    expect(await shelves(soap.id)).toEqual({ stock: 100, held: 0, sold: 0 });
    const lists = [
      await (await ask('/orders', { as: ana })).json<OrderList>(),
      await (await ask('/till', { as: ana })).json<Till>(),
    ];
    for (const { orders } of lists) expect(orders.map(({ id }) => id)).not.toContain(back.order.id);
  });

  it('does not go back to the cart once a customer may know its number', async () => {
    const { ana, forPayment } = await counter();
    const saved = await done(makeMove(ana, await forPayment(), { move: 'save' }));
    const due = await done(makeMove(ana, saved.order, { move: 'request_payment' }));
    expect(await code(makeMove(ana, due.order, { move: 'to_cart' }))).toBe('illegal_move');
  });

  it('is either paid or back in the cart when both happen at once, and its goods are counted once', async () => {
    const { ana, soap, forPayment } = await counter();
    const order = await forPayment();
    const answers = await Promise.all([
      makeMove(ana, order, { move: 'pay', ...cash }),
      makeMove(ana, order, { move: 'to_cart' }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const isPaid = answers[0].status === 200;
    expect(await shelves(soap.id)).toEqual({ stock: isPaid ? 99 : 100, held: 0, sold: isPaid ? 1 : 0 });
  });

  it('is moved by nobody from the release desk', async () => {
    const { forPayment } = await counter();
    const [order, rita] = [await forPayment(), await releaser()];
    for (const move of ['save', 'to_cart', 'pay'] as const)
      expect(await code(makeMove(rita, order, { move, ...(move === 'pay' && cash) }))).toBe('not_allowed');
  });

  it('is cancelled by the clock like any other, and no list shows it', async () => {
    const { ana, soap, forPayment } = await counter();
    const order = await forPayment();
    await runJobs(edged(), createExecutionContext(), order.expiresAt ?? 0);
    expect(await shelves(soap.id)).toEqual({ stock: 100, held: 0, sold: 0 });
    const late = await makeMove(ana, order, { move: 'pay', ...cash });
    expect((await late.json<{ detail: string }>()).detail).toBe(
      'Not paid in time: The order is “Cancelled” now.',
    );
  });
});

describe('a queue number', () => {
  it('is none that an order of an earlier day still has at that place', async () => {
    const { ana, placeId, lines } = await counter();
    const take = async () => (await done(takeOrder(ana, lines, { placeId }))).order;
    const early = [await take(), await take(), await take()];
    const yesterday = `UPDATE sales SET date = '2020-01-01' WHERE id = ?1`;
    for (const { id } of early) await env.DB.prepare(yesterday).bind(id).run();
    await env.DB.prepare('DELETE FROM queues WHERE place_id = ?1').bind(placeId).run();
    await done(makeMove(ana, early[1] as OrderChange['order'], { move: 'cancel', reason: 'Gone home' }));
    expect([(await take()).number, (await take()).number]).toEqual([2, 4]);
  });

  it('is none of an order that was just released, whose release may be undone', async () => {
    const { ana, placeId, lines } = await counter();
    const paid = await paidOrder(ana, lines, { placeId });
    const desk = await releaser();
    const gone = await done(makeMove(desk, paid.order, { move: 'release', receivedBy: null }));
    await env.DB.prepare(`UPDATE sales SET date = '2020-01-01' WHERE id = ?1`).bind(paid.order.id).run();
    await env.DB.prepare('DELETE FROM queues WHERE place_id = ?1').bind(placeId).run();
    const { order } = await done(takeOrder(ana, lines, { placeId }));
    const again = await done(makeMove(desk, gone.order, { move: 'undo' }));
    expect([again.order.number, order.number]).toEqual([1, 2]);
  });
});
