/** What a till charges without network. The arithmetic is the server's. */
import { type Totals, totalsOf } from '$contract/money';
import { type Discount, discounted, type GiveDiscount, givenAgain } from '$contract/sales/discounts';
import type { Sale, SaleLine } from '$contract/sales/payments/payments';
import type { Cart } from '$lib/sales/orders/Cart.svelte';

type ChargedLine = Pick<SaleLine, 'name' | 'price' | 'taxRate' | 'quantity' | 'discount' | 'share'> & {
  productId: string;
};

/** The goods of one customer, at the prices that they were told. */
export interface Charged extends Totals {
  lines: readonly ChargedLine[];
  /** As they were given, in the order of the lines. */
  discounts: readonly (GiveDiscount | null)[];
  discount: Discount | null;
  given: GiveDiscount | null;
  taxIncluded: boolean;
  /** The order that these goods are, if the server has it. */
  replaces: string;
}

/** Cash as it was given: minor units. */
export interface Cash {
  /** With the tip. */
  received: number;
  tip: number;
  /** The total in the smallest coins. */
  due: number;
}

/** The server may have it as an order, if the network went before its answer. */
export const chargedInCart = (cart: Cart): Charged => ({
  ...cart.totals,
  lines: cart.lines.map(({ product, name, price, taxRate, quantity, discount, share }) => ({
    ...{ productId: product.id, name, price, taxRate, quantity, discount, share },
  })),
  discounts: cart.lines.map(({ key }) => cart.givenOn(key)),
  discount: cart.discount,
  given: cart.given,
  taxIncluded: cart.taxIncluded,
  replaces: cart.id,
});

/** Of an order that waits for its payment: at its own prices. */
export function chargedOf({ id, lines, discount, taxIncluded }: Sale): Charged {
  const own = lines.flatMap(({ productId, ...line }) => (productId === null ? [] : [{ ...line, productId }]));
  const discounts = own.map((line) => line.discount && givenAgain(line.discount));
  const given = discount && givenAgain(discount);
  const priced = discounted(own, discounts, given);
  return {
    ...totalsOf(priced.lines, taxIncluded),
    ...{ lines: priced.lines, discounts, discount: priced.discount, given, taxIncluded, replaces: id },
  };
}
