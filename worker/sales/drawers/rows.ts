/** Drawers as SQL selects them, and the contract's drawers made of them. */
import * as v from 'valibot';
import { Adjustment, ByMethod, type Drawer } from '../../contract/sales/payments/payments';
import { Named } from '../../contract/sessions/sessions';
import { labelOf } from '../rows';

/** SQL: what a payment adds to what is there, and a refund takes from it. */
export const SIGNED = `CASE p.kind WHEN 'payment' THEN p.amount ELSE -p.amount END`;

const came = (method: string): string => `coalesce(sum(${SIGNED}) FILTER (WHERE p.method = '${method}'), 0)`;

/** SQL: drawers with all that belongs to them, as JSON. What a closed one should have held was written down when it was closed. */
export const DRAWER = `SELECT d.id, d.opened_at AS openedAt, d.float, d.closed_at AS closedAt, d.counted, d.note,
  (SELECT json_object('id', id, 'name', name) FROM people WHERE id = d.person_id) AS person,
  (SELECT json_object('id', id, 'name', name) FROM places WHERE id = d.place_id) AS place,
  coalesce(d.expected, (SELECT json_object('cash', d.float + ${came('cash')}, 'card', ${came('card')}, 'transfer', ${came('transfer')})
    FROM payments AS p WHERE p.drawer_id = d.id)) AS expected,
  (SELECT count(*) FROM payments WHERE drawer_id = d.id) AS payments,
  (SELECT json_group_array(json_object('id', r.id, 'kind', r.kind, 'method', r.method, 'amount', r.amount, 'received', r.received,
     'change', r.change, 'reference', r.reference, 'at', r.at, 'by', json_object('id', who.id, 'name', who.name),
     'drawerId', r.drawer_id, 'sale', json_object('id', s.id, 'kind', s.kind, 'date', s.date, 'number', s.number)) ORDER BY r.at)
   FROM payments AS p JOIN payments AS r ON r.sale_id = p.sale_id AND r.kind = 'refund' AND r.drawer_id <> d.id
   JOIN people AS who ON who.id = r.by JOIN sales AS s ON s.id = r.sale_id
   WHERE p.drawer_id = d.id AND p.kind = 'payment') AS adjustments
  FROM drawers AS d`;

export interface DrawerRow {
  id: string;
  openedAt: number;
  float: number;
  closedAt: number | null;
  note: string | null;
  person: string;
  place: string;
  expected: string;
  counted: string | null;
  adjustments: string;
  /** How many payments and refunds `expected` is the sum of. */
  payments: number;
}

const { saleId: _saleId, label: _label, ...payment } = Adjustment.entries;
const Refunded = v.strictObject({
  ...payment,
  sale: v.strictObject({
    id: v.string(),
    kind: v.picklist(['order', 'registration']),
    date: v.string(),
    number: v.number(),
  }),
});

const parsed = <S extends v.GenericSchema>(schema: S, text: string): v.InferOutput<S> =>
  v.parse(schema, JSON.parse(text));

export function drawerOf(row: DrawerRow): Drawer {
  const { id, openedAt, float, closedAt, note } = row;
  return {
    id,
    openedAt,
    float,
    closedAt,
    note,
    person: parsed(Named, row.person),
    place: parsed(Named, row.place),
    expected: parsed(ByMethod, row.expected),
    counted: row.counted === null ? null : parsed(ByMethod, row.counted),
    adjustments: parsed(v.array(Refunded), row.adjustments).map(({ sale, ...refund }) => ({
      ...refund,
      saleId: sale.id,
      label: labelOf(sale),
    })),
  };
}
