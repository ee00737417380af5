/** An order is prepared, ready and released; who received it is stored where somebody asked. */
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import type { OrderChange } from '../../../../worker/contract/sales/orders/orders';
import type { Released } from '../../../../worker/contract/sales/moves';
import { cashier, done, makeMove, paidOrder, product, releaser } from '../shop';
import { ask, newKey } from '../../workplace';

const code = async (answer: Promise<Response>) => (await (await answer).json<{ code: string }>()).code;
const shown = async (orderId: string) => {
  const { results } = await env.DB.prepare(
    `SELECT data FROM events WHERE channel = 'display' AND data ->> 'number' = (SELECT number FROM sales WHERE id = ?1) ORDER BY seq`,
  )
    .bind(orderId)
    .all<{ data: string }>();
  return results.map(({ data }) => (JSON.parse(data) as { state: string }).state);
};

async function paid() {
  const [ana, rita, tea] = [await cashier(), await releaser('Rita Desk'), await product()];
  const { order } = await paidOrder(ana, [{ productId: tea.id, quantity: 1 }]);
  return { ana, rita, order };
}

describe('an order that is ready', () => {
  it('is called on customers’ screens, and is not before, whoever works on it', async () => {
    const { rita, order } = await paid();
    const { order: claimed } = await done(makeMove(rita, order, { move: 'claim' }));
    expect((await shown(order.id)).at(-1)).toBe('preparing');
    const { order: called } = await done(makeMove(rita, claimed, { move: 'ready' }));
    expect(called).toMatchObject({
      state: 'for_release',
      ready: { by: { id: rita.id } },
      claim: claimed.claim,
    });
    expect((await shown(order.id)).at(-1)).toBe('ready');
    const { order: again } = await done(makeMove(rita, called, { move: 'unready' }));
    expect(again.ready).toBeNull();
    expect((await shown(order.id)).at(-1)).toBe('preparing');
    const released = await done(makeMove(rita, again, { move: 'release' }));
    expect((await shown(order.id)).at(-1)).toBe('gone');
    const undone = await done(makeMove(rita, released.order, { move: 'undo' }));
    expect(undone.order).toMatchObject({ state: 'for_release', release: null });
  });

  it('is called once, by one of two people', async () => {
    const { rita, order } = await paid();
    const eva = await releaser();
    const both = await Promise.all([rita, eva].map((who) => makeMove(who, order, { move: 'ready' })));
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    const current = { ...order, version: order.version + 1 };
    expect(await code(makeMove(eva, current, { move: 'ready' }))).toBe('illegal_move');
  });

  it('may be called by a colleague of the person who has claimed it', async () => {
    const { rita, order } = await paid();
    const { order: claimed } = await done(makeMove(await releaser(), order, { move: 'claim' }));
    expect((await makeMove(rita, claimed, { move: 'ready' })).status).toBe(200);
  });

  it('is called by no one at a till, and not before it is paid', async () => {
    const { ana, rita, order } = await paid();
    expect(await code(makeMove(ana, order, { move: 'ready' }))).toBe('not_allowed');
    const { order: gone } = await done(makeMove(rita, order, { move: 'release' }));
    expect(await code(makeMove(rita, gone, { move: 'ready' }))).toBe('illegal_move');
  });
});

describe('who received it', () => {
  it('is stored if somebody asked, for one order and for many, and none otherwise', async () => {
    const { rita, order } = await paid();
    const { order: nameless } = await done(makeMove(rita, order, { move: 'release' }));
    expect(nameless.release).toMatchObject({ by: { id: rita.id }, receivedBy: null });
    const [one, two] = [await paid(), await paid()];
    const named = await done(makeMove(rita, one.order, { move: 'release', receivedBy: 'Mrs Lang' }));
    expect(named.order.release?.receivedBy).toBe('Mrs Lang');
    const items = [{ id: two.order.id, version: two.order.version }];
    const many = await ask('/orders/release', { as: rita, key: newKey(), json: { items } });
    expect((await many.json<Released>()).outcomes).toMatchObject([{ outcome: 'released' }]);
    const kept = await env.DB.prepare('SELECT received_by FROM sales WHERE id = ?1')
      .bind(two.order.id)
      .first();
    expect(kept).toEqual({ received_by: null });
  });
});

describe('a key from before', () => {
  it('repeats an answer that has neither a call nor a missing number', async () => {
    const { rita, order } = await paid();
    const key = newKey();
    const release = () => makeMove(rita, order, { move: 'release', receivedBy: 'Mr Berg' }, { key });
    const first = await done(release());
    const old = `UPDATE journal SET after = json_remove(after, '$.record.ready') WHERE id = ?1`;
    await env.DB.prepare(old).bind(first.receipt.entry).run();
    const entry = env.DB.prepare('SELECT after FROM journal WHERE id = ?1').bind(first.receipt.entry);
    expect(await entry.first<string>('after')).not.toContain('"ready"');
    const again: OrderChange = await done(release());
    expect(again).toEqual(first);
  });
});
