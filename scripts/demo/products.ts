/** The products and packages of Harbour Clinic's café and shop, and their first stock. */
import type { Package, Product, TileColor } from '../../worker/contract/products/products.ts';
import { idAt } from './ids.ts';
import type { Act } from './journal.ts';

/** The place that the migrations make, with the clinic's name for it. */
export const cafe = { id: '019dd7f0-0000-7000-8000-000000000001', name: 'Café' };

/** `item` is the clinic's own number; null for fresh products, which have no barcode. */
type Entry = [sku: string, name: string, price: number, stock: number, lowAt: number, item: number | null];

/** What tills show first. */
const favourites = ['HOT-ESPRESSO', 'HOT-CAPPUCCINO', 'HOT-FILTER', 'COLD-WATER-STILL', 'EAT-BUTTER-PRETZEL'];
const colors: Record<string, TileColor> = {
  'Hot drinks': 'orange',
  'Cold drinks': 'blue',
  'From the kitchen': 'yellow',
};
/** Food has its own rate; all else has the workplace's 19 %. */
const rates: Record<string, number> = { 'From the kitchen': 700 };

const shelves: Record<string, readonly Entry[]> = {
  'Hot drinks': [
    ['HOT-ESPRESSO', 'Espresso', 220, 180, 30, null],
    ['HOT-FILTER', 'Filter coffee', 260, 210, 40, null],
    ['HOT-CAPPUCCINO', 'Cappuccino', 340, 160, 30, null],
    ['HOT-FLATWHITE', 'Flat white', 360, 120, 30, null],
    ['HOT-CHOCOLATE', 'Hot chocolate', 350, 60, 15, null],
    ['HOT-TEA-MINT', 'Peppermint tea', 280, 90, 15, null],
  ],
  'Cold drinks': [
    ['COLD-WATER-STILL', 'Still water 0.5 l', 190, 96, 24, 1101],
    ['COLD-WATER-SPARK', 'Sparkling water 0.5 l', 190, 84, 24, 1102],
    ['COLD-APPLE', 'Apple spritzer 0.33 l', 270, 48, 12, 1103],
    ['COLD-ORANGE', 'Orange juice 0.25 l', 320, 9, 12, 1104],
    ['COLD-ICETEA', 'Iced tea lemon 0.5 l', 290, 36, 12, 1105],
  ],
  'From the kitchen': [
    ['EAT-BUTTER-PRETZEL', 'Butter pretzel', 240, 28, 6, null],
    ['EAT-CROISSANT', 'Croissant', 260, 24, 6, null],
    ['EAT-CHEESE-ROLL', 'Cheese roll', 390, 18, 5, null],
    ['EAT-CARROT-CAKE', 'Carrot cake, a slice', 380, 0, 4, null],
    ['EAT-SOUP', 'Soup of the day', 590, 30, 8, null],
    ['EAT-FRUIT', 'Fruit cup', 420, 14, 4, null],
  ],
  Shop: [
    ['SHOP-BAND-M', 'Exercise band, medium', 1_290, 40, 8, 2201],
    ['SHOP-FASCIA', 'Fascia ball 8 cm', 1_150, 32, 8, 2202],
    ['SHOP-BOTTLE', 'Drinking bottle 0.7 l', 1_690, 45, 10, 2203],
    ['SHOP-DIARY', 'Blood pressure diary', 690, 60, 10, 2204],
    ['SHOP-PEDOMETER', 'Pedometer', 1_990, 18, 5, 2205],
    ['SHOP-MUG', 'Harbour Clinic mug', 1_190, 26, 6, 2206],
    ['SHOP-BAG', 'Cotton bag', 790, 55, 10, 2207],
  ],
};

type Contents = readonly [sku: string, quantity: number][];
const offers: readonly [name: string, description: string, price: number, contents: Contents][] = [
  [
    'Back school, eight evenings',
    'Tuesdays at 18:00 in the gym, with what is needed for the exercises at home.',
    12_900,
    [
      ['SHOP-BAND-M', 1],
      ['SHOP-FASCIA', 1],
      ['SHOP-BOTTLE', 1],
    ],
  ],
  [
    'Healthy heart course',
    'Six Saturdays of walking and talking, with a diary and a pedometer to keep.',
    8_900,
    [
      ['SHOP-DIARY', 1],
      ['SHOP-PEDOMETER', 1],
      ['SHOP-BOTTLE', 1],
    ],
  ],
  [
    'Friends of the clinic, one year',
    'Invitations to talks and open days, and a small thank-you.',
    3_500,
    [
      ['SHOP-MUG', 1],
      ['SHOP-BAG', 1],
    ],
  ],
];

/** Adjustments of the stock, and how many days ago they were made. */
const adjustments: readonly [sku: string, daysAgo: number, quantity: number, reason: string][] = [
  ['COLD-ORANGE', 6, 24, 'Delivery of the week'],
  ['COLD-ORANGE', 2, -3, 'Expired'],
  ['EAT-CARROT-CAKE', 1, 12, 'Baked this morning'],
  ['EAT-CARROT-CAKE', 1, -12, 'Given to the ward’s summer party'],
  ['SHOP-MUG', 9, 30, 'Delivery from the pottery'],
  ['SHOP-MUG', 8, -2, 'Broken while unpacking'],
  ['SHOP-PEDOMETER', 12, 20, 'Delivery'],
  ['HOT-FILTER', 3, 150, 'New beans, counted in cups'],
];

const DAY_MS = 86_400_000;

export type Selling = {
  products: Product[];
  packages: Package[];
  shop: { id: string; name: string };
  acts: Act[];
};

/**
 * @param adminId the admin who made the products
 * @param beganAt when, epoch milliseconds
 */
export function sellingOf(adminId: string, beganAt: number, now: number): Selling {
  const products = Object.entries(shelves).flatMap(([category, entries]) =>
    entries.map(([sku, name, price, stock, lowAt, item]): Product => ({
      ...{ id: idAt(beganAt, 'product', sku), sku, name, category, price, stock, lowAt },
      ...{ barcode: item === null ? null : ean13(item), held: 0, sold: 0, active: true, updatedAt: beganAt },
      ...{ short: 0, taxRate: rates[category] ?? null, favourite: favourites.includes(sku) },
      color: colors[category] ?? null,
    })),
  );
  const named = ([sku, quantity]: Contents[number]) =>
    products.flatMap((it) => (it.sku === sku ? [{ id: it.id, name: it.name, quantity }] : []));
  const packages = offers.map(([name, description, price, contents]): Package => ({
    ...{ id: idAt(beganAt, 'package', name), name, description, price, active: true, updatedAt: beganAt },
    taxRate: null,
    products: contents.flatMap(named).sort((a, b) => a.name.localeCompare(b.name, 'en')),
  }));
  const acts = [
    ...products.map((after): Act => ({
      ...{
        at: beganAt,
        actor: adminId,
        action: 'product.created',
        subject: `product/${after.id}`,
        before: null,
      },
      after: { ...after, stock: after.stock - adjusted(after.sku) },
    })),
    ...packages.map((after): Act => ({
      ...{ at: beganAt, actor: adminId, action: 'package.created', subject: `package/${after.id}` },
      ...{ before: null, after },
    })),
    ...adjustments.flatMap(([sku, daysAgo, quantity, reason]) =>
      products.flatMap((it): Act[] => {
        const at = now - daysAgo * DAY_MS;
        const after = { productId: it.id, quantity, reason };
        const about = { action: 'stock.adjusted', subject: `product/${it.id}`, before: null, after };
        return it.sku === sku ? [{ at, actor: adminId, ...about }] : [];
      }),
    ),
  ];
  return { products, packages, shop: { id: idAt(beganAt, 'place', 'Shop'), name: 'Shop' }, acts };
}

const adjusted = (sku: string): number =>
  adjustments.reduce((sum, [of, , quantity]) => (of === sku ? sum + quantity : sum), 0);

/** An EAN-13 with its check digit, of GS1's range for a company's own use. */
function ean13(item: number): string {
  const digits = `2000${String(item).padStart(8, '0')}`;
  const sum = [...digits].reduce((all, digit, at) => all + Number(digit) * (at % 2 === 0 ? 1 : 3), 0);
  return `${digits}${String((10 - (sum % 10)) % 10)}`;
}
