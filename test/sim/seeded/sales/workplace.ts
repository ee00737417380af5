/** A workplace of its own in each schedule: currency, coins, tax, tips, discounts, and when its day begins. */
import { uuidv7 } from '../../../../web/src/lib/uuidv7';
import { defaultSettings, type Settings } from '../../../../worker/contract/settings/settings';
import { clockWords } from '../../../../worker/contract/zones';
import { hire, type Someone } from '../people';
import type { World } from '../World';

export const ZONE = 'Europe/Berlin';
/** Of each product at the beginning. */
export const STOCK = 20;
/** The place that the migrations create. */
const COUNTER = '019dd7f0-0000-7000-8000-000000000001';

/** Without decimals, with two and with three; coins as they are there, and none. */
const currencies = [
  { currency: 'JPY', coins: [1, 5, 10], prices: [120, 333, 1_999] },
  { currency: 'EUR', coins: [1, 5], prices: [199, 450, 1_234] },
  { currency: 'KWD', coins: [1, 5, 50], prices: [250, 1_333, 4_999] },
] as const;
const RATES = [0, 250, 700, 1_000, 1_900, 2_550];

export interface Workplace {
  places: readonly string[];
  packageId: string;
  rates: readonly number[];
  prices: readonly number[];
  /** In the order of their hiring: two cashiers and an admin, who sells too. */
  sellers: readonly Someone[];
  releasing: Someone;
}

/** @returns the workplace, which the database has now */
export function found(world: World): Workplace {
  const { currency, coins, prices } = world.pick(currencies);
  const settings: Settings = {
    ...defaultSettings(ZONE),
    currency,
    smallestCoin: world.pick(coins),
    tips: world.random() < 0.5,
    taxRate: world.pick(RATES),
    taxIncluded: world.random() < 0.5,
    cashierDiscountPercent: world.pick([0, 20, 100]),
    dayStart: world.pick(['04:00', soon(world)]),
    unpaidOrderMinutes: 5,
  };
  write(world, 'INSERT INTO settings (valid_from, applies_at, value) VALUES (?1, 0, ?2)', [
    '2020-01-01',
    JSON.stringify(settings),
  ]);
  const products = prices.map((price, at) => product(world, at + 1, price));
  const kiosk = uuidv7();
  write(world, `INSERT INTO places (id, name) VALUES (?1, 'Kiosk')`, [kiosk]);
  return {
    places: [COUNTER, kiosk],
    packageId: packageOf(world, prices[2], products),
    rates: RATES,
    prices,
    sellers: [
      hire(world, 'Cashier 1', ['cashier', 'releasing']),
      hire(world, 'Cashier 2', ['cashier']),
      hire(world, 'Admin', ['admin']),
    ],
    releasing: hire(world, 'Desk', ['releasing']),
  };
}

/** Some minutes after the schedule begins: then drawers and orders are open over the start of a day. */
const soon = (world: World): string =>
  clockWords(ZONE, world.scheduler.now + (1 + Math.floor(world.random() * 4)) * 60_000);

/** A third of the products have the workplace's rate. */
function product(world: World, n: number, price: number): string {
  const id = uuidv7();
  write(
    world,
    `INSERT INTO products (id, sku, name, price, stock, low_at, tax_rate, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, 1)`,
    [id, `P-${n}`, `Product ${n}`, price, STOCK, world.random() < 0.3 ? null : world.pick(RATES)],
  );
  return id;
}

/** Two pieces of one product and one of another. */
function packageOf(world: World, price: number, products: readonly string[]): string {
  const id = uuidv7();
  write(
    world,
    `INSERT INTO packages (id, name, price, tax_rate, updated_at) VALUES (?1, 'Starter', ?2, ?3, 1)`,
    [id, price, world.random() < 0.5 ? null : world.pick(RATES)],
  );
  products
    .slice(0, 2)
    .forEach((it, at) =>
      write(world, 'INSERT INTO package_products (package_id, product_id, quantity) VALUES (?1, ?2, ?3)', [
        id,
        it,
        at + 1,
      ]),
    );
  return id;
}

const write = (world: World, sql: string, params: readonly (string | number | null)[]): void =>
  void world.db.sql.run(sql, params);
