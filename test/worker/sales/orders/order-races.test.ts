/** Races of orders: the last piece, queue numbers, bulk releases, and midnight. */
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import * as v from 'valibot';
import { addDays, dateIn } from '../../../../worker/contract/zones';
import type { Released } from '../../../../worker/contract/sales/moves';
import type { OrderChange } from '../../../../worker/contract/sales/orders/orders';
import { Events } from '../../../../worker/contract/wire';
import { takeOrder as take } from '../../../../worker/sales/orders/take';
import { cashier, done, makeMove, paidOrder, place, product, releaser, shelves, takeOrder } from '../shop';
import { ask, everything, listening, newKey, scopeOf, type Someone } from '../../workplace';

const of = (productId: string, quantity = 1) => [{ productId, quantity }];

describe('the last piece', () => {
  it('is sold once when twenty tills order it, and the others are refused', async () => {
    const tills = await Promise.all(Array.from({ length: 20 }, () => cashier()));
    const last = await product({ name: 'Walking stick', stock: 1 });
    const answers = await Promise.all(tills.map((till) => takeOrder(till, of(last.id))));
    const lost = answers.filter(({ status }) => status === 409);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(lost).toHaveLength(19);
    for (const answer of lost)
      expect(await answer.json()).toMatchObject({
        code: 'out_of_stock',
        detail: 'Walking stick is sold out.',
        current: { productId: last.id, stock: 0 },
      });
    expect(await shelves(last.id)).toEqual({ stock: 0, held: 1, sold: 0 });
  });

  it('of one product, when sold, refuses the whole order', async () => {
    const [ana, plenty, few] = [await cashier(), await product(), await product({ stock: 2 })];
    const answer = await takeOrder(ana, [...of(plenty.id, 5), ...of(few.id, 3)]);
    expect(await answer.json()).toMatchObject({
      code: 'out_of_stock',
      detail: expect.stringMatching(/: only 2 available\.$/) as string,
    });
    expect(await shelves(plenty.id)).toEqual({ stock: 100, held: 0, sold: 0 });
  });

  it('is not held twice by an edited order, whose own pieces count', async () => {
    const [ana, ben, it] = [await cashier(), await cashier(), await product({ stock: 5 })];
    const { order } = await done(takeOrder(ana, of(it.id, 3)));
    const edited = await done(makeMove(ana, order, { move: 'edit', lines: of(it.id, 5) }));
    expect(edited.order.lines).toEqual([{ productId: it.id, name: it.name, quantity: 5 }]);
    expect(await shelves(it.id)).toEqual({ stock: 0, held: 5, sold: 0 });
    expect((await takeOrder(ben, of(it.id))).status).toBe(409);
    expect((await makeMove(ana, edited.order, { move: 'edit', lines: of(it.id, 6) })).status).toBe(409);
    const less = await done(makeMove(ana, edited.order, { move: 'edit', lines: of(it.id, 1) }));
    expect(less.sale).toMatchObject({ total: 450, lines: [{ quantity: 1 }] });
    expect(await shelves(it.id)).toEqual({ stock: 4, held: 1, sold: 0 });
  });
});

describe('a queue number', () => {
  it('is drawn once a place and date by simultaneous orders, without a gap', async () => {
    const [here, there, it] = [await place(), await place(), await product({ stock: 1_000 })];
    const tills = await Promise.all(Array.from({ length: 12 }, () => cashier()));
    const answers = await Promise.all([
      ...tills.map((till) => done(takeOrder(till, of(it.id), { placeId: here }))),
      ...tills.slice(0, 3).map((till) => done(takeOrder(till, of(it.id), { placeId: there }))),
    ]);
    const at = (id: string) =>
      answers.filter(({ order }) => order.place.id === id).map(({ order }) => order.number ?? 0);
    expect(at(here).sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
    expect(at(there).sort()).toEqual([1, 2, 3]);
    expect(await shelves(it.id)).toMatchObject({ stock: 985, held: 15 });
  });

  it.each([
    ['an ordinary night', 'Europe/Berlin', '2026-11-22T02:59:59Z', '2026-11-22T03:00:00Z'],
    ['the night that loses an hour', 'Europe/Berlin', '2026-03-29T01:59:59Z', '2026-03-29T02:00:00Z'],
    ['the morning after it', 'Europe/Berlin', '2026-03-30T01:59:59Z', '2026-03-30T02:00:00Z'],
    ['the night that repeats an hour', 'Europe/Berlin', '2026-10-25T02:59:59Z', '2026-10-25T03:00:00Z'],
    ['a zone far ahead', 'Pacific/Kiritimati', '2026-11-21T13:59:59Z', '2026-11-21T14:00:00Z'],
  ])(
    'restarts at the day’s start, four in the morning of the workplace: %s',
    async (_, zone, before, after) => {
      const [ana, placeId, it] = [await cashier(), await place(), await product()];
      const numbers: [number | null, string][] = [];
      for (const at of [before, before, after]) {
        const scope = scopeOf(ana, Date.parse(at), zone, { zone }).with({
          key: { value: newKey(), fingerprint: 'x' },
        });
        const { after: kept } = await take(scope, {
          id: uuidv7(),
          placeId,
          lines: of(it.id),
          state: 'pending',
        });
        const { record } = kept as { record: OrderChange['order'] };
        numbers.push([record.number, record.date]);
        await env.DB.prepare(`UPDATE sales SET state = 'cancelled' WHERE id = ?1`).bind(record.id).run();
      }
      const next = dateIn(zone, Date.parse(after));
      const first = addDays(next, -1);
      expect(numbers).toEqual([
        [1, first],
        [2, first],
        [1, next],
      ]);
    },
  );
});

describe('many released together', () => {
  const release = (as: Someone, items: { id: string; version: number }[], key = newKey()) =>
    ask('/orders/release', { as, key, json: { items, receivedBy: 'Ward 3' } });
  const version = ({ order: { id, version: seen } }: OrderChange) => ({ id, version: seen });

  it('leave in one frame, and each of the others has its reason', async () => {
    const [ana, ben, eva] = [await cashier(), await releaser(), await releaser('Eva Novak')];
    const it = await product({ stock: 1_000 });
    const [one, two, claimed, stale, unpaid] = [
      ...(await Promise.all([1, 2, 3, 4].map(() => paidOrder(ana, of(it.id))))),
      await done(takeOrder(ana, of(it.id))),
    ] as [OrderChange, OrderChange, OrderChange, OrderChange, OrderChange];
    const hers = await done(makeMove(eva, claimed.order, { move: 'claim' }));
    await done(makeMove(eva, stale.order, { move: 'claim' }));
    const desk = await listening(ben, 'orders');
    const items = [one, two, hers, stale, unpaid].map(version);
    const unknown = { id: uuidv7(), version: 1 };
    const key = newKey();
    const answer = await release(ben, [...items, unknown], key);
    const { outcomes, receipt } = await answer.json<Released>();
    expect(outcomes.map(({ id, outcome }) => [id, outcome])).toEqual([
      [one.order.id, 'released'],
      [two.order.id, 'released'],
      [claimed.order.id, 'claimed'],
      [stale.order.id, 'moved_meanwhile'],
      [unpaid.order.id, 'illegal_move'],
      [unknown.id, 'not_found'],
    ]);
    expect(outcomes[2]?.words).toMatch(/^Eva Novak has been releasing \d{3} since \d\d:\d\d\.$/);
    await desk.until(() => desk.events.length >= 2);
    expect(desk.frames.filter((frame) => v.is(Events, frame))).toHaveLength(1);
    expect(desk.events.map(({ type, data }) => [type, (data as { state: string }).state])).toEqual([
      ['order.status_changed', 'released'],
      ['order.status_changed', 'released'],
    ]);
    const again = await (await release(ben, [...items, unknown], key)).json<Released>();
    expect(again).toEqual({ outcomes, receipt });
    const journal = await env.DB.prepare(
      `SELECT count(*) AS n FROM journal WHERE action = 'order.released' AND subject IN ('order/' || ?1, 'order/' || ?2)`,
    )
      .bind(one.order.id, two.order.id)
      .first('n');
    expect(journal).toBe(2);
  });

  it('by two people are each released by one of them', async () => {
    const [ana, ben, eva] = [await cashier(), await releaser(), await releaser()];
    const it = await product({ stock: 1_000 });
    const paid = await Promise.all(Array.from({ length: 8 }, () => paidOrder(ana, of(it.id))));
    const answers = await Promise.all([
      release(ben, paid.slice(0, 6).map(version)),
      release(eva, paid.slice(2).map(version)),
    ]);
    const both = await Promise.all(answers.map((answer) => answer.json<Released>()));
    const released = both.flatMap(({ outcomes }) => outcomes.filter(({ outcome }) => outcome === 'released'));
    expect(released.map(({ id }) => id).sort()).toEqual(paid.map(({ order }) => order.id).sort());
  });

  it('write nothing if none can be released', async () => {
    const [ana, ben, it] = [await cashier(), await releaser(), await product()];
    const { order } = await done(takeOrder(ana, of(it.id)));
    const before = await everything();
    const answer = await release(ben, [{ id: order.id, version: 1 }]);
    expect(await answer.json()).toMatchObject({ outcomes: [{ outcome: 'illegal_move' }], receipt: null });
    expect(await everything()).toEqual(before);
  });

  it('are at most fifty, without duplicates', async () => {
    const ben = await releaser();
    const items = Array.from({ length: 51 }, () => ({ id: uuidv7(), version: 1 }));
    expect((await release(ben, items)).status).toBe(400);
    expect((await release(ben, [items[0], items[0]] as typeof items)).status).toBe(400);
  });
});

describe('two people who move one order at the same moment', () => {
  const pays = { move: 'pay', parts: [{ method: 'card', received: 450 }] } as const;
  it.each([
    { what: 'pay and cancel', first: pays, second: { move: 'cancel', reason: 'Not returned' } as const },
    { what: 'pay twice', first: pays, second: pays },
  ])('$what: one wins, the other is refused', async ({ first, second }) => {
    const [ana, ben, it] = [
      await cashier('Ana Weber'),
      await cashier('Ben Yilmaz'),
      await product({ stock: 1 }),
    ];
    const { order } = await done(takeOrder(ana, of(it.id)));
    const due = await done(makeMove(ana, order, { move: 'request_payment' }));
    const answers = await Promise.all([makeMove(ana, due.order, first), makeMove(ben, due.order, second)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const lost = answers.find(({ status }) => status === 409) as Response;
    const { detail } = await lost.json<{ detail: string }>();
    expect(detail).toMatch(
      /^(Ana Weber|Ben Yilmaz) was faster: \d{3} has been “(Preparing|Cancelled)” since \d\d:\d\d\.$/,
    );
    const { n } = (await env.DB.prepare('SELECT count(*) AS n FROM payments WHERE sale_id = ?1')
      .bind(order.id)
      .first<{ n: number }>()) ?? { n: -1 };
    const left = await shelves(it.id);
    expect([n, left]).toEqual(
      n === 1 ? [1, { stock: 0, held: 0, sold: 1 }] : [0, { stock: 1, held: 0, sold: 0 }],
    );
  });
});
