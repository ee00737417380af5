/** How an order of the café is paid, in one part or two, with tips; and what is given back. */
import type { PaymentMethod } from '../../worker/contract/sales/payments/payments.ts';
import type { Chance } from './chance.ts';
import { idAt } from './ids.ts';

export interface Payment {
  id: string;
  refundId: string | null;
  kind: 'payment' | 'refund';
  method: PaymentMethod;
  /** Without the tip. */
  amount: number;
  tip: number;
  received: number;
  change: number;
  reference: string | null;
  at: number;
}

/** Guests round up to the next 50 cents, or by about a tenth. */
function tipOn(total: number, chance: Chance): number {
  if (!chance.happens(0.16)) return 0;
  const rounded = Math.ceil((total * 1.02) / 50) * 50;
  return chance.happens(0.5) ? rounded - total : Math.round(total / 100) * 10;
}

/** @param about words that tell this payment from others of the moment */
export function paymentsOf(total: number, at: number, about: string, chance: Chance): Payment[] {
  const tip = tipOn(total, chance);
  const slip = String(1_000 + Math.floor(chance.next() * 9_000));
  const part = (method: PaymentMethod, amount: number, more: number): Payment => {
    const received = method === 'cash' ? Math.ceil((amount + more) / 500) * 500 : amount + more;
    return {
      id: idAt(at, 'payment', `${about}/${method}`),
      ...{ refundId: null, kind: 'payment', method, amount, tip: more, received },
      ...{ change: received - amount - more, reference: method === 'card' ? slip : null, at },
    };
  };
  // Two colleagues who pay a half each.
  if (total > 800 && chance.happens(0.12)) {
    const half = Math.floor(total / 200) * 100;
    return [part('card', half, tip), part('cash', total - half, 0)];
  }
  return [part(chance.happens(0.52) ? 'card' : 'cash', total, tip)];
}

/** By the first method that paid enough, or else in cash beside it. */
export function givenBack(paid: readonly Payment[], amount: number, at: number, refundId: string): Payment[] {
  const back = (method: PaymentMethod, part: number): Payment => ({
    id: idAt(at, 'payment', `${refundId}/${method}`),
    ...{ refundId, kind: 'refund', method, amount: part, tip: 0, received: part, change: 0 },
    ...{ reference: null, at },
  });
  let open = amount;
  return paid.flatMap(({ method, amount: most }) => {
    const part = Math.min(open, most);
    open -= part;
    return part > 0 ? [back(method, part)] : [];
  });
}
