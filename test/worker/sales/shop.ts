/** Creates products, places and cashiers as rows, and takes and moves orders through the routes. */
import { env } from 'cloudflare:workers';
import { uuidv7 } from 'uuidv7';
import type { Bindings } from '../../../worker/bindings';
import type { Move } from '../../../worker/contract/sales/moves';
import type { NewOrder, Order, OrderChange } from '../../../worker/contract/sales/orders/orders';
import { moveRequest } from '../../moves';
import { ask, newKey, type Someone, someone } from '../workplace';

/** The place that the migrations create. */
export const COUNTER = '019dd7f0-0000-7000-8000-000000000001';

/** A new place, whose queue numbers begin with 1. */
export async function place(name = `Place ${uuidv7().slice(-6)}`): Promise<string> {
  const id = uuidv7();
  await env.DB.prepare('INSERT INTO places (id, name) VALUES (?1, ?2)').bind(id, name).run();
  return id;
}

export async function product(it: { name?: string; price?: number; stock?: number; lowAt?: number } = {}) {
  const id = uuidv7();
  const name = it.name ?? `Product ${id.slice(-6)}`;
  const { price = 450, stock = 100, lowAt = 5 } = it;
  await env.DB.prepare(
    'INSERT INTO products (id, sku, name, price, stock, low_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1)',
  )
    .bind(id, id.slice(-12), name, price, stock, lowAt)
    .run();
  return { id, name, price, stock };
}

export interface Shelves {
  stock: number;
  held: number;
  sold: number;
}
export const shelves = (id: string): Promise<Shelves | null> =>
  env.DB.prepare('SELECT stock, held, sold FROM products WHERE id = ?1').bind(id).first<Shelves>();

/** A cashier with an open drawer. */
export async function cashier(name?: string, placeId = COUNTER): Promise<Someone & { drawer: string }> {
  const person = await someone({ roles: ['cashier'], ...(name && { name }) });
  const drawer = uuidv7();
  await env.DB.prepare(
    `INSERT INTO drawers (id, number, date, person_id, place_id, opened_at, float)
         SELECT ?1, coalesce(max(number), 0) + 1, date('now'), ?2, ?3, 1, 10000 FROM drawers`,
  )
    .bind(drawer, person.id, placeId)
    .run();
  return { ...person, drawer };
}

/** A person at the release desk. */
export const releaser = (name?: string): Promise<Someone> =>
  someone({ roles: ['releasing'], ...(name && { name }) });

interface Sent {
  key?: string;
  env?: Bindings;
}
const how = ({ key = newKey(), env: bindings }: Sent) => ({ key, ...(bindings && { env: bindings }) });

export const takeOrder = (
  as: Someone,
  lines: { productId: string; quantity: number }[],
  it: Sent & { id?: string; placeId?: string; state?: NewOrder['state'] } = {},
): Promise<Response> => {
  const { id = uuidv7(), placeId = COUNTER, state } = it;
  return ask('/orders', { as, json: { id, placeId, lines, ...(state && { state }) }, ...how(it) });
};

export const makeMove = (
  as: Someone,
  { id, version }: Pick<Order, 'id' | 'version'>,
  input: { move: Move; [field: string]: unknown },
  it: Sent = {},
): Promise<Response> => {
  const { method, path, json } = moveRequest(input);
  return ask(`/orders/${id}/${path}`, { as, method, json: { version, ...json }, ...how(it) });
};

/** The body of an answer that must succeed. */
export async function done(answer: Promise<Response>): Promise<OrderChange> {
  const response = await answer;
  if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
  return response.json<OrderChange>();
}

/** An order that was paid in cash. */
export async function paidOrder(
  as: Someone,
  lines: { productId: string; quantity: number }[],
  it: { placeId?: string } = {},
): Promise<OrderChange> {
  const { order } = await done(takeOrder(as, lines, it));
  const due = await done(makeMove(as, order, { move: 'request_payment' }));
  const received = due.sale?.total ?? 0;
  return done(makeMove(as, due.order, { move: 'pay', parts: [{ method: 'cash', received }] }));
}
