/**
 * Five people work on the same few orders and products, each by their own screen. Meanwhile batches fail before and after their
 * commit, requests are repeated, deliveries are lost or doubled, and sockets are cut. No order makes an illegal move, nothing is
 * sold twice, every cent is accounted for, and each screen ends equal to the database. Each seed is a different history.
 */
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { Move, type Moves, moveWrites } from '../../worker/contract/sales/moves';
import { type Order, type OrderList, orderMoves, type Till } from '../../worker/contract/sales/orders/orders';
import type { Sale } from '../../worker/contract/sales/payments/payments';
import { refundAll } from '../../worker/contract/sales/refunds';
import type { StockChange } from '../../worker/contract/products/products';
import { userChannel } from '../../worker/contract/channels';
import type { ApiClient } from '../../web/src/lib/api';
import { cursorIn } from '../../web/src/lib/live/cursor';
import { LiveChannel } from '../../web/src/lib/live/LiveChannel.svelte';
import type { LiveOrders } from '../../web/src/lib/sales/orders/LiveOrders.svelte';
import { DeskOrders } from '../../web/src/lib/sales/orders/DeskOrders';
import { LiveTill } from '../../web/src/lib/sales/orders/LiveTill.svelte';
import { cashier, place, product, releaser } from '../worker/sales/shop';
import { ask, hurriedly, newKey, type Someone, someone } from '../worker/workplace';
import { dice } from './dice';
import { faulty, noFaults, type Odds } from './faults';
import { eventually, Screen } from './screen';

const ROUNDS = 60;
const faults: Odds = { failBefore: 0.05, failAfter: 0.05, lose: 0.1, double: 0.1, delay: 0.1 };
const moves: Moves<string> = orderMoves;

interface Worker {
  as: Someone;
  network: Screen;
  live: LiveOrders;
  /** For people who may see money. */
  till?: LiveTill;
  stop: () => void;
}

describe.each([1, 2, 3])('in the history of seed %i', (seed) => {
  it(
    'no order breaks its table, no piece and no cent is lost, and every screen ends right',
    () =>
      hurriedly(async () => {
        const random = dice(seed);
        const odds = { now: faults };
        const bindings = faulty(odds, random);
        const pick = <T>(of: readonly T[]) => of[Math.floor(random() * of.length)] as T;
        const since = await head();
        const goods = await Promise.all([3, 8, 20].map((stock) => product({ stock, price: 1 + stock * 35 })));
        const placeId = await place();
        const people = [
          ...[await cashier(), await cashier(), await releaser(), await releaser()],
          await someone({ roles: ['admin', 'cashier', 'releasing'] }),
        ];
        const workers = await Promise.all(people.map((as, index) => (index < 2 ? atTill(as) : atDesk(as))));

        /** Sends the request until it is answered, as a page does. */
        const send = async (as: Someone, path: string, json: unknown, method = 'post') => {
          const key = newKey();
          for (;;) {
            const answer = await ask(path, { as, method: method.toUpperCase(), json, key, env: bindings });
            if (answer.status !== 503) return answer;
          }
        };
        const someLines = () => {
          const chosen = goods.filter(() => random() < 0.5);
          return (chosen.length > 0 ? chosen : [pick(goods)]).map(({ id }) => ({
            ...{ productId: id, quantity: 1 + Math.floor(random() * 3) },
          }));
        };
        const act = async ({ as, live, network, till }: Worker) => {
          const mine = live.all.filter((order) => order.place.id === placeId);
          if (random() < 0.04) return network.cutSockets();
          if (random() < 0.05) return forget(pick(['orders', 'tills', 'tills']));
          if (mine.length === 0 || random() < 0.2)
            return send(as, '/orders', {
              id: uuidv7(),
              placeId,
              lines: someLines(),
              state: pick(['pending', 'for_payment']),
            });
          const order = pick(mine);
          if (random() < 0.2) {
            const items = mine.slice(0, 6).map(({ id, version }) => ({ id, version }));
            return send(as, '/orders/release', { items, receivedBy: 'Ward 3' });
          }
          const possible = Object.keys(moves[order.state] ?? {}) as Move[];
          const move = random() < 0.85 && possible.length > 0 ? pick(possible) : pick(Move.options);
          const reason = 'Changed mind';
          const fields: Partial<Record<Move, object>> = {
            edit: { lines: someLines() },
            pay: { parts: [{ method: 'cash', received: 1_000_000 }] },
            release: { receivedBy: 'Mrs Lang' },
            cancel: { reason },
            refund: { reason, restock: random() < 0.5, ...backOf(order, goods, till?.sale(order.id)) },
          };
          const { method, path } = moveWrites[move];
          const body = { version: order.version, ...fields[move] };
          return send(as, `/orders/${order.id}/${path}`, body, method);
        };

        for (let round = 0; round < ROUNDS; round += 1) {
          const together = workers.filter(() => random() < 0.6);
          const answers = await Promise.all(together.map(act));
          for (const answer of answers) if (answer instanceof Response) expect(answer.status).not.toBe(500);
          if (round % 15 === 0) await accountedFor(goods, placeId);
        }
        odds.now = noFaults;
        await accountedFor(goods, placeId);
        await legal(since, placeId, goods);

        for (const { as, live, till, stop } of workers) {
          const list = async () => (await ask('/orders', { as })).json<OrderList>();
          let truth = await list();
          await eventually(async () => {
            truth = await list();
            return live.channel.cursor.head === truth.at.heads['orders'] && live.channel.status === 'live';
          });
          const here = (those: readonly Order[]) => those.filter((order) => order.place.id === placeId);
          expect(here(live.all)).toEqual(here(truth.orders));
          if (till) await equalsTill(till, as);
          stop();
        }
      }),
    60_000,
  );
});

/** Trims the log up to now, so that a screen which missed an event must reload. */
const forget = (channel: string) =>
  env.DB.prepare('UPDATE heads SET floor = seq WHERE channel = ?1').bind(channel).run();

/** A person at a till, with their page's screen. */
async function atTill(as: Someone): Promise<Worker> {
  const network = new Screen(as, 'orders');
  const till$ = () => ask('/till', { as });
  const snapshot = await (await till$()).json<Till>();
  const around = { network: network.network, ended: () => undefined };
  const name = userChannel(as.id);
  const own = new LiveChannel(name, cursorIn(snapshot.at, name), around);
  const till = new LiveTill(snapshot, {
    ...{ ...around, own, zone: 'Europe/Berlin' },
    api: { till: { $get: till$ } } as unknown as ApiClient,
  });
  const stops = [own.start(), till.start()];
  return { as, network, live: till, till, stop: () => stops.forEach((stop) => stop()) };
}

/** The screen's money and stock equal those of a new snapshot. */
async function equalsTill(till: LiveTill, as: Someone): Promise<void> {
  const now = async () => (await ask('/till', { as })).json<Till>();
  let truth = await now();
  await eventually(async () => {
    truth = await now();
    return (
      till.tills.cursor.head === truth.at.heads['tills'] &&
      till.channel.cursor.head === truth.at.heads['orders']
    );
  });
  expect(truth.sales.map(({ id }) => till.sale(id))).toEqual(truth.sales);
  expect(truth.products.map(({ id }) => till.products.get(id))).toEqual(truth.products);
}

/** A person at the release desk, with their page's screen. */
async function atDesk(as: Someone): Promise<Worker> {
  const network = new Screen(as, 'orders');
  const list = async () => (await ask('/orders', { as })).json<OrderList>();
  const live = new DeskOrders(await list(), {
    ...{ network: network.network, zone: 'Europe/Berlin', ended: () => undefined },
    api: { orders: { $get: () => ask('/orders', { as }) } } as unknown as ApiClient,
  });
  return { as, network, live, stop: live.start() };
}

const head = async () =>
  (await env.DB.prepare(`SELECT seq FROM heads WHERE channel = 'orders'`).first<number>('seq')) ?? 0;

const one = <Row>(sql: string, ...bound: unknown[]) =>
  env.DB.prepare(sql)
    .bind(...bound)
    .first<Row>();

/** A refund of all pieces before the release cancels. */
const reachedFrom = ({ state }: Order): string[] => {
  const steps = Object.entries(moves[state] ?? {});
  return steps.flatMap(([move, { to }]) =>
    move === 'refund' && state !== 'released' ? [to, 'cancelled'] : [to],
  );
};

/** All pieces, in cash, at the prices of the goods. */
const backOf = ({ lines }: Order, goods: readonly { id: string; price: number }[], sale?: Sale) =>
  sale
    ? refundAll(sale)
    : {
        lines: lines.map(({ quantity }, index) => ({ line: index + 1, quantity })),
        parts: [
          {
            method: 'cash',
            amount: lines.reduce(
              (sum, { productId, quantity }) =>
                sum + quantity * (goods.find(({ id }) => id === productId)?.price ?? 0),
              0,
            ),
          },
        ],
      };

/** Stock and money match the orders' states, and no piece appears or disappears. */
async function accountedFor(goods: readonly { id: string; stock: number }[], placeId: string): Promise<void> {
  for (const { id, stock } of goods) {
    const shelf = await one<{ stock: number; held: number; sold: number }>(
      'SELECT stock, held, sold FROM products WHERE id = ?1',
      id,
    );
    const orders = await one<{ held: number; sold: number }>(
      `WITH line AS (
         SELECT l.quantity, s.state, s.paid_at, (SELECT coalesce(sum(back.quantity), 0) FROM refunds AS r JOIN refund_lines AS back
           ON back.refund_id = r.id WHERE r.sale_id = s.id AND back.position = l.position AND r.restocked) AS returned
         FROM sale_lines AS l JOIN sales AS s ON s.id = l.sale_id WHERE l.product_id = ?1
       )
       SELECT coalesce(sum(iif(state IN ('pending', 'for_payment'), quantity, 0)), 0) AS held,
         coalesce(sum(iif(paid_at IS NOT NULL, quantity - returned, 0)), 0) AS sold FROM line`,
      id,
    );
    expect(shelf).toEqual({ stock: stock - (orders?.held ?? 0) - (orders?.sold ?? 0), ...orders });
    expect(shelf?.stock).toBeGreaterThanOrEqual(0);
  }
  const wrong = await one(
    `WITH money AS (
       SELECT sales.*, (SELECT coalesce(sum(amount), 0) FROM payments WHERE sale_id = sales.id AND kind = 'payment') AS paid,
         (SELECT coalesce(sum(amount), 0) FROM payments WHERE sale_id = sales.id AND kind = 'refund') AS given,
         (SELECT coalesce(sum(amount), 0) FROM refunds WHERE sale_id = sales.id) AS returned,
         (SELECT sum(price * quantity) FROM sale_lines WHERE sale_id = sales.id) AS goods
       FROM sales WHERE place_id = ?1
     )
     SELECT id, state, total FROM money WHERE total <> goods OR refunded <> returned OR given <> returned
       OR paid <> iif(paid_at IS NULL, 0, total) OR (state IN ('for_release', 'released') AND paid_at IS NULL)
       OR (state = 'for_release' AND returned = total) OR (state = 'cancelled' AND returned <> paid)`,
    placeId,
  );
  expect(wrong).toBeNull();
}

/** The log contains every move of every order, every stock difference and every cent. */
async function legal(
  since: number,
  placeId: string,
  goods: readonly { id: string; stock: number }[],
): Promise<void> {
  const { results } = await env.DB.prepare(
    `SELECT channel, type, data FROM events WHERE (channel = 'orders' AND seq > ?1) OR channel = 'tills' ORDER BY channel, seq`,
  )
    .bind(since)
    .all<{ channel: string; type: string; data: string }>();
  const last = new Map<string, Order>();
  const shelf = new Map(goods.map(({ id, stock }) => [id, { stock, held: 0, sold: 0 }]));
  let revenue = 0;
  for (const { channel, type, data } of results) {
    if (channel === 'tills') {
      const { id, payments, refunds } = JSON.parse(data) as Sale;
      if (last.get(id)?.place.id !== placeId) continue;
      if (type === 'sale.paid') revenue += payments[0]?.amount ?? NaN;
      if (type === 'sale.refunded') revenue -= refunds.at(-1)?.amount ?? NaN;
    } else if (type === 'stock.changed') {
      for (const { id, stock, held, sold } of (JSON.parse(data) as StockChange).changes) {
        const on = shelf.get(id);
        if (on) shelf.set(id, { stock: on.stock + stock, held: on.held + held, sold: on.sold + sold });
      }
    } else if (type.startsWith('order.')) {
      const order = JSON.parse(data) as Order;
      if (order.place.id !== placeId) continue;
      const before = last.get(order.id);
      expect(order.version).toBe((before?.version ?? 0) + 1);
      if (before) expect(reachedFrom(before)).toContain(order.state);
      else expect(['pending', 'for_payment']).toContain(order.state);
      last.set(order.id, order);
    }
  }
  for (const { id } of goods)
    expect(await one('SELECT stock, held, sold FROM products WHERE id = ?1', id)).toEqual(shelf.get(id));
  const { total } = (await one<{ total: number }>(
    `SELECT coalesce(sum(total - refunded), 0) AS total FROM sales WHERE place_id = ?1 AND paid_at IS NOT NULL`,
    placeId,
  )) ?? { total: NaN };
  expect(revenue).toBe(total);
  const numbers = await one<{ n: number; numbered: number; orders: number }>(
    'SELECT count(DISTINCT number) AS n, count(number) AS numbered, count(*) AS orders FROM sales WHERE place_id = ?1',
    placeId,
  );
  expect([numbers?.n, numbers?.orders]).toEqual([numbers?.numbered, last.size]);
}
