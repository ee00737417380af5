/** The demo's products and sales. */
import type { Database } from '../../migrate.ts';
import { insert, insertion } from '../insert.ts';
import type { Takings } from '../orders.ts';
import { cafe, type Selling } from '../products.ts';

export async function insertSelling(db: Database, { products, packages, shop }: Selling): Promise<void> {
  await db.prepare('UPDATE places SET name = ?2 WHERE id = ?1').bind(cafe.id, cafe.name).run();
  await insert(db, 'places', 'id name', [shop]);
  const columns =
    'id sku barcode name category price stock held sold low_at updated_at tax_rate favourite color';
  await insert(db, 'products', columns, products);
  await insert(db, 'packages', 'id name description price updated_at', packages);
  const lines = packages.flatMap(({ id, products: those }) =>
    those.map((it) => ({ packageId: id, productId: it.id, quantity: it.quantity })),
  );
  await insert(db, 'package_products', 'package_id product_id quantity', lines);
}

export async function insertTakings(db: Database, it: Takings): Promise<void> {
  await insert(db, 'sales', SALES, it.sales);
  await insert(db, 'sale_lines', LINES, it.lines);
  await insert(
    db,
    'refunds',
    'id sale_id amount taxes reason restocked at by',
    it.refunds.map(({ refund }) => refund),
  );
  await insert(
    db,
    'refund_lines',
    'refund_id position quantity amount',
    it.refunds.map(({ line }) => line),
  );
  // A payment needs an open drawer, and a person has one at a time: each is closed before the next.
  const drawers = it.drawers.flatMap(({ drawer, payments, closing }) => [
    ...insertion(db, 'drawers', 'id person_id place_id opened_at float', [drawer]),
    ...insertion(db, 'payments', PAYMENTS, payments),
    ...(closing
      ? [
          db
            .prepare(
              'UPDATE drawers SET closed_at = ?2, expected = ?3, counted = ?4, note = ?5 WHERE id = ?1',
            )
            .bind(drawer.id, closing.closedAt, closing.expected, closing.counted, closing.note),
        ]
      : []),
  ]);
  if (drawers.length > 0) await db.batch(drawers);
  await insert(db, 'order_comments', 'id sale_id person_id at text', it.comments);
  await insert(db, 'queues', 'place_id date last', it.queues);
}

const SALES =
  'id kind place_id date number state version subtotal tax total taxes tax_rate tax_included discount discount_percent discount_reason refunded currency created_at created_by expires_at paid_at claimed_at claimed_by ready_at ready_by released_at released_by received_by changed_at changed_by';
const LINES =
  'sale_id product_id position name quantity price tax_rate discount discount_percent discount_reason share';
const PAYMENTS = 'id sale_id refund_id kind method amount tip received change reference at by drawer_id';
