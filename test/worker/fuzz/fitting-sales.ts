/** Orders, registrations, drawers, receipts and reports in the states that their routes need. */
import { uuidv7 } from 'uuidv7';
import type { DayReport } from '../../../worker/contract/sales/report/day-reports';
import { type Move, moveWrites } from '../../../worker/contract/sales/moves';
import type { Comment, OrderChange } from '../../../worker/contract/sales/orders/orders';
import type { OwnDrawer } from '../../../worker/contract/sales/drawers/drawers';
import type { Sale } from '../../../worker/contract/sales/payments/payments';
import { newReceiptToken, type ReceiptList } from '../../../worker/contract/sales/receipts/receipts';
import type { RegistrationChange } from '../../../worker/contract/sales/registrations/registrations';
import { addDays } from '../../../worker/contract/zones';
import { newSecret, sha256 } from '../../../worker/contract/secrets';
import { allOf } from '../../moves';
import { applicant, packed } from '../sales/registrations/registry';
import { place, product } from '../sales/shop';
import type { Someone } from '../workplace';
import { type Fit, type Recipe, type Recipes, run, served } from './fitting';
import type { World } from './world';

interface Taken {
  id: string;
  version: number;
  sale: Sale | null;
}

async function openDrawer(me: Someone): Promise<string> {
  const { drawer } = await served<OwnDrawer>(me, 'GET', '/drawers/mine');
  if (drawer) return drawer.id;
  const id = uuidv7();
  await served(me, 'POST', '/drawers', { id, placeId: await place(), float: 0 });
  return id;
}

async function closeDrawer(me: Someone): Promise<void> {
  const { drawer } = await served<OwnDrawer>(me, 'GET', '/drawers/mine');
  const counted = { cash: 0, card: 0, transfer: 0 };
  if (drawer) await served(me, 'POST', `/drawers/${drawer.id}/close`, { counted, note: null });
}

const PAID: readonly Move[] = ['request_payment', 'pay'];
/** The moves that lead to the state of a move. */
const ordersWay: Partial<Record<Move, readonly Move[]>> = {
  ...{ edit: [], request_payment: [], cancel: [], to_cart: [] },
  ...{
    save: ['request_payment'],
    pay: ['request_payment'],
    claim: PAID,
    ready: PAID,
    release: PAID,
    refund: PAID,
  },
  ...{ take_over: [...PAID, 'claim'], put_back: [...PAID, 'claim'] },
  ...{ unready: [...PAID, 'ready'], undo: [...PAID, 'release'] },
};
const registrationsWay: Partial<Record<Move, readonly Move[]>> = {
  ...{ pay: [], cancel: [], claim: ['pay'], release: ['pay'], refund: ['pay'] },
  ...{ take_over: ['pay', 'claim'], put_back: ['pay', 'claim'], undo: ['pay', 'release'] },
};

/** The fields of a move's body beside the version. */
function fieldsOf(move: Move, { sale }: Taken): Record<string, unknown> {
  if (move === 'pay') return { parts: [{ method: 'card', received: sale?.total ?? 0 }] };
  if (move === 'release') return { receivedBy: 'Kim' };
  if (move === 'cancel') return { reason: 'They left' };
  if (move === 'edit') {
    const [line] = sale?.lines ?? [];
    return { lines: [{ line: line?.line, productId: line?.productId, quantity: 2 }] };
  }
  if (move !== 'refund') return {};
  const { move: _move, ...fields } = allOf(sale, true);
  return fields;
}

async function order(me: Someone, state = 'pending'): Promise<Taken> {
  const lines = [{ productId: (await product()).id, quantity: 1 }];
  const json = { id: uuidv7(), placeId: await place(), lines, state };
  const { order: it, sale } = await served<OrderChange>(me, 'POST', '/orders', json);
  return { id: it.id, version: it.version, sale };
}

async function registration(me: Someone): Promise<Taken> {
  const json = applicant((await packed()).id);
  const { registration: it, sale } = await served<RegistrationChange>(me, 'POST', '/registrations', json);
  return { id: it.id, version: it.version, sale };
}

/** A sale after these moves. A claim that is to be taken over is a colleague's. */
async function after(
  kind: 'order' | 'registration',
  begun: Taken,
  way: readonly Move[],
  { me, colleague }: { me: Someone; colleague: Someone | undefined },
): Promise<Taken> {
  if (way.includes('pay')) await openDrawer(me);
  let it = begun;
  for (const move of way) {
    const { method, path } = moveWrites[move];
    const as = move === 'claim' && colleague ? colleague : me;
    const json = { version: it.version, ...fieldsOf(move, it) };
    const change = await served<OrderChange & RegistrationChange>(
      as,
      method.toUpperCase(),
      `/${kind}s/${it.id}/${path}`,
      json,
    );
    it = { id: it.id, version: change[kind].version, sale: change.sale ?? it.sale };
  }
  return it;
}

const moveRecipe =
  (kind: 'order' | 'registration', move: Move, way: readonly Move[]): Recipe =>
  async (me, world) => {
    const colleague = move === 'take_over' ? await world.personAs('releasing') : undefined;
    const begun =
      kind === 'order'
        ? await order(me, move === 'to_cart' ? 'for_payment' : 'pending')
        : await registration(me);
    const it = await after(kind, begun, way, { me, colleague });
    if (move === 'pay' || move === 'refund') await openDrawer(me);
    return { params: { id: it.id }, body: { version: it.version, ...fieldsOf(move, it) } };
  };

const movesOf = (kind: 'order' | 'registration', ways: Partial<Record<Move, readonly Move[]>>): Recipes =>
  Object.fromEntries(
    Object.entries(ways).map(([name, way]) => {
      const move = name as Move;
      const { method, path } = moveWrites[move];
      return [`${method.toUpperCase()} /${kind}s/{id}/${path}`, moveRecipe(kind, move, way)];
    }),
  );

const paid = async (me: Someone, world: World): Promise<Taken> =>
  after('order', await order(me), PAID, { me, colleague: await world.personAs('admin') });

async function receipt(me: Someone, world: World) {
  const { id } = await paid(me, world);
  const { receipts } = await served<ReceiptList>(me, 'GET', `/sales/${id}/receipts`);
  const token = newReceiptToken();
  return { id, token, body: { label: receipts[0]?.label, hash: await sha256(token) } };
}

let endedDays = 0;
/** A day, long ago, whose only drawer is closed. */
async function endedDay(me: Someone): Promise<string> {
  const date = addDays('2001-01-01', (endedDays += 1));
  const amounts = '{"cash":0,"card":0,"transfer":0}';
  await run(
    `INSERT INTO drawers (id, number, date, person_id, place_id, opened_at, float, closed_at, expected, counted)
     SELECT ?1, max(number) + 1, ?2, ?3, ?4, 1, 0, 2, ?5, ?5 FROM drawers`,
    uuidv7(),
    date,
    me.id,
    await place(),
    amounts,
  );
  return date;
}

async function comment(me: Someone) {
  const { id } = await order(me);
  const json = { id: uuidv7(), text: 'Two forks' };
  const { comment: it } = await served<{ comment: Comment }>(me, 'POST', `/orders/${id}/comments`, json);
  return { id, comment: it.id };
}

const ofOne =
  (make: (me: Someone, world: World) => Promise<{ id: string }>, more: Omit<Fit, 'params'> = {}): Recipe =>
  async (me, world) => ({ params: { id: (await make(me, world)).id }, ...more });

export const ofSales: Recipes = {
  ...movesOf('order', ordersWay),
  ...movesOf('registration', registrationsWay),
  'POST /orders': async () => ({
    body: {
      ...{ id: uuidv7(), placeId: await place(), discount: null },
      lines: [{ productId: (await product()).id, quantity: 1 }],
    },
  }),
  'GET /orders/{id}': ofOne((me) => order(me)),
  'POST /orders/{id}/comments': ofOne((me) => order(me), { body: { text: 'Two forks' } }),
  'PATCH /orders/{id}/comments/{comment}': async (me) => ({
    params: await comment(me),
    body: { text: 'One fork' },
  }),
  'POST /orders/release': async (me, world) => {
    const { id, version } = await paid(me, world);
    return { body: { items: [{ id, version }], receivedBy: 'Kim' } };
  },
  'POST /registrations': async () => ({ body: applicant((await packed()).id) }),
  'GET /registrations/{id}': ofOne(registration),
  'POST /registrations/{id}/invitation': async (me) => ({
    params: { id: (await registration(me)).id },
    body: { personId: uuidv7(), hash: await sha256(newSecret()) },
  }),
  'POST /registrations/release': async (me) => {
    const { id, version } = await after('registration', await registration(me), ['pay'], {
      me,
      colleague: me,
    });
    return { body: { items: [{ id, version }], receivedBy: 'Kim' } };
  },
  'POST /drawers': async (me) => {
    await closeDrawer(me);
    return { body: { id: uuidv7(), placeId: await place() } };
  },
  'POST /drawers/{id}/close': async (me) => ({ params: { id: await openDrawer(me) }, body: { note: null } }),
  'GET /sales/{id}/receipts': ofOne(paid),
  'POST /sales/{id}/receipts': ofOne(paid, { body: { refundId: null } }),
  'POST /sales/{id}/receipts/links': async (me, world) => {
    const { id, body } = await receipt(me, world);
    return { params: { id }, body };
  },
  'POST /receipts/open': async (me, world) => {
    const { id, token, body } = await receipt(me, world);
    await served(me, 'POST', `/sales/${id}/receipts/links`, body);
    return { body: { token } };
  },
  'POST /sales/day-reports': async (me) => ({ body: { date: await endedDay(me) } }),
  'GET /sales/day-reports/{number}': async (me) => {
    const json = { date: await endedDay(me) };
    const { report } = await served<{ report: DayReport }>(me, 'POST', '/sales/day-reports', json);
    return { params: { number: String(report.number) } };
  },
  'POST /displays': async () => ({ body: { id: uuidv7(), placeId: null, hash: await sha256(newSecret()) } }),
  'POST /display/open': async (me) => {
    const token = newSecret();
    await served(me, 'POST', '/displays', {
      id: uuidv7(),
      name: 'Hall',
      placeId: null,
      hash: await sha256(token),
    });
    return { body: { token } };
  },
};
