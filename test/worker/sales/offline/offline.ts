/** Sells as a till without network does, and reads what the database has of it. */
import { env } from 'cloudflare:workers';
import { uuidv7 } from 'uuidv7';
import type { Bindings } from '../../../../worker/bindings';
import { sum } from '../../../../worker/contract/money';
import type { OfflineSale, OfflineSaleBooked } from '../../../../worker/contract/sales/offline/offline-sales';
import { receiptLabel } from '../../../../worker/contract/sales/receipts/receipts';
import type { SalesToReview } from '../../../../worker/contract/sales/offline/differences';
import { ask, newKey, type Someone } from '../../workplace';
import { cashier, COUNTER } from '../shop';

export interface Till extends Someone {
  drawer: string;
  /** Of the drawer. */
  number: number;
  device: string;
}

/** A cashier with an open drawer, at a device of their own. */
export async function till(name?: string): Promise<Till> {
  const person = await cashier(name);
  const number = await env.DB.prepare('SELECT number FROM drawers WHERE id = ?1')
    .bind(person.drawer)
    .first<number>('number');
  return { ...person, number: number ?? 0, device: crypto.randomUUID() };
}

interface Piece {
  id: string;
  name: string;
  price: number;
}

export const line = ({ id, name, price }: Piece, quantity = 1) => ({
  productId: id,
  name,
  quantity,
  price,
  taxRate: 0,
  discount: null,
});

/** What a till sends: the customer pays with the exact amount unless `more` says otherwise. */
export function act(as: Till, lines: OfflineSale['lines'], more: Partial<OfflineSale> = {}): OfflineSale {
  const total = sum(lines.map(({ price, quantity }) => price * quantity));
  return {
    id: uuidv7(),
    placeId: COUNTER,
    drawerId: as.drawer,
    device: as.device,
    receipt: receiptLabel(as.number, 'A', 1),
    lines,
    discount: null,
    taxIncluded: true,
    currency: 'EUR',
    ...{ total, rounding: 0, tip: 0, received: total, change: 0 },
    replaces: null,
    tapped: { v: 1, person: as.id, at: Date.now() },
    ...more,
  };
}

export interface How {
  as?: Someone;
  key?: string;
  /** How long ago it was sold, in milliseconds. */
  ago?: number;
  env?: Bindings;
}

export const send = (as: Someone, json: OfflineSale, { key = newKey(), ago = 0, env: bindings }: How = {}) =>
  ask('/orders/offline-sales', {
    as,
    key,
    json,
    headers: { 'Sent-At': String(json.tapped.at + ago) },
    ...(bindings && { env: bindings }),
  });

export async function booked(answer: Promise<Response>): Promise<OfflineSaleBooked> {
  const response = await answer;
  if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
  return response.json<OfflineSaleBooked>();
}

export const refusal = async (answer: Promise<Response>) => {
  const response = await answer;
  return [response.status, (await response.json<{ code: string }>()).code];
};

/** What differs, by kind. */
export const kinds = ({ differences }: OfflineSaleBooked): string[] => differences.map(({ kind }) => kind);

export const toReview = async (as: Someone, query = ''): Promise<SalesToReview> =>
  (await ask(`/sales/to-review${query}`, { as })).json<SalesToReview>();

interface Shelves {
  stock: number;
  held: number;
  sold: number;
  short: number;
}
export async function shelvesOf(id: string): Promise<Shelves> {
  const found = await env.DB.prepare('SELECT stock, held, sold, short FROM products WHERE id = ?1')
    .bind(id)
    .first<Shelves>();
  if (!found) throw new Error('no such product');
  return found;
}
/** What only adjustments change. */
export const pieces = async (id: string): Promise<number> => {
  const { stock, held, sold, short } = await shelvesOf(id);
  return stock + held + sold - short;
};

/** payments − refunds − (total − returned + rounding) of a sale: 0. */
export const unbalanced = (id: string): Promise<number | null> =>
  env.DB.prepare(
    `SELECT (SELECT sum(iif(kind = 'payment', amount, -amount)) - sum(iif(kind = 'payment', rounding, -rounding))
             FROM payments WHERE sale_id = s.id)
       - s.total + (SELECT coalesce(sum(amount), 0) FROM refunds WHERE sale_id = s.id) AS off
     FROM sales AS s WHERE id = ?1`,
  )
    .bind(id)
    .first<number>('off');

export const closeDrawer = (as: Till) =>
  ask(`/drawers/${as.drawer}/close`, {
    as,
    key: newKey(),
    json: { counted: { cash: 10_000, card: 0, transfer: 0 }, note: null },
  });
