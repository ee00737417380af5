/** What a person at a till does next with an order. */
import type { GiveDiscount } from '../../../../worker/contract/sales/discounts';
import { givenAgain } from '../../../../worker/contract/sales/discounts';
import type { EditedLines, MoveInput } from '../../../../worker/contract/sales/moves';
import type { NewOrder, Order } from '../../../../worker/contract/sales/orders/orders';
import type { Sale, SaleLine } from '../../../../worker/contract/sales/payments/payments';
import type { LiveTill } from '../../../../web/src/lib/sales/orders/LiveTill.svelte';
import type { World } from '../World';
import { someDiscount, someParts, someRefund } from './money';

export function someOrder(world: World, view: LiveTill, placeId: string): Omit<NewOrder, 'id'> {
  return {
    placeId,
    lines: Array.from({ length: world.pick([1, 2, 3]) }, () => someLine(world, view)),
    state: world.random() < 0.6 ? 'for_payment' : 'pending',
    discount: someDiscount(world, 500),
  };
}

const someLine = (
  world: World,
  { catalogue }: LiveTill,
): { productId: string; quantity: number; discount: GiveDiscount | null } => {
  const { id, price } = world.pick(catalogue);
  const quantity = world.pick([1, 1, 2, 3]);
  return { productId: id, quantity, discount: someDiscount(world, price * quantity) };
};

/** @param sale its money, as the page shows it */
export function nextMove(world: World, view: LiveTill, order: Order, sale: Sale): MoveInput | undefined {
  const { version, number } = order;
  const chance = world.random();
  const cancel = { version, move: 'cancel', reason: 'changed their mind' } as const;
  switch (order.state) {
    case 'pending':
      if (chance < 0.1) return cancel;
      if (chance < 0.5) return { version, move: 'edit', ...edited(world, view, sale) };
      return { version, move: 'request_payment' };
    case 'for_payment':
      if (chance < 0.15) return number === null ? { version, move: 'to_cart' } : cancel;
      if (chance < 0.25) return { version, move: 'save' };
      return { version, move: 'pay', parts: someParts(world, sale.total, view.rules) };
    case 'for_release':
    case 'released': {
      const refund = someRefund(world, sale);
      return refund && { version, move: 'refund', reason: 'brought back', ...refund };
    }
    default:
      return undefined;
  }
}

/** Lines stay, with other quantities and discounts, go, or are added. */
function edited(
  world: World,
  view: LiveTill,
  { lines, discount }: Sale,
): { lines: EditedLines; discount: GiveDiscount | null } {
  const stay = lines.filter(() => lines.length === 1 || world.random() < 0.8).map((it) => kept(world, it));
  const more = stay.length === 0 || world.random() < 0.5 ? [someLine(world, view)] : [];
  const again = discount && givenAgain(discount);
  return { lines: [...stay, ...more], discount: world.random() < 0.7 ? again : someDiscount(world, 500) };
}

function kept(world: World, { line, productId, quantity, price, discount }: SaleLine): EditedLines[number] {
  const next = world.random() < 0.5 ? quantity : world.pick([1, 2, 4]);
  const again = discount && givenAgain(discount);
  return {
    line,
    productId: productId ?? '',
    quantity: next,
    discount: world.random() < 0.7 ? again : someDiscount(world, price * next),
  };
}
