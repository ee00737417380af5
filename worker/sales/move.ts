/**
 * Moves a sale by its table, in one commit with its money and goods. Each move is compare-and-set on the version that the
 * person has seen; a refusal says who was faster, and when.
 */
import { actionOf, type Guard, guards, type Move, type MoveInput } from '../contract/sales/moves';
import { businessDate } from '../contract/business-day';
import { sum } from '../contract/money';
import { can } from '../contract/roles';
import type { Me } from '../contract/people/people';
import type { Publication } from '../contract/events';
import { type Fact, known, type Query, query, together } from '../db/queries';
import type { Answer, Entry } from '../live/commit';
import { clockWords } from '../contract/zones';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import type { Asker } from '../session';
import { type SaleKind, saleSubject, waits } from './kind';
import {
  type AtTill,
  drawerIsOpen,
  isCurrency,
  openDrawerId,
  paymentRows,
  paymentsOf,
} from './payments/payments';
import { allPieces, refunding, refundRows } from './payments/refunds';
import { asking, mustName } from './receiver';
import { goodsLeft, labelOf, saleOf, type Sold, soldWith, statusOf } from './rows';
import { shifted } from './stock';

/** A move that changes no lines. */
export type PlainMove = MoveInput<Exclude<Move, 'edit'>>;

/**
 * @throws Refusal `not_found`, `moved_meanwhile`, `illegal_move`, `claimed`, `undo_too_late` with the present sale,
 * `payment_short`, `payment_not_exact`, `no_drawer`, `invalid_input` for a release without the receiver whom its place asks for
 */
export async function move(scope: Scope, kind: SaleKind, id: string, input: PlainMove): Promise<Answer> {
  const next = ({ before, drawerId, asks }: MoveFacts, me: Asker, at: number): Sold => {
    const after = moved(stepped(kind, before, input, me, at), input, me, tillOf(scope, me, drawerId, at));
    if (input.move === 'release') mustName(after, asks);
    return after;
  };
  return scope.commit<MoveFacts & { drawn?: Drawn }>({
    subject: saleSubject({ kind: kind.name, id }),
    action: actionOf(kind.name, input.move),
    facts(d1, who) {
      const facts = together({
        before: soldWith(d1, kind.name, id),
        drawerId: openDrawerId(d1, who),
        asks: input.move === 'release' ? asking(d1, [id]) : known(new Set<string>()),
      });
      return drawsNumber(kind, input.move) ? numbered(scope, kind, facts, next) : facts;
    },
    decide: ({ drawn, ...found }, me, now) =>
      planOf(kind, { before: found.before, after: { ...next(found, me, now), ...drawn } }, input.move, me),
  });
}

interface MoveFacts {
  before: Sold;
  drawerId: string | undefined;
  asks: ReadonlySet<string>;
}
type Drawn = Pick<Sold, 'number' | 'date'>;

const drawsNumber = ({ moves }: SaleKind, move: Move): boolean =>
  Object.values(moves).some((from) => from[move]?.draws);

/** Draws the number of an order that has none, after all checks of the move. @throws Refusal of `next` */
async function numbered(
  scope: Scope,
  kind: SaleKind,
  facts: Fact<MoveFacts>,
  next: (found: MoveFacts, me: Asker, at: number) => Sold,
): Promise<MoveFacts & { drawn?: Drawn }> {
  const found = await scope.ask(facts);
  if (found.before.number !== null || !kind.draw) return found;
  const at = scope.now();
  next(found, scope.me, at);
  const date = businessDate(scope.me.settings, at);
  return { ...found, drawn: { number: await kind.draw(scope.d1, found.before, { date, at }), date } };
}

/** The sale in its next state by the table. @throws Refusal as `move` */
export function stepped(
  kind: SaleKind,
  before: Sold,
  input: { move: Move; version: number },
  me: Me,
  now: number,
): Sold {
  const current = kind.recordOf(before);
  if (input.version !== before.version)
    throw new Refusal('moved_meanwhile', { current, detail: whoWasFaster(kind, before, me.zone) });
  const step = kind.moves[before.state]?.[input.move];
  if (!step) throw new Refusal('illegal_move', { current, detail: stateWordsOf(kind, before) });
  if (!step.guard || guards[step.guard](before, me.id, now))
    return touched(before, step.to, { by: { id: me.id, name: me.name }, at: now });
  if (step.guard === 'just_released') throw new Refusal('undo_too_late', { current });
  if (claimGuards.includes(step.guard) && before.claim && before.claim.by.id !== me.id)
    throw new Refusal('claimed', { current, detail: claimWords(before, me.zone) });
  throw new Refusal('illegal_move', { current, detail: stateWordsOf(kind, before) });
}

const claimGuards: readonly Guard[] = ['unclaimed', 'mine', 'not_theirs'];

/** The sale with a state, the next version and who changed it. @param changed `by` is null for the clock */
export const touched = (before: Sold, state: string, changed: Sold['changed']): Sold => ({
  ...before,
  state,
  version: before.version + 1,
  changed,
});

/** Applies the move's other changes. @throws Refusal of its payment */
function moved(after: Sold, input: PlainMove, { settings }: Asker, till: AtTill): Sold {
  const { by, at } = till;
  switch (input.move) {
    case 'request_payment':
    case 'save':
      return { ...after, expiresAt: at + settings.unpaidOrderMinutes * 60_000 };
    case 'to_cart':
      return cancelled(after, { reason: 'Back to the cart', restocked: true });
    case 'pay':
      return { ...after, paidAt: at, expiresAt: null, payments: paymentsOf(after, input, till) };
    case 'claim':
    case 'take_over':
      return { ...after, claim: { by, at } };
    case 'put_back':
      return { ...after, claim: null };
    case 'ready':
      return { ...after, ready: { by, at } };
    case 'unready':
      return { ...after, ready: null };
    case 'release':
      return { ...after, release: { by, at, receivedBy: input.receivedBy } };
    case 'undo':
      if (allPieces(after).length === 0)
        throw new Refusal('undo_too_late', { detail: 'All of it was refunded meanwhile.' });
      return { ...after, release: null };
    case 'cancel':
      return cancelled(after, { reason: input.reason, restocked: true });
    case 'refund':
      return refunded(after, input, till);
  }
}

/** A sale that is not released yet is cancelled where nothing is left of it. @throws Refusal of the refund */
function refunded(after: Sold, input: MoveInput<'refund'>, till: AtTill): Sold {
  const sold = { ...after, refunds: [...after.refunds, refunding(after, input, till)] };
  if (after.release || allPieces(sold).length > 0) return sold;
  return { ...cancelled(sold, { reason: input.reason, restocked: input.restock }), state: 'cancelled' };
}

/** @param after the sale from `touched` */
export const cancelled = (after: Sold, why: { reason: string; restocked: boolean }): Sold => ({
  ...after,
  claim: null,
  expiresAt: null,
  cancellation: { ...after.changed, ...why },
});

/** What a payment or refund needs of the person's till. */
export const tillOf = (
  { newId }: Pick<Scope, 'newId'>,
  { id, name, settings }: Asker,
  drawerId: string | undefined,
  at: number,
): AtTill => ({
  newId,
  at,
  by: { id, name },
  drawerId,
  coin: settings.smallestCoin,
  currency: settings.currency,
});

export interface Moved {
  before: Sold;
  after: Sold;
}

/**
 * The plan of one or more equal moves; all commit or none.
 * @param me undefined for the clock
 * @param others further sales with the same move
 */
export function planOf(kind: SaleKind, it: Moved, how: Move, me?: Me, others: readonly Moved[] = []) {
  const sales = [...others, it];
  const effects = sales.map((each) => effectsOf(kind, each, how));
  return {
    ...moveEntry(kind, it, me),
    more: others.map((other) => moveEntry(kind, other, me)),
    action: actionOf(kind.name, how),
    write: movesWrite(sales),
    also: effects.flatMap(({ also }) => also),
    publish: effects.flatMap(({ publish }) => publish),
  };
}

/** A move's money, goods and events. */
function effectsOf(kind: SaleKind, { before, after }: Moved, how: Move) {
  const left = goodsLeft(after);
  const goods = shifted(left, shelfOf(kind, before), shelfOf(kind, after));
  const { paid, refunded } = newMoney({ before, after });
  const back = refunded
    ? [...goodsLeft(before), ...left.map((it) => ({ ...it, quantity: -it.quantity }))]
    : [];
  const returned = shifted(back, shelfOf(kind, before), refunded?.restocked === false ? 'sold' : 'stock');
  const data = saleOf(after);
  return {
    also: [
      ...(paid ? [...paymentRows(after.id, after.payments), waits(after)] : []),
      ...(refunded ? refundRows(after.id, refunded) : []),
      ...goods.also,
      ...returned.also,
      ...(kind.also?.(after) ?? []),
    ],
    publish: [
      ...kind.events(before, after, how),
      ...goods.publish,
      ...returned.publish,
      ...(paid ? [{ channel: 'tills', type: 'sale.paid', data } as const] : []),
      ...(refunded ? [{ channel: 'tills', type: 'sale.refunded', data } as const] : []),
      // Its label is the number that it has got.
      ...(!paid && after.number !== before.number
        ? [{ channel: 'tills', type: 'sale.updated', data } as const]
        : []),
    ] satisfies Publication[],
  };
}

/**
 * Compare-and-set on the versions that were read. If it changes fewer rows, the journal's count aborts the batch.
 * @param guard SQL: a further condition, with `values` from ?2 on
 */
export const movesWrite = (sales: readonly Moved[], guard = 'true', ...values: string[]): Query =>
  query(
    `UPDATE sales SET state = value ->> 'state', version = value ->> 'version', number = value ->> 'number',
       date = value ->> 'date', ready_at = value ->> '$.ready.at', ready_by = value ->> '$.ready.by.id', expires_at = value ->> 'expiresAt',
       paid_at = value ->> 'paidAt', claimed_at = value ->> '$.claim.at', claimed_by = value ->> '$.claim.by.id',
       released_at = value ->> '$.release.at', released_by = value ->> '$.release.by.id',
       received_by = value ->> '$.release.receivedBy', cancelled_at = value ->> '$.cancellation.at',
       cancelled_by = value ->> '$.cancellation.by.id', cancel_reason = value ->> '$.cancellation.reason',
       restocked = value ->> '$.cancellation.restocked', subtotal = value ->> 'subtotal', tax = value ->> 'tax',
       total = value ->> 'total', taxes = value -> 'taxes', discount = coalesce(value ->> '$.discount.amount', 0),
       discount_percent = value ->> '$.discount.percent', discount_reason = value ->> '$.discount.reason',
       refunded = value ->> 'refunded', changed_at = value ->> '$.changed.at',
       changed_by = value ->> '$.changed.by.id'
     FROM json_each(?1) WHERE sales.id = value ->> 'id' AND sales.version = value ->> 'seen'
       AND ${drawerIsOpen(`(value ->> 'drawerId')`)} AND (value ->> 'pays' = 0 OR ${isCurrency('currency', `(json_each.value ->> '$.changed.at')`)})
       AND ${guard}`,
    [
      JSON.stringify(
        sales.map(({ before, after }) => ({
          ...statusOf(after),
          id: after.id,
          state: after.state,
          number: after.number,
          date: after.date,
          subtotal: after.subtotal,
          tax: after.tax,
          total: after.total,
          taxes: after.taxes,
          discount: after.discount,
          refunded: sum(after.refunds.map(({ amount }) => amount)),
          seen: before.version,
          pays: newMoney({ before, after }).paid ? 1 : 0,
          drawerId: drawerOf(newMoney({ before, after })),
        })),
      ),
      ...values,
    ],
  );

/** A move's journal entry, which is the answer too: it has the money only if the person may see it. */
export function moveEntry(kind: SaleKind, { before, after }: Moved, me?: Me): Entry {
  const seesMoney = me && can(me, 'orders.sell');
  return {
    subject: saleSubject(after),
    before: { record: kind.recordOf(before), sale: saleOf(before) },
    after: { record: kind.recordOf(after), sale: seesMoney ? saleOf(after) : null },
  };
}

/** Whether the move paid the sale, and what it refunded. */
const newMoney = ({ before, after }: Moved) => ({
  paid: after.payments.length > before.payments.length ? after.payments : undefined,
  refunded: after.refunds.at(before.refunds.length),
});

const drawerOf = ({ paid, refunded }: ReturnType<typeof newMoney>): string | undefined =>
  (paid ?? refunded?.payments)?.[0]?.drawerId;

function shelfOf(kind: SaleKind, { state, cancellation }: Sold) {
  if (cancellation) return cancellation.restocked ? 'stock' : 'sold';
  const shelf = kind.shelf[state];
  if (!shelf) throw new Error(`${kind.name} has no shelf when it is ${state}`);
  return shelf;
}

const stateWordsOf = (kind: SaleKind, sold: Sold): string =>
  `${capital(labelOf(sold))} is “${kind.stateWords(sold)}” now.`;

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** "Ana Weber was faster: 042 has been “Released” since 10:42." */
function whoWasFaster(kind: SaleKind, sold: Sold, zone: string): string {
  const { by, at } = sold.changed;
  if (!by) return `${sold.cancellation?.reason ?? 'It was changed'}: ${stateWordsOf(kind, sold)}`;
  if (sold.claim && sold.claim.at === at) return claimWords(sold, zone);
  return `${by.name} was faster: ${labelOf(sold)} has been “${kind.stateWords(sold)}” since ${clockWords(zone, at)}.`;
}

/** "Ana Weber has been releasing 042 since 10:42." */
export const claimWords = (sold: Sold, zone: string): string =>
  sold.claim
    ? `${sold.claim.by.name} has been releasing ${labelOf(sold)} since ${clockWords(zone, sold.claim.at)}.`
    : '';
