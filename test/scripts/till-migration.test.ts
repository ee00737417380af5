/** Migration 0014 on a database with two weeks of sales: every sum is as before, and every payment has its receipt. */
import { DatabaseSync } from 'node:sqlite';
import { beforeAll, expect, it } from 'vitest';
import { migrations } from '../../scripts/migrations.ts';
import { dice } from '../sim/dice.ts';

const DAYS = 14;
const DAY = 86_400_000;
const START = Date.parse('2026-11-01T08:00:00Z');
const METHODS = ['cash', 'card', 'transfer'];
const db = new DatabaseSync(':memory:');
const run = (sql: string, ...values: (string | number | null)[]) => db.prepare(sql).run(...values);
const one = (sql: string): unknown => db.prepare(sql).get();
const all = (sql: string): unknown[] => db.prepare(sql).all();

/** Sums that no migration may change. @param lines SQL: the goods of orders */
const sums = (lines: string) => ({
  sales: one('SELECT count(*) AS n, sum(subtotal) AS net, sum(tax) AS tax, sum(total) AS total FROM sales'),
  byState: all(
    'SELECT kind, state, date, count(*) AS n, sum(total) AS total FROM sales GROUP BY 1, 2, 3 ORDER BY 1, 2, 3',
  ),
  payments: all(
    'SELECT kind, method, drawer_id, count(*) AS n, sum(amount) AS amount, sum(received) AS received, sum(change) AS change FROM payments GROUP BY 1, 2, 3 ORDER BY 1, 2, 3',
  ),
  drawers: all('SELECT id, float, expected, counted, opened_at, closed_at FROM drawers ORDER BY id'),
  goods: one(
    `SELECT count(*) AS n, sum(quantity) AS pieces, sum(quantity * price) AS value FROM sale_lines ${lines}`,
  ),
  stock: all('SELECT id, stock, held, sold FROM products ORDER BY id'),
  registrants: all(
    'SELECT sale_id, member, name, mobile, email, package_id FROM registrants ORDER BY sale_id',
  ),
  comments: one('SELECT count(*) AS n FROM order_comments'),
});

let before: ReturnType<typeof sums>;
let epoch: unknown;
let prints: number;

beforeAll(() => {
  db.exec('PRAGMA foreign_keys = ON');
  for (const { name, sql } of migrations()) {
    if (name.startsWith('0014')) {
      fill();
      before = sums('');
      epoch = one('SELECT epoch FROM log');
      prints = (one('SELECT count(*) AS n FROM receipts WHERE print > 1') as { n: number }).n;
    }
    db.exec(sql);
    if (name.startsWith('0014')) return;
  }
});

/** Two weeks with two drawers a day: orders in every state, refunds, copies of receipts, and registrations. */
function fill(): void {
  const random = dice(14);
  const pick = (of: number) => Math.floor(random() * of);
  run(
    `INSERT INTO people (id, email, name, roles, created_at, updated_at) VALUES ('ana', 'ana@example.org', 'Ana', '["cashier"]', 0, 0)`,
  );
  const place = (one('SELECT id FROM places') as { id: string }).id;
  for (let n = 0; n < 6; n += 1)
    run(
      'INSERT INTO products (id, sku, name, price, stock, held, sold, low_at, updated_at) VALUES (?, ?, ?, ?, 500, 3, 40, 5, 1)',
      `p${n}`,
      `P-${n}`,
      `Product ${n}`,
      250 + n * 95,
    );
  run(`INSERT INTO packages (id, name, price, updated_at) VALUES ('pack', 'Membership', 9900, 1)`);
  let member = 0;
  for (let day = 0; day < DAYS; day += 1) {
    const date = new Date(START + day * DAY).toISOString().slice(0, 10);
    const drawers = [0, 1].map((half) => {
      const id = `d${String(day).padStart(2, '0')}-${half}`;
      const opened = START + day * DAY + half * 4 * 3_600_000;
      const closed = day === DAYS - 1 && half === 1 ? null : opened + 3 * 3_600_000;
      run(
        'INSERT INTO drawers (id, person_id, place_id, opened_at, float, closed_at, expected, counted) VALUES (?, ?, ?, ?, 10000, ?, ?, ?)',
        ...[
          id,
          'ana',
          place,
          opened,
          closed,
          closed && '{"cash":1,"card":2,"transfer":3}',
          closed && '{"cash":1,"card":2,"transfer":4}',
        ],
      );
      return { id, opened };
    });
    for (let number = 1; number <= 40; number += 1) {
      const id = `s${String(day).padStart(2, '0')}-${String(number).padStart(2, '0')}`;
      const drawer = drawers[pick(2)] ?? { id: '', opened: 0 };
      const state =
        [
          'pending',
          'for_payment',
          'for_release',
          'released',
          'released',
          'released',
          'cancelled',
          'cancelled',
        ][pick(8)] ?? '';
      const isRegistration = number % 13 === 0;
      const lines = Array.from({ length: 1 + pick(3) }, (_, line) => ({
        product: `p${(pick(2) + line * 2) % 6}`,
        quantity: 1 + pick(3),
        price: 250 + pick(9) * 35,
      }));
      const total = isRegistration
        ? 9_900
        : lines.reduce((sum, { quantity, price }) => sum + quantity * price, 0);
      const tax = Math.round((total * 1_900) / 11_900);
      const refunded = state === 'cancelled' && random() < 0.5;
      const paid = refunded || ['for_release', 'released'].includes(state);
      const at = drawer.opened + number * 60_000;
      run(
        `INSERT INTO sales (id, kind, place_id, date, number, state, version, subtotal, tax, total, tax_rate, tax_included, currency, created_at, created_by,
           paid_at, cancelled_at, cancel_reason, restocked, changed_at) VALUES (?, ?, ?, ?, ?, ?, 3, ?, ?, ?, 1900, 1, 'EUR', ?, 'ana', ?, ?, ?, ?, ?)`,
        ...[id, isRegistration ? 'registration' : 'order', isRegistration ? null : place, date, number],
        ...[
          isRegistration && state !== 'released' && state !== 'cancelled'
            ? paid
              ? 'paid'
              : 'pending'
            : state,
          total - tax,
          tax,
          total,
          at,
        ],
        ...[
          paid ? at : null,
          state === 'cancelled' ? at : null,
          state === 'cancelled' ? 'Spilled' : null,
          refunded ? pick(2) : null,
          at,
        ],
      );
      lines.forEach(({ product, quantity, price }, position) =>
        run(
          'INSERT OR IGNORE INTO sale_lines (sale_id, product_id, position, name, quantity, price) VALUES (?, ?, ?, ?, ?, ?)',
          id,
          product,
          position,
          `Old ${product}`,
          quantity,
          isRegistration ? 0 : price,
        ),
      );
      if (isRegistration)
        run(
          `INSERT INTO registrants (sale_id, member, name, mobile, email, package_id, package_name, cancelled) VALUES (?, ?, 'Maria', '+491701234567', ?, 'pack', 'Membership', ?)`,
          ...[id, (member += 1), `${id}@example.org`, state === 'cancelled' ? 1 : 0],
        );
      const move = (kind: string, drawerId: string) =>
        run(
          'INSERT INTO payments (id, sale_id, kind, method, amount, received, change, at, by, drawer_id) VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?, ?)',
          ...[`${id}-${kind}`, id, kind, METHODS[pick(3)] ?? '', total, total, at, 'ana', drawerId],
        );
      if (paid) move('payment', drawer.id);
      if (refunded) move('refund', drawers[1]?.id ?? '');
      if (paid)
        for (let print = 1; print <= pick(3); print += 1)
          run('INSERT INTO receipts (sale_id, print, at, by) VALUES (?, ?, ?, ?)', id, print, at, 'ana');
      if (number % 9 === 0)
        run(
          'INSERT INTO order_comments (id, sale_id, person_id, at, text) VALUES (?, ?, ?, ?, ?)',
          `c-${id}`,
          id,
          'ana',
          at,
          'No sugar',
        );
    }
  }
}

it('leaves every sum as it was, and nothing refers to what is gone', () => {
  expect(sums('WHERE product_id IS NOT NULL')).toEqual(before);
  expect(all('PRAGMA foreign_key_check')).toEqual([]);
  expect(one('SELECT epoch FROM log')).not.toEqual(epoch);
});

it('accounts for each sale: payments less refunds are the total less what came back', () => {
  const wrong = all(
    `SELECT id FROM sales WHERE
       (SELECT coalesce(sum(iif(kind = 'payment', amount, -amount)), 0) FROM payments WHERE sale_id = sales.id) <> iif(paid_at IS NULL, 0, total - refunded)
       OR refunded <> (SELECT coalesce(sum(amount), 0) FROM refunds WHERE sale_id = sales.id)
       OR (SELECT sum(value ->> 'net') + sum(value ->> 'tax') FROM json_each(taxes)) <> total
       OR (SELECT sum(quantity * price) FROM sale_lines WHERE sale_id = sales.id AND (kind = 'order' OR position = 0)) <> total`,
  );
  expect(wrong).toEqual([]);
  expect(
    all(
      'SELECT id FROM refunds WHERE amount <> (SELECT sum(amount) FROM refund_lines WHERE refund_id = refunds.id)',
    ),
  ).toEqual([]);
});

it('numbers drawers and their receipts without gap, one for each payment, refund and copy', () => {
  expect(
    all('SELECT number FROM drawers WHERE number NOT BETWEEN 1 AND (SELECT count(*) FROM drawers)'),
  ).toEqual([]);
  expect(one('SELECT count(*) AS n FROM receipts')).toEqual({
    n: (one('SELECT count(*) AS n FROM payments') as { n: number }).n + prints,
  });
  expect(
    all(
      'SELECT drawer_id FROM receipts GROUP BY drawer_id HAVING max(number) <> count(*) OR min(number) <> 1',
    ),
  ).toEqual([]);
  expect(all(`SELECT id FROM drawers WHERE date IS NULL OR date NOT LIKE '2026-11-%'`)).toEqual([]);
});
