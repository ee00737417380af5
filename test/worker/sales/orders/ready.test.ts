/** An order is prepared, ready and released; who received it is stored where somebody asked. */
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import type { OrderChange } from '../../../../worker/contract/sales/orders/orders';
import type { Released } from '../../../../worker/contract/sales/moves';
import { cashier, done, makeMove, paidOrder, place, product, releaser } from '../shop';
import { ask, everything, newKey } from '../../workplace';

const code = async (answer: Promise<Response>) => (await (await answer).json<{ code: string }>()).code;
const shown = async (orderId: string) => {
  const { results } = await env.DB.prepare(
    `SELECT data FROM events WHERE channel = 'display' AND data ->> 'number' = (SELECT number FROM sales WHERE id = ?1) ORDER BY seq`,
  )
    .bind(orderId)
    .all<{ data: string }>();
  return results.map(({ data }) => (JSON.parse(data) as { state: string }).state);
};

async function paid(placeId?: string) {
  const [ana, rita, tea] = [await cashier(), await releaser('Rita Desk'), await product()];
  const { order } = await paidOrder(ana, [{ productId: tea.id, quantity: 1 }], {
    ...(placeId && { placeId }),
  });
  return { ana, rita, order };
}

describe('an order that is ready', () => {
  it('is called on customers’ screens, and is not before, also while someone works on it', async () => {
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

  it('may be called by a colleague of the person who has started on it', async () => {
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

describe('a place that asks who received an order', () => {
  const askAt = (id: string) =>
    env.DB.prepare('UPDATE places SET asks_receiver = 1 WHERE id = ?1').bind(id).run();
  const asking = async () => {
    const placeId = await place();
    await askAt(placeId);
    return paid(placeId);
  };

  it('gives none to nobody, and the release can be undone', async () => {
    const { rita, order } = await asking();
    const before = await everything();
    const nameless = await makeMove(rita, order, { move: 'release' });
    expect([nameless.status, await nameless.json()]).toMatchObject([
      400,
      { code: 'invalid_input', issues: [{ path: 'receivedBy', message: 'must say who received it' }] },
    ]);
    expect(await everything()).toEqual(before);
    const named = await done(makeMove(rita, order, { move: 'release', receivedBy: 'Mrs Lang' }));
    const { order: again } = await done(makeMove(rita, named.order, { move: 'undo' }));
    expect(again.release).toBeNull();
    expect(await code(makeMove(rita, again, { move: 'release' }))).toBe('invalid_input');
  });

  it('gives none of many to nobody, also beside orders of places that do not ask', async () => {
    const [{ rita, order }, other] = [await asking(), await paid()];
    const items = [other.order, order].map(({ id, version }) => ({ id, version }));
    const release = (more: object) =>
      ask('/orders/release', { as: rita, key: newKey(), json: { items, ...more } });
    const before = await everything();
    expect(await code(release({}))).toBe('invalid_input');
    expect(await everything()).toEqual(before);
    const { outcomes } = await (await release({ receivedBy: 'Mr Berg' })).json<Released>();
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['released', 'released']);
    expect((await release({})).status, 'nothing is left to receive').toBe(200);
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
