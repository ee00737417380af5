/** A café's morning at two tills: at its end the pages, the report and the database say the same, to the cent. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { uuidv7 } from 'uuidv7';
import { Colleague } from '../Colleague.ts';
import { expect, test } from '../fixtures.ts';
import { nextBuild } from '../nextBuild.ts';
import { keep } from '../offline/Device.ts';
import { awake, type Employee, Workplace } from '../Workplace.ts';
import { CashierAtTill, type Goods, inCoins, type Shown, type Way } from './CashierAtTill.ts';

const STOCK = 500;
const FLOAT = 10_000;
/** Odd prices, so that coins round, and three rates. */
const shelf = [
  { name: 'Morning espresso', price: 223, taxRate: 1_900 },
  { name: 'Morning cappuccino', price: 341, taxRate: 1_900 },
  { name: 'Morning croissant', price: 267, taxRate: 700 },
  { name: 'Morning sandwich', price: 588, taxRate: 700 },
  { name: 'Morning paper', price: 299, taxRate: 0 },
].map((it, index) => ({ ...it, id: uuidv7(), code: `29000000000${index}` }));
const ways: readonly Way[] = ['cash', 'card', 'note', 'split', 'tip'];

/** Its place, products and coins; the demo's open drawers are closed, so that the day can end. */
async function cafe(workplace: Workplace): Promise<string> {
  const { db } = workplace;
  const place = uuidv7();
  await db.batch([
    db.prepare('INSERT INTO places (id, name) VALUES (?1, ?2)').bind(place, 'Morning café'),
    db.prepare(`UPDATE settings SET value = json_set(value, '$.smallestCoin', 5, '$.tips', json('true'))`),
    ...shelf.map(({ id, name, price, taxRate, code }) =>
      db
        .prepare(
          `INSERT INTO products (id, sku, barcode, name, price, tax_rate, stock, low_at, updated_at)
           VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, 1)`,
        )
        .bind(id, id.slice(-12), code, name, price, taxRate, STOCK),
    ),
  ]);
  const open = await db
    .prepare(
      `SELECT d.id, people.email FROM drawers AS d JOIN people ON people.id = d.person_id WHERE d.closed_at IS NULL`,
    )
    .all<{ id: string; email: string }>();
  for (const { id, email } of open.results) {
    const person = { id, email, name: '', password: '' };
    const counted = { cash: 0, card: 0, transfer: 0 };
    await (
      await Colleague.of(workplace, person)
    ).write('post', `drawers/${id}/close`, { counted, note: null });
  }
  return place;
}

/** The goods of a till's order: one or two kinds. */
function goodsOf(order: number): Goods[] {
  const of = (index: number, pieces: number) => ({ ...shelf[index % shelf.length]!, pieces });
  const first = of(order, 1 + (order % 3));
  return order % 4 === 0 ? [first] : [first, of(order + 2, 1)];
}

/** Sells orders `from` up to `to` as fast as the page allows. */
async function sell(cashier: CashierAtTill, from: number, to: number): Promise<void> {
  for (let order = from; order < to; order += 1) {
    await cashier.take(goodsOf(order));
    if (order % 5 === 3) await cashier.discount('Discount on the order', '10');
    if (order % 7 === 2) await cashier.discount(/^Discount on Morning/, '50');
    await cashier.pay(ways[order % ways.length] ?? 'cash');
  }
}

/** Both tills lose the network for ten minutes, and sell five orders for cash meanwhile. */
async function withoutNetwork(workplace: Workplace, [mia, noah]: readonly [CashierAtTill, CashierAtTill]) {
  const tills = [mia, noah];
  const one = (sql: string) => async () => (await workplace.db.prepare(sql).first<{ n: number }>())?.n;
  await expect.poll(one('SELECT count(*) AS n FROM drawer_devices')).toBe(2);
  for (const { page } of tills) {
    await keep(page);
    await page.clock.install();
  }
  workplace.network.block({ everything: true });
  for (const { page } of tills) await expect(page.locator('[data-status=offline]')).toBeVisible();
  for (const [cashier, order] of [
    [mia, 1],
    [mia, 6],
    [noah, 2],
    [mia, 9],
    [noah, 4],
  ] as const) {
    await cashier.take(goodsOf(order));
    if (order === 6) await cashier.discount('Discount on the order', '10');
    await cashier.sellForCash();
  }
  for (const { page } of tills) await page.clock.fastForward(10 * 60_000);
  workplace.network.restore();
  for (const { page } of tills) {
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await expect(page.locator('[data-status=live]')).toBeVisible();
    await expect(page.getByText(/waits? to be sent/)).toBeHidden();
  }
  await expect.poll(one('SELECT count(*) AS n FROM sales WHERE arrived_at IS NOT NULL')).toBe(5);
  const differing = one('SELECT count(*) AS n FROM sales WHERE differences IS NOT NULL');
  expect(await differing(), 'none differs').toBe(0);
}

test('thirty-five orders at two tills, through delays, ten minutes without network and a deploy, add up to the cent', async ({
  browser,
}) => {
  test.slow();
  const folder = await mkdtemp(join(tmpdir(), 'muster-next-'));
  const workplace = await Workplace.open();
  const tab = async () =>
    (
      await browser.newContext({
        ...{ baseURL: workplace.origin, reducedMotion: 'reduce' },
        serviceWorkers: 'allow',
      })
    ).newPage();
  try {
    const place = await cafe(workplace);
    const hired = [
      await workplace.hire('Mia Morning', ['cashier']),
      await workplace.hire('Noah Noon', ['cashier']),
    ];
    const start = async (person: Employee) => {
      const page = await tab();
      await workplace.signIn(page, person, '/cashier/pos');
      await page
        .getByRole('combobox', { name: 'Place of this till' })
        .selectOption({ label: 'Morning café' });
      const cashier = new CashierAtTill(page);
      await cashier.openDrawer('100');
      return cashier;
    };
    const [mia, noah] = await Promise.all([start(hired[0]!), start(hired[1]!)]);
    const both = (from: number, to: number) =>
      Promise.all([sell(mia, from, to), sell(noah, from + 1, to + 1)]);

    await both(0, 6);
    workplace.network.delay(120);
    await both(6, 8);
    workplace.network.delay(0);

    await withoutNetwork(workplace, [mia, noah]);

    // A deploy under a full cart.
    await noah.take(goodsOf(1));
    await workplace.deploy(await nextBuild(folder));
    for (const { page } of [mia, noah]) {
      const bar = page.getByRole('status').filter({ hasText: 'A new version is ready.' });
      await Promise.all([page.waitForEvent('load'), bar.getByRole('button', { name: 'Reload' }).click()]);
      await awake(page);
      await expect(page.locator('[data-status=live]')).toBeVisible();
    }
    await noah.pay('note');
    await mia.take(goodsOf(3));
    await mia.pay('cash');
    await both(9, 12);

    await both(12, 15);
    const back = await giveBack(mia);

    const { db } = workplace;
    const all = [...mia.shown, ...noah.shown];
    expect(all).toHaveLength(35);
    const sum = (of: (it: Shown) => number) => all.reduce((total, it) => total + of(it), 0);

    // What the tills showed is what the database has.
    const paid = await db
      .prepare(
        `SELECT method, sum(p.amount) AS amount, sum(p.tip) AS tip FROM payments AS p JOIN sales AS s ON s.id = p.sale_id
         WHERE s.place_id = ?1 AND p.kind = 'payment' GROUP BY method ORDER BY method`,
      )
      .bind(place)
      .all();
    expect(paid.results).toEqual([
      { method: 'card', amount: sum(({ card }) => card), tip: sum(({ tip }) => tip) },
      { method: 'cash', amount: sum(({ cash }) => cash), tip: 0 },
    ]);
    const sold = await db
      .prepare(
        `SELECT count(*) AS orders, sum(total) AS total, max(number) AS last, count(DISTINCT number) AS numbers
         FROM sales WHERE place_id = ?1 AND paid_at IS NOT NULL`,
      )
      .bind(place)
      .first();
    expect(sold).toEqual({ orders: 35, total: sum(({ total }) => total), last: 30, numbers: 30 });
    const taxes = await db
      .prepare(
        `SELECT value ->> 'rate' AS rate, sum(value ->> 'tax') AS tax FROM sales AS s, json_each(s.taxes)
         WHERE place_id = ?1 AND paid_at IS NOT NULL GROUP BY 1 ORDER BY 1 DESC`,
      )
      .bind(place)
      .all();
    expect(taxes.results).toEqual([
      { rate: 1_900, tax: sum((it) => it.taxes['19'] ?? 0) },
      { rate: 700, tax: sum((it) => it.taxes['7'] ?? 0) },
      { rate: 0, tax: 0 },
    ]);

    const stock = await db
      .prepare(
        `SELECT p.stock + p.sold AS pieces, p.held, p.sold, sum(l.quantity) AS ordered FROM products AS p
         JOIN sale_lines AS l ON l.product_id = p.id JOIN sales AS s ON s.id = l.sale_id
         WHERE s.place_id = ?1 AND s.paid_at IS NOT NULL GROUP BY p.id`,
      )
      .bind(place)
      .all<{ pieces: number; held: number; sold: number; ordered: number }>();
    expect(stock.results).toHaveLength(shelf.length);
    for (const { pieces, held } of stock.results) expect([pieces, held]).toEqual([STOCK, 0]);
    const of = (key: 'sold' | 'ordered') => stock.results.reduce((all, it) => all + it[key], 0);
    expect(of('ordered') - of('sold'), 'one piece came back').toBe(1);

    // Each till closes its drawer exactly, and the day's report adds them up.
    for (const cashier of [mia, noah]) {
      const refunded = cashier === mia ? back : 0;
      const cash = cashier.shown.reduce((total, it) => total + it.cash, FLOAT) - refunded;
      const card = cashier.shown.reduce((total, it) => total + it.card + it.tip, 0);
      await closeDrawer(cashier, { cash, card });
    }
    const drawers = await db
      .prepare(
        `SELECT r.content, d.number, (SELECT json_group_array(letter || number ORDER BY letter, number) FROM receipts WHERE drawer_id = d.id) AS receipts
         FROM drawers AS d JOIN day_reports AS r ON r.drawer_id = d.id JOIN people ON people.id = d.person_id
         WHERE d.place_id = ?1 ORDER BY people.name`,
      )
      .bind(place)
      .all<{ content: string; number: number; receipts: string }>();
    const labels = drawers.results.map(({ receipts }) => JSON.parse(receipts) as string[]);
    const series = (letter: string, count: number) =>
      Array.from({ length: count }, (_, index) => `${letter}${index + 1}`);
    // One for each order, and one of Mia's for the refund.
    expect(labels).toEqual([
      [...series('', 16), ...series('A', 3)],
      [...series('', 15), ...series('A', 2)],
    ]);

    const admin = await tab();
    await workplace.signIn(admin, workplace.get('admin'), '/cashier/reports');
    await admin
      .getByRole('listitem')
      .filter({ hasText: 'Today' })
      .getByRole('button', { name: 'Close the day' })
      .click();
    await admin.getByRole('dialog').getByRole('button', { name: 'Close the day' }).click();
    await expect(admin.getByRole('heading', { name: /^Report \d+: end of day$/ })).toBeVisible();
    const day = await db
      .prepare(
        `SELECT sum(iif(kind = 'payment', amount, -amount)) AS taken, sum(tip) AS tips FROM payments
         WHERE drawer_id IN (SELECT id FROM drawers WHERE date = (SELECT date FROM drawers WHERE place_id = ?1 LIMIT 1))`,
      )
      .bind(place)
      .first<{ taken: number; tips: number }>();
    const report = admin.locator('.report-print');
    const row = (label: string) => report.locator('dt', { hasText: label }).locator('+ dd');
    await expect(row('Payments less refunds')).toHaveText(euros(day?.taken ?? 0));
    await expect(row('Tips')).toHaveText(euros(day?.tips ?? 0));
    for (const { number } of drawers.results)
      await expect(report).toContainText(`Drawer D${String(number).padStart(4, '0')}`);
    await admin.emulateMedia({ media: 'print' });
    await expect(report).toBeVisible();
    await expect(admin.getByRole('button', { name: 'Print' })).toBeHidden();
  } finally {
    await workplace.close();
    await rm(folder, { recursive: true, force: true });
  }
});

/** A guest brings one of three espressos back, which were paid in cash. @returns what they get */
async function giveBack({ page, shown }: CashierAtTill): Promise<number> {
  const number = shown[5]?.number ?? '';
  await page.getByRole('radio', { name: /^Orders/ }).check({ force: true });
  await page.getByRole('button', { name: `Order ${number}`, exact: true }).click();
  const panel = page.locator('[data-panel]');
  await panel.getByRole('button', { name: 'Refund', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: `Refund order ${number}` });
  const less = (name: string) => dialog.getByRole('button', { name: `One ${name} less` });
  await less('Morning croissant').click();
  for (const _ of [1, 2]) await less('Morning espresso').click();
  await expect(dialog.locator('[data-refund]')).toHaveText('€2.23');
  await dialog.getByLabel('Reason').fill('Cold');
  await dialog.getByRole('button', { name: 'Refund €2.23' }).click();
  await expect(panel).toContainText('1 of 3 returned');
  await expect(panel).toHaveAttribute('data-state', 'for_release');
  return inCoins(223);
}

async function closeDrawer({ page }: CashierAtTill, counted: { cash: number; card: number }): Promise<void> {
  await page.getByRole('button', { name: 'Your drawer' }).click();
  const dialog = page.getByRole('dialog', { name: 'Your drawer' });
  await dialog.getByRole('button', { name: 'Count and close' }).click();
  await dialog.getByLabel('Cash counted').fill((counted.cash / 100).toFixed(2));
  await dialog.getByLabel('Card counted').fill((counted.card / 100).toFixed(2));
  await dialog.getByRole('button', { name: 'Close the drawer' }).click();
  await expect(dialog.locator('[data-drawer=closed]')).toContainText('Exact');
}

const euros = (amount: number): string =>
  new Intl.NumberFormat('en', { style: 'currency', currency: 'EUR' }).format(amount / 100);
