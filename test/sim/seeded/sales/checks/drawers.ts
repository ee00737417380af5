/** Drawers, receipts and queue numbers: none twice, no gap, all money where it was paid. SQL that finds what must not be. */
import type { World } from '../../World';

const none: Record<string, string> = {
  'two orders have one number':
    "SELECT 1 FROM sales WHERE kind = 'order' AND number IS NOT NULL GROUP BY place_id, date, number HAVING count(*) > 1",
  'two open orders at a counter have one number': `SELECT 1 FROM sales WHERE kind = 'order' AND number IS NOT NULL
    AND state NOT IN ('released', 'cancelled') GROUP BY place_id, number HAVING count(*) > 1`,
  'two registrations have one number': `SELECT 1 FROM sales WHERE kind = 'registration' GROUP BY date, number HAVING count(*) > 1`,
  'a member was renewed twice': `SELECT 1 FROM registrants WHERE renews IS NOT NULL AND NOT cancelled GROUP BY renews HAVING count(*) > 1`,
  'a renewal has another member’s number': `SELECT 1 FROM registrants AS r JOIN registrants AS b ON b.sale_id = r.renews WHERE b.member <> r.member`,
  'two members have one number': `SELECT 1 FROM registrants WHERE renews IS NULL GROUP BY member HAVING count(*) > 1`,
  'a person has two open drawers': `SELECT 1 FROM drawers WHERE closed_at IS NULL GROUP BY person_id HAVING count(*) > 1`,
  'drawers are not numbered without gap':
    'SELECT 1 FROM (SELECT max(number) AS last, count(*) AS count FROM drawers) WHERE last <> count',
  'receipts are not numbered without gap':
    'SELECT 1 FROM receipts GROUP BY drawer_id, letter HAVING min(number) <> 1 OR max(number) <> count(*)',
  'money lies in another person’s drawer':
    'SELECT 1 FROM payments AS p JOIN drawers AS d ON d.id = p.drawer_id WHERE p.by <> d.person_id',
  'money was moved in a closed drawer':
    'SELECT 1 FROM payments AS p JOIN drawers AS d ON d.id = p.drawer_id WHERE p.at < d.opened_at OR p.at > d.closed_at',
  'a receipt is of another person’s drawer, or of a closed one': `SELECT 1 FROM receipts AS r JOIN drawers AS d ON d.id = r.drawer_id
    WHERE r.by <> d.person_id OR r.at < d.opened_at OR r.at > d.closed_at`,
  'a payment or a refund has not one original in its drawer': `SELECT 1 FROM (SELECT DISTINCT sale_id, refund_id, drawer_id FROM payments) AS m
    WHERE (SELECT count(*) FROM receipts AS r WHERE r.sale_id = m.sale_id AND r.refund_id IS m.refund_id AND r.print = 1
      AND r.drawer_id = m.drawer_id) <> 1`,
  'a receipt is of no payment':
    'SELECT 1 FROM receipts AS r WHERE NOT EXISTS (SELECT 1 FROM payments AS p WHERE p.sale_id = r.sale_id AND p.refund_id IS r.refund_id)',
  'copies are not counted':
    'SELECT 1 FROM receipts GROUP BY sale_id, refund_id HAVING min(print) <> 1 OR max(print) <> count(*) OR count(DISTINCT print) <> count(*)',
  'a drawer is not the sum of its parts': `SELECT 1 FROM drawers AS d, (SELECT 'cash' AS method UNION ALL SELECT 'card' UNION ALL SELECT 'transfer') AS m
    WHERE expected IS NOT NULL AND expected ->> m.method <> iif(m.method = 'cash', float, 0)
      + (SELECT coalesce(sum(iif(p.kind = 'payment', amount, -amount) + tip), 0) FROM payments AS p
         WHERE p.drawer_id = d.id AND p.method = m.method AND NOT p.late)`,
  'a drawer has not one report': `SELECT 1 FROM drawers AS d WHERE (SELECT count(*) FROM day_reports WHERE drawer_id = d.id) <> (closed_at IS NOT NULL)`,
  'reports are not numbered without gap':
    'SELECT 1 FROM (SELECT max(number) AS last, count(*) AS count FROM day_reports) WHERE last <> count',
  'a day is closed before its drawers': `SELECT 1 FROM drawers AS d JOIN day_reports AS r ON r.date = d.date AND r.drawer_id IS NULL
    WHERE d.closed_at IS NULL OR d.closed_at > r.at`,
};

/** One row: which of them exist. */
const FOUND = `SELECT ${Object.values(none)
  .map((sql, index) => `EXISTS (${sql}) AS b${index}`)
  .join(', ')}`;

export function mustBeNumbered(world: World): void {
  const [found = {}] = world.db.rows<Record<string, number>>(FOUND);
  Object.keys(none).forEach((broken, index) => world.must(found[`b${index}`] === 0, broken));
}

/**
 * Goods are neither made nor lost: each piece of a sale lies where the sale's state says, those that came back where their refund
 * does.
 */
const GOODS = `WITH piece AS (
    SELECT l.product_id, l.quantity AS taken, s.kind, s.state, s.paid_at,
      CASE s.kind WHEN 'order' THEN coalesce(sum(b.quantity), 0) ELSE l.quantity * (count(r.id) > 0) END AS back,
      CASE s.kind WHEN 'order' THEN coalesce(sum(b.quantity) FILTER (WHERE NOT r.restocked), 0)
        ELSE l.quantity * (count(r.id) FILTER (WHERE NOT r.restocked) > 0) END AS gone
    FROM sale_lines AS l JOIN sales AS s ON s.id = l.sale_id
      LEFT JOIN refund_lines AS b ON b.position = iif(s.kind = 'order', l.position, 0) AND b.refund_id IN (SELECT id FROM refunds WHERE sale_id = s.id)
      LEFT JOIN refunds AS r ON r.id = b.refund_id
    WHERE l.product_id IS NOT NULL GROUP BY l.sale_id, l.position
  ), shelf AS (
    SELECT product_id,
      CASE WHEN state = 'cancelled' AND paid_at IS NULL THEN 0
        WHEN state IN ('pending', 'for_payment') OR (kind = 'registration' AND state = 'paid') THEN taken - back ELSE 0 END AS held,
      gone + CASE WHEN state IN ('for_release', 'released') THEN taken - back ELSE 0 END AS sold
    FROM piece
  )
  SELECT stock, p.held, p.sold, short, coalesce(sum(s.held), 0) AS ordered, coalesce(sum(s.sold), 0) AS paid
  FROM products AS p LEFT JOIN shelf AS s ON s.product_id = p.id GROUP BY p.id`;

type Goods = Record<'stock' | 'held' | 'sold' | 'short' | 'ordered' | 'paid', number>;

/** @param each pieces of each product at the beginning */
export function mustKeepGoods(world: World, each: number): void {
  for (const { stock, held, sold, short, ordered, paid } of world.db.rows<Goods>(GOODS)) {
    world.must(stock + held + sold - short === each, 'goods were made or lost');
    world.must(held === ordered && sold === paid, 'goods lie on a shelf that no sale accounts for');
  }
}
