/**
 * One move of a sale: what its table says is checked, then made in one commit with the money and the goods that go with it.
 * Every move is compare-and-set on the version that whoever makes it has seen; the loser is told who was faster, and when.
 */
import { actionOf, guards, type MakeMove, type Move, type Need, type Step } from '../contract/sales/moves';
import type { Payment } from '../contract/sales/payments/payments';
import { can } from '../contract/roles';
import type { Named } from '../contract/sessions/sessions';
import type { Publication } from '../contract/events';
import { type Query, query } from '../db/client';
import type { Answer, Change, Entry } from '../live/commit';
import { clockWords } from '../contract/zones';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { drawerIsOpen, paymentOf, paymentRow, refundOf } from './payments/payments';
import { labelOf, saleOf, type Sold, soldWith } from './rows';
import { shifted } from './stock';
import { saleSubject, type Trade } from './trade';

/** How often we look again when a commit was refused and nothing we can see tells why. */
const TRIES = 3;

/**
 * Makes a move.
 * @throws Refusal `not_found`, `not_allowed`, `invalid_input` for what must or must not come with it, `moved_meanwhile`,
 * `illegal_move`, `claimed`, `undo_too_late` with it as it is, `payment_short`, `payment_not_exact`, `no_drawer`,
 * `key_reused`, `unavailable`
 */
export async function move(scope: Scope, trade: Trade, id: string, asked: MakeMove): Promise<Answer> {
  // Before anything is repeated: an old answer is for those who still may.
  mustEverMay(scope, trade, asked.move);
  return scope.once(async () => {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const before = await soldWith(scope.d1, trade.kind, id);
      const { to } = stepOf(scope, trade, before, asked);
      const after = await moved(scope, before, asked, to);
      const answer = await apply(scope, trade, before, after, asked.move);
      if (answer) return answer;
    }
    throw new Refusal('changed_meanwhile');
  });
}

/** Whoever may make that move in no state learns nothing of the state. @throws Refusal `not_allowed` */
export function mustEverMay({ me }: Scope, { moves }: Trade, asked: Move): void {
  const steps = Object.values(moves).flatMap((from) => from[asked] ?? []);
  if (steps.length > 0 && !steps.some(({ may }) => can(me, may))) throw new Refusal('not_allowed');
}

/** The table's step for that move of it as it was seen. @throws Refusal as `move` */
export function stepOf(
  { me, now }: Scope,
  trade: Trade,
  before: Sold,
  asked: Omit<MakeMove, 'version'> & { version: number },
): Step<string> {
  const current = trade.recordOf(before);
  if (asked.version !== before.version)
    throw new Refusal('moved_meanwhile', { current, detail: whoWasFaster(trade, before, me.zone) });
  const step = trade.moves[before.state]?.[asked.move];
  if (!step) throw new Refusal('illegal_move', { current, detail: stands(trade, before) });
  if (!can(me, step.may)) throw new Refusal('not_allowed');
  mustBring(step.needs, asked);
  if (!step.guard || guards[step.guard](before, me.id, now())) return step;
  if (step.guard === 'just_released') throw new Refusal('undo_too_late', { current });
  if (before.claim && before.claim.by.id !== me.id)
    throw new Refusal('claimed', { current, detail: claimWords(before, me.zone) });
  throw new Refusal('illegal_move', { current, detail: stands(trade, before) });
}

const NEEDS: readonly Need[] = ['lines', 'payment', 'receivedBy', 'reason', 'refund'];

/** Exactly what the table asks for. @throws Refusal `invalid_input` */
function mustBring(needs: readonly Need[], asked: Pick<MakeMove, Need>): void {
  const issues = NEEDS.flatMap((path) => {
    const [needed, given] = [needs.includes(path), asked[path] !== undefined];
    if (needed === given) return [];
    return [{ path, message: needed ? 'must come with this move' : 'does not belong to this move' }];
  });
  if (issues.length === 0) return;
  const detail = issues.map(({ path, message }) => `${path}: ${message}`).join('; ');
  throw new Refusal('invalid_input', { issues, detail });
}

/** It after that move. @throws Refusal of its payment */
async function moved(scope: Scope, before: Sold, asked: MakeMove, to: string): Promise<Sold> {
  const at = scope.now();
  const by: Named = { id: scope.me.id, name: scope.me.name };
  const after: Sold = { ...before, state: to, version: before.version + 1, changed: { by, at } };
  switch (asked.move) {
    case 'request_payment':
      return { ...after, expiresAt: at + scope.me.settings.unpaidOrderMinutes * 60_000 };
    case 'pay':
      if (!asked.payment) return after;
      return {
        ...after,
        ...{ paidAt: at, expiresAt: null, payment: await paymentOf(scope, before, asked.payment, at) },
      };
    case 'claim':
    case 'take_over':
      return { ...after, claim: { by, at } };
    case 'put_back':
      return { ...after, claim: null };
    case 'release':
      return { ...after, release: { by, at, receivedBy: asked.receivedBy ?? '' } };
    case 'undo':
      return { ...after, release: null };
    case 'cancel':
      return cancelled(after, {
        by,
        reason: asked.reason ?? '',
        restocked: asked.refund?.restock ?? true,
        refund:
          before.payment && asked.refund ? await refundOf(scope, before.payment, asked.refund, at) : null,
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
  ...{ claim: null, expiresAt: null, refund: it.refund },
  cancellation: { by: it.by, at: after.changed.at, reason: it.reason, restocked: it.restocked },
});

/** Makes a move true and tells it. Undefined where somebody was faster: look again. */
export async function apply(
  scope: Scope,
  trade: Trade,
  before: Sold,
  after: Sold,
  how: Move,
): Promise<Answer | undefined> {
  const { also, publish } = effects(trade, before, after, how);
  return scope.attempt({
    at: after.changed.at,
    changes: [moveChange(scope, trade, before, after, how)],
    also,
    publish,
  });
}

/** What comes with a move: its money, its goods, and who hears of it. */
export function effects(
  trade: Trade,
  before: Sold,
  after: Sold,
  how: Move,
): { also: Query[]; publish: Publication[] } {
  const goods = shifted(after.lines, shelfOf(trade, before), shelfOf(trade, after));
  const money = newPayment(before, after);
  const type = money?.kind === 'refund' ? 'sale.refunded' : 'sale.paid';
  return {
    also: [...(money ? [paymentRow(after.id, money)] : []), ...goods.also, ...(trade.also?.(after) ?? [])],
    publish: [
      ...trade.told(before, after, how),
      ...goods.publish,
      ...(money ? [{ channel: 'tills', type, data: saleOf(after) } as const] : []),
    ],
  };
}

function moveChange(scope: Scope, trade: Trade, before: Sold, after: Sold, how: Move): Change {
  const money = newPayment(before, after);
  const { state, version, expiresAt, paidAt, claim, release, cancellation, changed } = after;
  return {
    ...moveEntry(scope, trade, before, after),
    action: actionOf(trade.kind, how),
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

/** What the journal keeps of a move, and its answer is made of: its money only where whoever made it may see it. */
export function moveEntry(scope: Scope, trade: Trade, before: Sold, after: Sold): Entry {
  const seesMoney = scope.asker && can(scope.asker, 'orders.sell');
  return {
    subject: saleSubject(after),
    before: { record: trade.recordOf(before), sale: saleOf(before) },
    after: { record: trade.recordOf(after), sale: seesMoney ? saleOf(after) : null },
  };
}

const newPayment = (before: Sold, after: Sold): Payment | null => {
  if (after.refund && !before.refund) return after.refund;
  return after.payment && !before.payment ? after.payment : null;
};

function shelfOf(trade: Trade, { state, cancellation }: Sold) {
  if (cancellation) return cancellation.restocked ? 'stock' : 'sold';
  const shelf = trade.shelf[state];
  if (!shelf) throw new Error(`${trade.kind} has no shelf when it is ${state}`);
  return shelf;
}

const stands = (trade: Trade, sold: Sold): string =>
  `${labelOf(sold)} is “${trade.stateWords[sold.state] ?? sold.state}” now.`;

/** "Ana Weber was faster: 042 is “Released” since 10:42." */
function whoWasFaster(trade: Trade, sold: Sold, zone: string): string {
  const { by, at } = sold.changed;
  if (!by) return `${sold.cancellation?.reason ?? 'It was changed'}: ${stands(trade, sold)}`;
  if (sold.claim && sold.claim.at === at) return claimWords(sold, zone);
  const state = trade.stateWords[sold.state] ?? sold.state;
  return `${by.name} was faster: ${labelOf(sold)} is “${state}” since ${clockWords(zone, at)}.`;
}

/** "Ana Weber has been releasing 042 since 10:42." */
export const claimWords = (sold: Sold, zone: string): string =>
  sold.claim
    ? `${sold.claim.by.name} has been releasing ${labelOf(sold)} since ${clockWords(zone, sold.claim.at)}.`
    : '';
