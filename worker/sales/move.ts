/**
 * One move of a sale: checked against its table, then made in one commit with the money and the goods that go with it.
 * Every move is compare-and-set on the version that its maker has seen; the loser's refusal says who was faster, and when.
 */
import { actionOf, guards, type MakeMove, type Move, type Need, type Step } from '../contract/sales/moves';
import type { Payment } from '../contract/sales/payments/payments';
import { can } from '../contract/roles';
import type { Me } from '../contract/people/people';
import type { Named } from '../contract/sessions/sessions';
import type { Publication } from '../contract/events';
import { type Query, query } from '../db/client';
import { together } from '../db/facts';
import type { Answer, Change, Entry } from '../live/commit';
import { clockWords } from '../contract/zones';
import { Refusal } from '../refusal';
import type { Asker, Scope } from '../scope';
import { saleSubject, type SaleKind } from './kind';
import {
  type AtTill,
  drawerIsOpen,
  openDrawerId,
  paymentOf,
  paymentRow,
  refundOf,
} from './payments/payments';
import { labelOf, saleOf, type Sold, soldWith } from './rows';
import { shifted } from './stock';

/**
 * Makes a move.
 * @throws Refusal `not_found`, `not_allowed`, `invalid_input` for what must or must not come with it, `moved_meanwhile`,
 * `illegal_move`, `claimed`, `undo_too_late` with it as it is, `payment_short`, `payment_not_exact`, `no_drawer`,
 * `changed_meanwhile`, `key_reused`, `unavailable`
 */
export async function move(scope: Scope, kind: SaleKind, id: string, input: MakeMove): Promise<Answer> {
  // Before anything is repeated: an old answer is for those who still may.
  mustEverMay(scope.me, kind, input.move);
  const paymentId = scope.newId();
  return scope.commit({
    subject: saleSubject({ kind: kind.name, id }),
    action: actionOf(kind.name, input.move),
    facts: (d1, who) => together({ before: soldWith(d1, kind.name, id), drawerId: openDrawerId(d1, who) }),
    decide({ before, drawerId }, me, now) {
      const { to } = stepOf(kind, before, input, me, now);
      const till = { paymentId, drawerId, at: now, by: { id: me.id, name: me.name } };
      const after = moved(before, input, to, me, till);
      return planOf(kind, before, after, input.move, me);
    },
  });
}

/** Who may make that move in no state learns nothing of the state. @throws Refusal `not_allowed` */
export function mustEverMay(me: Me, { moves }: SaleKind, move: Move): void {
  const steps = Object.values(moves).flatMap((from) => from[move] ?? []);
  if (steps.length > 0 && !steps.some(({ may }) => can(me, may))) throw new Refusal('not_allowed');
}

/** The table's step for that move of it as it was seen. @throws Refusal as `move` */
export function stepOf(kind: SaleKind, before: Sold, input: MakeMove, me: Me, now: number): Step<string> {
  const current = kind.recordOf(before);
  if (input.version !== before.version)
    throw new Refusal('moved_meanwhile', { current, detail: whoWasFaster(kind, before, me.zone) });
  const step = kind.moves[before.state]?.[input.move];
  if (!step) throw new Refusal('illegal_move', { current, detail: stateWordsOf(kind, before) });
  if (!can(me, step.may)) throw new Refusal('not_allowed');
  mustBring(step.needs, input);
  if (!step.guard || guards[step.guard](before, me.id, now)) return step;
  if (step.guard === 'just_released') throw new Refusal('undo_too_late', { current });
  if (before.claim && before.claim.by.id !== me.id)
    throw new Refusal('claimed', { current, detail: claimWords(before, me.zone) });
  throw new Refusal('illegal_move', { current, detail: stateWordsOf(kind, before) });
}

const NEEDS: readonly Need[] = ['lines', 'payment', 'receivedBy', 'reason', 'refund'];

/** Exactly what the table says. @throws Refusal `invalid_input` */
function mustBring(needs: readonly Need[], input: Pick<MakeMove, Need>): void {
  const issues = NEEDS.flatMap((path) => {
    const [needed, given] = [needs.includes(path), input[path] !== undefined];
    if (needed === given) return [];
    return [{ path, message: needed ? 'must come with this move' : 'does not belong to this move' }];
  });
  if (issues.length === 0) return;
  const detail = issues.map(({ path, message }) => `${path}: ${message}`).join('; ');
  throw new Refusal('invalid_input', { issues, detail });
}

/** It after that move. @throws Refusal of its payment */
function moved(before: Sold, input: MakeMove, to: string, { settings }: Asker, till: AtTill): Sold {
  const { by, at } = till;
  const after: Sold = { ...before, state: to, version: before.version + 1, changed: { by, at } };
  switch (input.move) {
    case 'request_payment':
      return { ...after, expiresAt: at + settings.unpaidOrderMinutes * 60_000 };
    case 'pay':
      if (!input.payment) return after;
      return { ...after, paidAt: at, expiresAt: null, payment: paymentOf(before, input.payment, till) };
    case 'claim':
    case 'take_over':
      return { ...after, claim: { by, at } };
    case 'put_back':
      return { ...after, claim: null };
    case 'release':
      return { ...after, release: { by, at, receivedBy: input.receivedBy ?? '' } };
    case 'undo':
      return { ...after, release: null };
    case 'cancel':
      return cancelled(after, {
        by,
        reason: input.reason ?? '',
        restocked: input.refund?.restock ?? true,
        refund: before.payment && input.refund ? refundOf(before.payment, input.refund, till) : null,
      });
    case 'edit':
      return after;
  }
}

/** It after it was cancelled: by the clock too. */
export const cancelled = (
  after: Sold,
  it: { by: Named | null; reason: string; restocked: boolean; refund: Payment | null },
): Sold => ({
  ...after,
  claim: null,
  expiresAt: null,
  refund: it.refund,
  cancellation: { by: it.by, at: after.changed.at, reason: it.reason, restocked: it.restocked },
});

/** The commit that makes a move true. @param me who makes it; none for the clock */
export const planOf = (kind: SaleKind, before: Sold, after: Sold, how: Move, me?: Me) => ({
  at: after.changed.at,
  changes: [moveChange(kind, before, after, how, me)],
  ...effects(kind, before, after, how),
});

/** What comes with a move: its money, its goods, and the events. */
export function effects(
  kind: SaleKind,
  before: Sold,
  after: Sold,
  how: Move,
): { also: Query[]; publish: Publication[] } {
  const goods = shifted(after.lines, shelfOf(kind, before), shelfOf(kind, after));
  const money = newPayment(before, after);
  const type = money?.kind === 'refund' ? 'sale.refunded' : 'sale.paid';
  return {
    also: [...(money ? [paymentRow(after.id, money)] : []), ...goods.also, ...(kind.also?.(after) ?? [])],
    publish: [
      ...kind.events(before, after, how),
      ...goods.publish,
      ...(money ? [{ channel: 'tills', type, data: saleOf(after) } as const] : []),
    ],
  };
}

function moveChange(kind: SaleKind, before: Sold, after: Sold, how: Move, me?: Me): Change {
  const money = newPayment(before, after);
  const { state, version, expiresAt, paidAt, claim, release, cancellation, changed } = after;
  return {
    ...moveEntry(kind, before, after, me),
    action: actionOf(kind.name, how),
    write: query(
      `UPDATE sales SET state = ?3, version = ?4, expires_at = ?5, paid_at = ?6, claimed_at = ?7, claimed_by = ?8, released_at = ?9,
         released_by = ?10, received_by = ?11, cancelled_at = ?12, cancelled_by = ?13, cancel_reason = ?14, restocked = ?15,
         changed_at = ?16, changed_by = ?17
       WHERE id = ?1 AND version = ?2 AND ${drawerIsOpen('?18')}`,
      ...[
        after.id,
        before.version,
        state,
        version,
        expiresAt,
        paidAt,
        claim?.at ?? null,
        claim?.by.id ?? null,
      ],
      ...[release?.at ?? null, release?.by.id ?? null, release?.receivedBy ?? null],
      ...[cancellation?.at ?? null, cancellation?.by?.id ?? null, cancellation?.reason ?? null],
      ...[cancellation ? Number(cancellation.restocked) : null, changed.at, changed.by?.id ?? null],
      money?.drawerId ?? null,
    ),
  };
}

/** What the journal keeps of a move, and its answer is made of: its money only where its maker may see it. */
export function moveEntry(kind: SaleKind, before: Sold, after: Sold, me?: Me): Entry {
  const seesMoney = me && can(me, 'orders.sell');
  return {
    subject: saleSubject(after),
    before: { record: kind.recordOf(before), sale: saleOf(before) },
    after: { record: kind.recordOf(after), sale: seesMoney ? saleOf(after) : null },
  };
}

const newPayment = (before: Sold, after: Sold): Payment | null => {
  if (after.refund && !before.refund) return after.refund;
  return after.payment && !before.payment ? after.payment : null;
};

function shelfOf(kind: SaleKind, { state, cancellation }: Sold) {
  if (cancellation) return cancellation.restocked ? 'stock' : 'sold';
  const shelf = kind.shelf[state];
  if (!shelf) throw new Error(`${kind.name} has no shelf when it is ${state}`);
  return shelf;
}

const stateWordsOf = (kind: SaleKind, sold: Sold): string =>
  `${labelOf(sold)} is “${kind.stateWords[sold.state] ?? sold.state}” now.`;

/** "Ana Weber was faster: 042 has been “Released” since 10:42." */
function whoWasFaster(kind: SaleKind, sold: Sold, zone: string): string {
  const { by, at } = sold.changed;
  if (!by) return `${sold.cancellation?.reason ?? 'It was changed'}: ${stateWordsOf(kind, sold)}`;
  if (sold.claim && sold.claim.at === at) return claimWords(sold, zone);
  const state = kind.stateWords[sold.state] ?? sold.state;
  return `${by.name} was faster: ${labelOf(sold)} has been “${state}” since ${clockWords(zone, at)}.`;
}

/** "Ana Weber has been releasing 042 since 10:42." */
export const claimWords = (sold: Sold, zone: string): string =>
  sold.claim
    ? `${sold.claim.by.name} has been releasing ${labelOf(sold)} since ${clockWords(zone, sold.claim.at)}.`
    : '';
