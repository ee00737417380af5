/** Money is whole minor units of one currency (cents). The server and a cart compute tax with the same functions. */
import * as v from 'valibot';

/** The largest amount, in minor units: sums of thousands remain exact integers. */
export const MOST_MONEY = 1_000_000_000;

/** An amount in minor units, 0 or more. */
export const Money = v.pipe(
  v.number('must be an amount in minor units'),
  v.integer('must be a whole number of minor units'),
  v.minValue(0, 'must not be negative'),
  v.maxValue(MOST_MONEY, 'must be at most 10,000,000.00'),
);

/** An ISO 4217 code that the runtime knows. */
export const Currency = v.pipe(
  v.string(),
  v.regex(/^[A-Z]{3}$/, 'must be a currency such as EUR'),
  v.check((code) => Intl.supportedValuesOf('currency').includes(code), 'must be a currency such as EUR'),
);

/** Hundredths of a percent: 1900 is 19 %. */
export const TaxRate = v.pipe(
  v.number('must be a percentage such as 19'),
  v.integer('must have at most two digits after the point'),
  v.minValue(0, 'must not be negative'),
  v.maxValue(10_000, 'must be at most 100 %'),
);

export interface TaxRules {
  taxRate: number;
  /** Whether prices include the tax. */
  taxIncluded: boolean;
}

/** `subtotal + tax = total`, in minor units. */
export const Totals = v.strictObject({ subtotal: Money, tax: Money, total: Money });
export type Totals = v.InferOutput<typeof Totals>;

/** Computes tax once over the sum of the lines, rounding half a unit up, so that no line's rounding is lost. */
export function totalsOf(
  lines: readonly { price: number; quantity: number }[],
  { taxRate, taxIncluded }: TaxRules,
): Totals {
  const sum = lines.reduce((all, { price, quantity }) => all + price * quantity, 0);
  if (taxIncluded) {
    const tax = Math.round((sum * taxRate) / (10_000 + taxRate));
    return { subtotal: sum - tax, tax, total: sum };
  }
  const tax = Math.round((sum * taxRate) / 10_000);
  return { subtotal: sum, tax, total: sum + tax };
}

/** Digits after the point: 2 for EUR, 0 for JPY. */
export const minorDigits = (currency: string): number =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
