/** What a sale without network differs in from what the server has now. */
import type { Difference } from '../../contract/sales/offline/differences';
import type { OfflineSale } from '../../contract/sales/offline/offline-sales';
import type { Tap } from '../../scope-parts';
import type { Asker } from '../../session';
import { mostOff, takenOff } from '../orders/price';
import { labelOf, type Sold } from '../rows';
import type { HandedOver, OnSale } from '../stock';

/** A sale as it is booked, beside what the till sent. */
export interface Compared {
  input: OfflineSale;
  sold: Pick<Sold, 'lines' | 'discount' | 'total'>;
  /** What the customer paid, and what was due in coins. Minor units. */
  paid: number;
  due: number;
  products: readonly OnSale[];
  goods: readonly HandedOver[];
  /** The number that its receipt got. */
  label: string;
  drawer: { id: string; closedAt: number | null };
  placeKnown: boolean;
  /** The order that it replaces, if that was paid. */
  twice: Sold | undefined;
}

/** Each difference once, the money first. */
export function differencesOf(it: Compared, me: Asker, tap: Tap | undefined): Difference[] {
  const all = [...inPrices(it, me), ...inMoney(it, me), ...inPlace(it, tap)];
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
}

function inPrices({ input, products, goods }: Compared, { settings }: Asker): Difference[] {
  const ofLines = input.lines.flatMap(({ productId, name, price, taxRate }): Difference[] => {
    const product = products.find(({ id }) => id === productId);
    if (!product) return [{ kind: 'product', name, is: 'unknown' }];
    const rate = product.taxRate ?? settings.taxRate;
    return [
      ...(product.active ? [] : [{ kind: 'product', name, is: 'inactive' } as const]),
      ...(price === product.price
        ? []
        : [{ kind: 'price', name, charged: price, is: product.price } as const]),
      ...(taxRate === rate ? [] : [{ kind: 'rate', name, charged: taxRate, is: rate } as const]),
    ];
  });
  const missing = goods.flatMap(({ name, quantity, taken }): Difference[] =>
    quantity === taken ? [] : [{ kind: 'stock', name, missing: quantity - taken }],
  );
  const { taxIncluded } = input;
  return taxIncluded === settings.taxIncluded
    ? [...ofLines, ...missing]
    : [...ofLines, ...missing, { kind: 'tax_included', charged: taxIncluded }];
}

function* inMoney({ input, sold, paid, due, twice }: Compared, me: Asker): Generator<Difference> {
  const [given, most] = [takenOff(sold.lines, sold.discount), mostOff(me, sold.lines)];
  if (given > most) yield { kind: 'discount', given, most };
  if (input.total !== sold.total) yield { kind: 'total', said: input.total, is: sold.total };
  if (paid !== due) yield { kind: 'paid', paid, due };
  const rounding = paid - input.total;
  if (input.rounding !== rounding) yield { kind: 'rounding', said: input.rounding, is: rounding };
  if (twice) yield { kind: 'twice', label: labelOf(twice) };
}

function* inPlace(
  { input, label, drawer, placeKnown }: Compared,
  tap: Tap | undefined,
): Generator<Difference> {
  if (drawer.id !== input.drawerId) yield { kind: 'drawer', is: 'unknown' };
  if (drawer.closedAt !== null) yield { kind: 'drawer', is: 'closed' };
  if (label !== input.receipt) yield { kind: 'receipt', said: input.receipt, is: label };
  if (!placeKnown) yield { kind: 'place' };
  if (tap?.untimely) yield { kind: 'time', is: tap.untimely };
}
