/** Ways to break money, goods, drawers, receipts and reports. */
import { HEALED, type Mutant, one } from './mutant.ts';

const MOVE = 'worker/sales/move.ts';
const MONEY = 'worker/contract/money.ts';
const REFUNDED = 'worker/contract/sales/refunds.ts';
const PAYMENTS = 'worker/sales/payments/payments.ts';
const REFUNDS = 'worker/sales/payments/refunds.ts';
const PRICE = 'worker/sales/orders/price.ts';
const RECEIPTS = 'worker/sales/receipts/rows.ts';
const FIGURES = 'worker/sales/report/figures.ts';
const DRAWERS = 'worker/sales/drawers/drawers.ts';

const CONSERVED = 'goods and money are neither made nor lost';
const ADDS_UP = 'discounts, taxes and refunds add up';
const NUMBERED = 'no number is lost or given twice';
const REPORTED = 'a drawer is its report, a day its drawers, and neither changes';

export const ofTills: readonly Mutant[] = [
  one(
    'sales: a move does not guard its version',
    CONSERVED,
    MOVE,
    " AND sales.version = value ->> 'seen'",
    '',
  ),
  one(
    'sales: the guard of the currency reads the settings’ own JSON',
    CONSERVED,
    MOVE,
    "(json_each.value ->> '$.changed.at')",
    "(value ->> '$.changed.at')",
  ),
  one(
    'discounts: what a share rounds off is lost',
    ADDS_UP,
    MONEY,
    'const left = amount - sum(parts.map(({ whole }) => whole));',
    'const left = 0;',
  ),
  one(
    'tax: rounded down',
    ADDS_UP,
    MONEY,
    'return rest * 2 >= by ? whole + 1 : whole;',
    'return rest * 2 > by * 2 ? whole + 1 : whole;',
  ),
  one(
    'tax: an edit takes the present rule for added tax',
    ADDS_UP,
    PRICE,
    'before?.taxIncluded ?? me.settings.taxIncluded',
    'me.settings.taxIncluded',
  ),
  one(
    'edits: a line that stays gets the present price',
    ADDS_UP,
    PRICE,
    'bare.push({ ...kept, quantity',
    'bare.push({ ...kept, ...presentLine(product, me), quantity',
  ),
  one(
    'payments: the rounding is not booked',
    CONSERVED,
    PAYMENTS,
    "const rounding = method === 'cash' ? due - left : 0;",
    'const rounding = 0;',
  ),
  one(
    'payments: of anyone’s open drawer',
    REPORTED,
    PAYMENTS,
    "'SELECT id FROM drawers WHERE person_id = ?1 AND closed_at IS NULL'",
    "'SELECT id FROM drawers WHERE ?1 IS NOT NULL AND closed_at IS NULL'",
  ),
  one(
    'payments: into a drawer that is closed meanwhile',
    REPORTED,
    MOVE,
    "AND ${drawerIsOpen(`(value ->> 'drawerId')`)} AND",
    'AND',
  ),
  one(
    'refunds: the share of the pieces alone, not cumulative',
    ADDS_UP,
    REFUNDED,
    'portion(amountOf(it), all, it.quantity) - sum(before.map((each) => each.amount))',
    'portion(amountOf(it), quantity, it.quantity)',
  ),
  one(
    'refunds: without the order’s discount',
    ADDS_UP,
    REFUNDED,
    'portion(amountOf(it), all, it.quantity)',
    'portion(amountOf(it) + it.share, all, it.quantity)',
  ),
  one(
    'refunds: cash is not rounded to coins',
    CONSERVED,
    REFUNDS,
    "method === 'cash' ? inCoins(exact, till.coin) : exact",
    'exact',
  ),
  one(
    'refunds: the goods are always free again',
    CONSERVED,
    MOVE,
    "refunded?.restocked === false ? 'sold' : 'stock'",
    "'stock'",
  ),
  one(
    'refunds: the goods come back twice',
    CONSERVED,
    MOVE,
    'const left = goodsLeft(after);\n  const goods',
    'const left = goodsLeft({ ...after, refunds: [] });\n  const goods',
  ),
  one(
    'refunds: an order that came back whole is not cancelled',
    CONSERVED,
    MOVE,
    'if (after.release || allPieces(sold).length > 0) return sold;',
    'if (sold.refunds.length > 0) return sold;',
  ),
  one(
    'receipts: a number is left out',
    NUMBERED,
    RECEIPTS,
    '(SELECT coalesce(max(number), 0) + 1 FROM receipts',
    '(SELECT coalesce(max(number), 0) + 1 + (coalesce(max(number), 0) = 2) FROM receipts',
  ),
  one(
    'receipts: a refund has none',
    NUMBERED,
    PAYMENTS,
    '  receiptRow(saleId, refundId, offline),',
    '  ...(refundId === null ? [receiptRow(saleId, refundId, offline)] : []),',
  ),
  one(
    'queue: a number of an earlier day’s open order is drawn',
    NUMBERED,
    'worker/sales/orders/numbers.ts',
    'WHERE number NOT IN (SELECT number FROM open))',
    ')',
  ),
  one(
    'drawers: a payment of the closing’s moment is not counted',
    REPORTED,
    DRAWERS,
    "AND ${countOf(ONE_DRAWER, 'drawers.id')} = ?3`",
    'AND ?3 >= 0`',
  ),
  one(
    'drawers: tips do not count',
    REPORTED,
    'worker/sales/drawers/rows.ts',
    'sum(${SIGNED} + p.tip)',
    'sum(${SIGNED})',
  ),
  {
    name: 'drawers: one is opened on a closed day',
    breaks: REPORTED,
    edits: [
      {
        file: DRAWERS,
        find: 'AND NOT EXISTS (SELECT 1 FROM day_reports WHERE date = ?7 AND drawer_id IS NULL)`',
        replace: 'AND ?7 IS NOT NULL`',
      },
      {
        file: DRAWERS,
        find: 'closedDays.includes(date) ? firstOpen(addDays(date, 1), closedDays) : date',
        replace: 'closedDays.length < 0 ? firstOpen(addDays(date, 1), closedDays) : date',
      },
    ],
  },
  one(
    'reports: a later one may take the number of another',
    REPORTED,
    FIGURES,
    '`INSERT INTO day_reports',
    '`INSERT OR REPLACE INTO day_reports',
  ),
  one(
    'reports: refunds count as their whole sale',
    REPORTED,
    FIGURES,
    'CROSS JOIN json_each(b.taxes) AS its',
    'CROSS JOIN sales AS whole ON whole.id = b.sale_id CROSS JOIN json_each(whole.taxes) AS its',
  ),
  one(
    'due: the clock does not free the goods',
    CONSERVED,
    'worker/sales/due.ts',
    "reason: 'Not paid in time', restocked: true",
    "reason: 'Not paid in time', restocked: false",
  ),
  one(
    'till: a late answer replaces newer money',
    HEALED,
    'web/src/lib/sales/LiveSales.svelte.ts',
    'if (sale && !isOlder)',
    'if (sale)',
  ),
];
