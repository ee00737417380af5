/**
 * Three tills sell with and without network, from the same few goods. What they sold without it arrives late, twice, or after their
 * drawer was closed, while batches fail before and after their commit. Each sale is booked once, every piece and every cent is
 * accounted for, receipts have no gap, and a release desk never hears of it. Each seed is a different history.
 */
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { allOf } from '../moves';
import type { DrawerChange } from '../../worker/contract/sales/drawers/drawers';
import type { OfflineSale, OfflineSaleBooked } from '../../worker/contract/sales/offline/offline-sales';
import type { OrderList } from '../../worker/contract/sales/orders/orders';
import { receiptLabel } from '../../worker/contract/sales/receipts/receipts';
import type { ApiClient } from '../../web/src/lib/api';
import { DeskOrders } from '../../web/src/lib/sales/orders/DeskOrders';
import { act, line, till, type Till, unbalanced } from '../worker/sales/offline/offline';
import { COUNTER, makeMove, product, releaser } from '../worker/sales/shop';
import { ask, hurriedly, newKey, someone } from '../worker/workplace';
import { dice } from './dice';
import { faulty, noFaults, type Odds } from './faults';
import { eventually, Screen } from './screen';

const ROUNDS = 50;
const faults: Odds = { failBefore: 0.1, failAfter: 0.1, lose: 0.1, double: 0.1, delay: 0.1 };

/** A till, what it has not sent yet, and the last number of its series in its drawer. */
interface Outbox {
  as: Till;
  waiting: { key: string; sold: OfflineSale }[];
  last: number;
}

describe.each([1, 2, 3])('in the history of seed %i', (seed) => {
  it('each sale without network is booked once, and nothing is lost', { timeout: 60_000 }, () =>
    hurriedly(async () => {
      const random = dice(seed);
      const odds = { now: faults };
      const bindings = faulty(odds, random);
      const pick = <T>(of: readonly T[]) => of[Math.floor(random() * of.length)] as T;
      const admin = await someone({ roles: ['admin'] });
      const since = await head();
      const goods = await Promise.all([2, 9, 30].map((stock) => product({ stock, price: 1 + stock * 35 })));
      const first = new Map(goods.map(({ id, stock }) => [id, stock]));
      /** With what counts have added. */
      const begun = new Map(first);
      const outboxes: Outbox[] = [];
      for (const as of [await till(), await till(), await till()])
        outboxes.push({ as, waiting: [], last: 0 });
      const tapped: OfflineSale[] = [];
      const booked: OfflineSaleBooked[] = [];
      const { desk, stop } = await atDesk();

      /** Until it is answered, as a page does. */
      const send = async (path: string, as: Till, json: object, key = newKey()) => {
        for (;;) {
          const answer = await ask(path, {
            as,
            json,
            key,
            env: bindings,
            headers: { 'Sent-At': String(Date.now()) },
          });
          if (answer.status !== 503) return answer;
        }
      };
      const sellOffline = (it: Outbox) => {
        const lines = goods
          .filter(() => random() < 0.5)
          .map((one) => line(one, 1 + Math.floor(random() * 3)));
        if (lines.length === 0) return;
        const receipt = receiptLabel(it.as.number, 'A', (it.last += 1));
        const sold = act(it.as, lines, { receipt });
        it.waiting.push({ key: newKey(), sold });
        tapped.push(sold);
      };
      /** In order, one at a time; some are sent twice, as by two tabs. */
      const empty = async ({ as, waiting }: Outbox) => {
        for (let next = waiting[0]; next; next = waiting[0]) {
          const { key, sold } = next;
          const twice = random() < 0.2;
          const answers = await Promise.all(
            (twice ? [key, newKey()] : [key]).map((it) => send('/orders/offline-sales', as, sold, it)),
          );
          for (const it of answers) expect(it.status, await it.clone().text()).toBe(200);
          const [answer] = answers;
          if (answer) booked.push(await answer.json<OfflineSaleBooked>());
          waiting.shift();
          if (random() < 0.2) return;
        }
      };
      const refund = async ({ as }: Outbox) => {
        const it = booked.pop();
        if (!it) return;
        const [back, key] = [allOf(it.sale, random() < 0.5), newKey()];
        for (;;) {
          const answer = await makeMove(as, it.order, back, { key, env: bindings });
          if (answer.status !== 503) return expect(answer.status).toBe(200);
        }
      };
      const sellOnline = async ({ as }: Outbox) => {
        const lines = [{ productId: pick(goods).id, quantity: 1 + Math.floor(random() * 2) }];
        await send('/orders', as, { id: uuidv7(), placeId: COUNTER, lines, state: 'pending' });
      };
      const turnDrawer = async (it: Outbox) => {
        const counted = { cash: 10_000, card: 0, transfer: 0 };
        await send(`/drawers/${it.as.drawer}/close`, it.as, { counted, note: null });
        const opened = await send('/drawers', it.as, { id: uuidv7(), placeId: COUNTER, float: 10_000 });
        const { drawer } = await opened.json<DrawerChange>();
        it.as = { ...it.as, drawer: drawer.id, number: drawer.number };
        it.last = 0;
      };
      const count = async () => {
        const { id } = pick(goods);
        const json = { quantity: 1 + Math.floor(random() * 4), reason: 'Counted' };
        const answer = await ask(`/products/${id}/adjustments`, { as: admin, json, key: newKey() });
        if (answer.ok) begun.set(id, (begun.get(id) ?? 0) + json.quantity);
      };

      for (let round = 0; round < ROUNDS; round += 1) {
        await Promise.all(
          outboxes.map(async (it) => {
            const what = random();
            if (what < 0.5) return sellOffline(it);
            if (what < 0.7) return empty(it);
            if (what < 0.75) return refund(it);
            if (what < 0.85) return sellOnline(it);
            return what < 0.9 ? turnDrawer(it) : undefined;
          }),
        );
        if (random() < 0.1) await count();
        if (round % 20 === 0) await conserved(begun);
      }
      odds.now = noFaults;
      for (const it of outboxes) while (it.waiting.length > 0) await empty(it);

      await conserved(begun);
      expect(await shelvesOfLog(since, first)).toEqual(await shelves(begun));
      expect(tapped.length).toBeGreaterThan(20);
      for (const { id } of tapped) expect(await unbalanced(id)).toBe(0);
      expect(await bookings(tapped)).toEqual(
        tapped.map(({ receipt, total }) => ({ receipt, total, payments: 1 })),
      );
      expect(await summed()).toEqual([]);
      const truth = async () => (await ask('/orders', { as: admin })).json<OrderList>();
      await eventually(async () => desk.channel.cursor.head === (await truth()).at.heads['orders']);
      expect(desk.all).toEqual((await truth()).orders);
      expect(desk.all.filter(({ id }) => tapped.some((sold) => sold.id === id))).toEqual([]);
      stop();
    }),
  );
});

async function atDesk() {
  const as = await releaser();
  const list = () => ask('/orders', { as });
  const desk = new DeskOrders(await (await list()).json<OrderList>(), {
    ...{ network: new Screen(as, 'orders').network, zone: 'Europe/Berlin', ended: () => undefined },
    api: { orders: { $get: list } } as unknown as ApiClient,
  });
  return { desk, stop: desk.start() };
}

const head = async () =>
  (await env.DB.prepare(`SELECT seq FROM heads WHERE channel = 'orders'`).first<number>('seq')) ?? 0;
const all = async <Row>(sql: string, ...bound: unknown[]) =>
  (
    await env.DB.prepare(sql)
      .bind(...bound)
      .all<Row>()
  ).results;
const ids = (of: ReadonlyMap<string, number>) => JSON.stringify([...of.keys()]);

interface Shelves {
  id: string;
  stock: number;
  held: number;
  sold: number;
  short: number;
}
const shelves = (begun: ReadonlyMap<string, number>) =>
  all<Shelves>(
    `SELECT id, stock, held, sold, short FROM products WHERE id IN (SELECT value FROM json_each(?1)) ORDER BY id`,
    ids(begun),
  );

/** Pieces are those of the beginning and of counts; none is on two shelves. */
async function conserved(begun: ReadonlyMap<string, number>): Promise<void> {
  for (const { id, stock, held, sold, short } of await shelves(begun)) {
    expect(stock + held + sold - short).toBe(begun.get(id));
    expect(Math.min(stock, held, sold, short)).toBeGreaterThanOrEqual(0);
  }
}

/** The shelves that the log's differences make. */
async function shelvesOfLog(since: number, first: ReadonlyMap<string, number>): Promise<Shelves[]> {
  const moved = await all<Shelves>(
    `SELECT value ->> 'id' AS id, sum(value ->> 'stock') AS stock, sum(value ->> 'held') AS held, sum(value ->> 'sold') AS sold,
       sum(value ->> 'short') AS short
     FROM events CROSS JOIN json_each(data, '$.changes') WHERE channel = 'orders' AND seq > ?2 AND events.type = 'stock.changed'
       AND value ->> 'id' IN (SELECT value FROM json_each(?1)) GROUP BY 1 ORDER BY 1`,
    ids(first),
    since,
  );
  return moved.map((it) => ({ ...it, stock: it.stock + (first.get(it.id) ?? 0) }));
}

/** What the database has of the sales, in their order. */
async function bookings(tapped: readonly OfflineSale[]) {
  const found = await all<{
    id: string;
    drawer: number;
    letter: string;
    number: number;
    total: number;
    payments: number;
  }>(
    `SELECT s.id, d.number AS drawer, r.letter, r.number, s.total, (SELECT count(*) FROM payments WHERE sale_id = s.id AND kind = 'payment') AS payments
     FROM sales AS s JOIN receipts AS r ON r.sale_id = s.id AND r.refund_id IS NULL JOIN drawers AS d ON d.id = r.drawer_id
     WHERE s.id IN (SELECT value FROM json_each(?1))`,
    JSON.stringify(tapped.map(({ id }) => id)),
  );
  const byId = new Map(found.map((it) => [it.id, it]));
  return tapped.map(({ id }) => {
    const it = byId.get(id);
    return (
      it && { receipt: receiptLabel(it.drawer, it.letter, it.number), total: it.total, payments: it.payments }
    );
  });
}

/** Closed drawers whose expected cash is not their float and what came before they closed. */
const summed = () =>
  all(
    `SELECT id FROM drawers AS d WHERE expected IS NOT NULL AND expected ->> 'cash' <> float +
       (SELECT coalesce(sum(iif(kind = 'payment', amount, -amount) + tip), 0) FROM payments WHERE drawer_id = d.id AND NOT late)`,
  );
