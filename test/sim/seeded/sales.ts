/** Counters that sell the same few goods at the same time, while everything fails that can. */
import { uuidv7 } from '../../../web/src/lib/uuidv7';
import { Desk, PRICE } from './Desk';
import { hire, type Someone } from './people';
import type { Acknowledged } from './Phone';
import {
  disturb,
  gap,
  heal,
  hush,
  mustBeAcknowledged,
  mustBeLive,
  mustHaveNoGaps,
  mustTakeEffectOnce,
  push,
} from './disturbances';
import type { World } from './World';

const STEPS = 40;
const STOCK = 12;

/** The place that the migrations create. */
const COUNTER = '019dd7f0-0000-7000-8000-000000000001';

export async function sales(world: World): Promise<void> {
  const acknowledged: Acknowledged[] = [];
  const goods = { place: COUNTER, products: [1, 2].map((n) => product(world, n)) };
  const people = [1, 2].map((n) => cashier(world, n));
  const open = (n: number) => new Desk(world, world.pick(people), `counter ${n}`, goods, acknowledged);
  const desks = [open(1), open(2), open(3)];
  await world.runFor(5_000);

  for (let step = 0; step < STEPS; step += 1) {
    const desk = world.pick(desks);
    if (world.random() < 0.6) desk.act(() => desk.work());
    else if (world.random() < 0.1) {
      desk.kill();
      desks[desks.indexOf(desk)] = open(step + 4);
    } else if (world.random() < 0.015) await hush(world, () => desk.act(() => desk.work()));
    else disturb(world, desk);
    await world.runFor(gap(world));
    conserve(world);
  }

  await heal(world);
  const [first] = desks;
  if (first) await push(world, () => first.act(() => first.work()));
  conserve(world);
  mustBeLive(world);
  mustHaveNoGaps(world);
  mustBeAcknowledged(world, acknowledged);
  mustTakeEffectOnce(world);
  const truth = world.db
    .rows<{ id: string; version: number; state: string }>(
      `SELECT id, version, state FROM sales WHERE state <> 'cancelled' OR number IS NOT NULL`,
    )
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const { orders, owner } of desks) {
    const shown = (orders?.all ?? []).map(({ id, version, state }) => ({ id, version, state }));
    world.same(
      shown.sort((a, b) => (a.id < b.id ? -1 : 1)),
      truth,
      `${owner.name} shows other orders`,
    );
  }
}

function product(world: World, n: number): string {
  const id = uuidv7();
  world.db.sql.run(
    'INSERT INTO products (id, sku, name, price, stock, low_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, 0, 1)',
    [id, `P-${n}`, `Product ${n}`, PRICE, STOCK],
  );
  return id;
}

function cashier(world: World, n: number): Someone {
  const it = hire(world, `Cashier ${n}`, ['cashier', 'releasing']);
  world.db.sql.run(
    `INSERT INTO drawers (id, number, date, person_id, place_id, opened_at, float)
         SELECT ?1, coalesce(max(number), 0) + 1, date('now'), ?2, ?3, 1, 10000 FROM drawers`,
    [uuidv7(), it.id, COUNTER],
  );
  return it;
}

/** Goods and money are neither made nor lost, at any moment. */
function conserve(world: World): void {
  const shelves = world.db.rows<{ stock: number; held: number; sold: number; ordered: number; paid: number }>(
    `SELECT stock, held, sold,
       (SELECT coalesce(sum(quantity), 0) FROM sale_lines JOIN sales ON sales.id = sale_id
        WHERE product_id = products.id AND state IN ('pending', 'for_payment')) AS ordered,
       (SELECT coalesce(sum(quantity), 0) FROM sale_lines JOIN sales ON sales.id = sale_id
        WHERE product_id = products.id AND (state IN ('for_release', 'released') OR (state = 'cancelled' AND restocked = 0))) AS paid
     FROM products`,
  );
  for (const { stock, held, sold, ordered, paid } of shelves) {
    world.must(stock + held + sold === STOCK, 'goods were made or lost');
    world.must(held === ordered && sold === paid, 'goods lie on a shelf that no order accounts for');
  }
  const money = world.db.rows(
    `SELECT id FROM sales WHERE
       (state IN ('for_release', 'released')) <> (
         (SELECT coalesce(sum(iif(payments.kind = 'payment', amount, -amount)), 0) FROM payments WHERE sale_id = sales.id) = total)
       OR (state = 'cancelled' AND
         (SELECT coalesce(sum(iif(payments.kind = 'payment', amount, -amount)), 0) FROM payments WHERE sale_id = sales.id) <> 0)`,
  );
  world.must(money.length === 0, 'money was made or lost');
  const numbers = world.db.rows(
    'SELECT 1 FROM sales WHERE number IS NOT NULL GROUP BY place_id, date, number HAVING count(*) > 1',
  );
  world.must(numbers.length === 0, 'two orders have one number');
}
