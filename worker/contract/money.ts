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

/** The workplace's rules for new sales. */
export const MoneyRules = v.strictObject({
  currency: Currency,
  /** Of products without their own. */
  taxRate: TaxRate,
  /** Whether prices include the tax. */
  taxIncluded: v.boolean(),
  /** In minor units; cash is rounded to it. */
  smallestCoin: v.number(),
  /** Whether a till asks for tips. */
  tips: v.boolean(),
});
export type MoneyRules = v.InferOutput<typeof MoneyRules>;

/** Picks them from settings. */
export const moneyRulesOf = ({
  currency,
  taxRate,
  taxIncluded,
  smallestCoin,
  tips,
}: MoneyRules): MoneyRules => ({
  currency,
  taxRate,
  taxIncluded,
  smallestCoin,
  tips,
});

/** A share of an amount, in hundredths of a percent: 1000 is 10 %. */
export const Percent = v.pipe(
  v.number('must be a percentage such as 10'),
  v.integer('must have at most two digits after the point'),
  v.minValue(1, 'must be more than 0 %'),
  v.maxValue(10_000, 'must be at most 100 %'),
);

/** The tax of all that has one rate: `net` is the value without it. Minor units. */
export const TaxPart = v.strictObject({ rate: TaxRate, net: Money, tax: Money });
export type TaxPart = v.InferOutput<typeof TaxPart>;

/** `subtotal + tax = total`, and the parts add up to both; the highest rate first. Minor units. */
export const Totals = v.strictObject({
  subtotal: Money,
  tax: Money,
  total: Money,
  taxes: v.array(TaxPart),
});
export type Totals = v.InferOutput<typeof Totals>;

/** A line with its own discount and its share of the whole order's. `price` is that of one piece. */
export interface Priced {
  price: number;
  quantity: number;
  taxRate: number;
  discount?: { readonly amount: number } | null;
  share?: number;
}

/** Floor of `value * times / by`, exactly, and what is left over `by`. Integers; the product may exceed 2^53. */
function parted(value: number, times: number, by: number): [whole: number, rest: number] {
  const product = BigInt(value) * BigInt(times);
  return [Number(product / BigInt(by)), Number(product % BigInt(by))];
}

/** `value * times / by`, half a unit up. */
export function portion(value: number, times: number, by: number): number {
  const [whole, rest] = parted(value, times, by);
  return rest * 2 >= by ? whole + 1 : whole;
}

/** The value of a line before discounts. */
export const grossOf = ({ price, quantity }: Pick<Priced, 'price' | 'quantity'>): number => price * quantity;

/** The value of a line as its price counts it, after its discount and its share. */
export const amountOf = (line: Priced): number =>
  grossOf(line) - (line.discount?.amount ?? 0) - (line.share ?? 0);

/** Parts of an amount in proportion to the weights, by the largest remainder; of equal ones the first gets more. */
export function spread(amount: number, weights: readonly number[]): number[] {
  const all = sum(weights);
  if (all === 0) return weights.map(() => 0);
  const parts = weights.map((weight, index) => {
    const [whole, rest] = parted(amount, weight, all);
    return { index, whole, rest };
  });
  const left = amount - sum(parts.map(({ whole }) => whole));
  const more = new Set(
    parts
      .toSorted((a, b) => b.rest - a.rest || a.index - b.index)
      .slice(0, left)
      .map(({ index }) => index),
  );
  return parts.map(({ index, whole }) => (more.has(index) ? whole + 1 : whole));
}

/** Computes tax once for each rate over its lines, half a unit up, so that no line's rounding is lost. */
export function totalsOf(lines: readonly Priced[], taxIncluded: boolean): Totals {
  const rates = [...new Set(lines.map(({ taxRate }) => taxRate))].sort((a, b) => b - a);
  const taxes = rates.map((rate): TaxPart => {
    const amount = sum(lines.filter(({ taxRate }) => taxRate === rate).map(amountOf));
    const tax = portion(amount, rate, taxIncluded ? 10_000 + rate : 10_000);
    return { rate, net: taxIncluded ? amount - tax : amount, tax };
  });
  const subtotal = sum(taxes.map(({ net }) => net));
  const tax = sum(taxes.map((it) => it.tax));
  return { subtotal, tax, total: subtotal + tax, taxes };
}

/** What is due in cash where the smallest coin is `coin` minor units: the nearest multiple, half a coin up. */
export const inCoins = (due: number, coin: number): number => portion(due, 1, coin) * coin;

export const sum = (amounts: readonly number[]): number => amounts.reduce((all, amount) => all + amount, 0);

/** Digits after the point: 2 for EUR, 0 for JPY. */
export const minorDigits = (currency: string): number =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
