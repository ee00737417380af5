/** What people type at a till: discounts, the parts of a payment, and of a refund. */
import { inCoins, type MoneyRules } from '../../../../worker/contract/money';
import type { GiveDiscount } from '../../../../worker/contract/sales/discounts';
import type {
  PaymentMethod,
  PaymentPart,
  Sale,
  TakePayment,
  TakeRefund,
} from '../../../../worker/contract/sales/payments/payments';
import { paidBy, piecesLeft, refundAll, refundOf } from '../../../../worker/contract/sales/refunds';
import type { World } from '../World';

const METHODS = ['cash', 'card', 'transfer'] as const;

/** @param value about what it is taken off, minor units */
export function someDiscount(world: World, value: number): GiveDiscount | null {
  const kind = world.random();
  if (kind < 0.7) return null;
  if (kind < 0.85)
    return { by: 'percent', percent: world.pick([500, 1_000, 3_333, 10_000]), reason: 'Staff' };
  return { by: 'amount', amount: 1 + Math.floor(world.random() * value), reason: 'Late' };
}

/** One to three parts; cash pays what the others leave. Rarely too little. */
export function someParts(world: World, due: number, rules: MoneyRules): TakePayment['parts'] {
  const tip = () => (rules.tips && world.random() < 0.3 ? 1 + Math.floor(world.random() * 100) : 0);
  const methods = shuffled(world, METHODS).slice(0, world.pick([1, 1, 2, 3]));
  let left = due;
  const exact: PaymentPart[] = methods
    .filter((it) => it !== 'cash')
    .map((method, index, others) => {
      const isLast = index === others.length - 1 && !methods.includes('cash');
      const amount = isLast ? left : Math.floor(left * world.random());
      left -= amount;
      const its = tip();
      return { method, received: amount + its, tip: its, reference: null };
    });
  if (!methods.includes('cash')) return exact;
  const [asked, its] = [inCoins(left, rules.smallestCoin), tip()];
  const over = world.random() < 0.05 ? -1 : world.pick([0, 0, 37, 500]);
  return [...exact, { method: 'cash', received: Math.max(0, asked + its + over), tip: its, reference: null }];
}

/** Some pieces that did not come back, or all, given back in ways that paid; undefined if nothing is left. */
export function someRefund(
  world: World,
  sale: Sale,
): Pick<TakeRefund, 'lines' | 'parts' | 'restock'> | undefined {
  const left = piecesLeft(sale).filter(({ quantity }) => quantity > 0);
  if (left.length === 0) return undefined;
  const restock = world.random() < 0.5;
  if (world.random() < 0.3) return { ...refundAll(sale), restock };
  const lines = shuffled(world, left)
    .slice(0, world.pick([1, 1, 2]))
    .map(({ line, quantity }) => ({ line, quantity: 1 + Math.floor(world.random() * quantity) }));
  return { lines, parts: waysBack(world, sale, refundOf(sale, lines).amount), restock };
}

/** By the methods that paid, in any order. */
function waysBack(world: World, sale: Sale, amount: number): TakeRefund['parts'] {
  const paid = paidBy(sale);
  let left = amount;
  const parts = shuffled<PaymentMethod>(world, METHODS).flatMap((method) => {
    const part = Math.min(left, paid[method]);
    left -= part;
    return part > 0 ? [{ method, amount: part }] : [];
  });
  return parts.length > 0 ? parts : [{ method: sale.payments[0]?.method ?? 'cash', amount: 0 }];
}

function shuffled<T>(world: World, of: readonly T[]): T[] {
  const left = [...of];
  return of.map(() => left.splice(Math.floor(world.random() * left.length), 1)[0] as T);
}
