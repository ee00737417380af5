/** The lines of one order of the café, with their discounts, and what a guest gave back. */
import { amountOf, grossOf, portion, spread, type TaxPart, totalsOf } from '../../worker/contract/money.ts';
import type { Product } from '../../worker/contract/products/products.ts';
import type { Chance } from './chance.ts';

export const TAX = { taxRate: 1_900, taxIncluded: true };

export interface Discount {
  amount: number;
  /** Hundredths of a percent. */
  percent: number;
  reason: string;
}
export interface Line {
  product: Product;
  price: number;
  quantity: number;
  taxRate: number;
  discount: Discount | null;
  /** Its part of the order's discount. */
  share: number;
}
/** All pieces of one line that came back, and were poured away. */
export interface Returned {
  /** Its place in the order, 1 for the first. */
  position: number;
  quantity: number;
  amount: number;
  taxes: TaxPart[];
  reason: string;
}

const takeOff = (value: number, percent: number, reason: string): Discount => ({
  ...{ amount: portion(value, percent, 10_000), percent, reason },
});

/** @param evening whether what is left from the kitchen is cheaper */
export function linesOf(
  products: readonly Product[],
  evening: boolean,
  chance: Chance,
): { lines: Line[]; discount: Discount | null } {
  const sold = products.filter(
    ({ stock, category }) => stock > 0 && (category !== 'Shop' || chance.happens(0.15)),
  );
  const chosen = new Set(
    Array.from(
      { length: 1 + Math.floor(chance.next() * 3) },
      () => sold[Math.floor(chance.next() * sold.length)],
    ),
  );
  const lines = [...chosen].flatMap((product): Line[] => {
    if (!product) return [];
    const quantity = chance.happens(0.25) ? 2 : 1;
    const gross = grossOf({ price: product.price, quantity });
    const isLeft = evening && product.category === 'From the kitchen' && chance.happens(0.5);
    const discount = isLeft ? takeOff(gross, 5_000, 'Last day') : null;
    const taxRate = product.taxRate ?? TAX.taxRate;
    return [{ product, price: product.price, quantity, taxRate, discount, share: 0 }];
  });
  const isStaff = chance.happens(0.09);
  const values = lines.map(amountOf);
  const whole = values.reduce((all, value) => all + value, 0);
  const discount = isStaff ? takeOff(whole, 1_000, chance.happens(0.7) ? 'Staff' : 'Regular guest') : null;
  const shares = spread(discount?.amount ?? 0, values);
  return { discount, lines: lines.map((line, index) => ({ ...line, share: shares[index] ?? 0 })) };
}

const complaints = ['Cold', 'Wrong order', 'Spilt at the counter', 'Too salty'];

/** Of one line, as the contract computes it. */
export function returnedOf(lines: readonly Line[], chance: Chance): Returned | null {
  const position = 1 + Math.floor(chance.next() * lines.length);
  const line = lines[position - 1];
  if (!line || amountOf(line) === 0) return null;
  const amount = amountOf(line);
  const ofRate = lines.filter(({ taxRate }) => taxRate === line.taxRate);
  const [part] = totalsOf(ofRate, TAX.taxIncluded).taxes;
  const charged = ofRate.reduce((sum, it) => sum + amountOf(it), 0);
  const tax = portion(part?.tax ?? 0, amount, charged);
  const reason = complaints[Math.floor(chance.next() * complaints.length)] ?? '';
  const taxes = [{ rate: line.taxRate, net: amount - tax, tax }];
  return { position, quantity: line.quantity, amount, taxes, reason };
}
