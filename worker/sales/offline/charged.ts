/** The order that a sale without network becomes: by the till's prices, by the server's arithmetic. */
import { businessDate } from '../../contract/business-day';
import { discounted } from '../../contract/sales/discounts';
import type { OfflineSale } from '../../contract/sales/offline/offline-sales';
import type { Named } from '../../contract/sessions/sessions';
import { invalid } from '../../refusal';
import type { Asker } from '../../session';
import { begun } from '../create';
import { type AtTill, placed } from '../payments/payments';
import { goodsOf, type Sold } from '../rows';
import { type HandedOver, type OnSale, piecesOf } from '../stock';
import { totalsWithin } from '../totals';

export interface As {
  me: Asker;
  till: AtTill;
  arrivedAt: number;
  place: Named;
  products: readonly OnSale[];
  receipt: string;
}

/** The order as it was charged: what the customer paid beyond the server's total, or less, is its rounding. */
export function soldAs(input: OfflineSale, { me, till, arrivedAt, place, products, receipt }: As): Sold {
  const { id, taxIncluded, currency, received, change, tip } = input;
  const paid = received - change - tip;
  if (paid < 0) throw invalid('change', 'must leave the tip');
  const charged = input.lines.map(({ productId, discount: _given, ...line }, index) => ({
    ...line,
    line: index + 1,
    productId: products.some((it) => it.id === productId) ? productId : null,
  }));
  const given = input.lines.map(({ discount }) => discount);
  const { lines, discount } = discounted(charged, given, input.discount);
  const totals = totalsWithin('lines', lines, taxIncluded);
  const { at, by } = till;
  const money = { amount: paid, rounding: paid - totals.total, tip, received, change, reference: null };
  return {
    ...begun(me, at),
    ...totals,
    id,
    kind: 'order',
    lines,
    discount,
    taxIncluded,
    currency,
    receipt,
    arrivedAt,
    place,
    number: null,
    date: businessDate(me.settings, at),
    state: 'released',
    expiresAt: null,
    paidAt: at,
    release: { by, at, receivedBy: null },
    payments: [{ ...placed(till), kind: 'payment', method: 'cash', ...money }],
    registrant: null,
  };
}

/** The pieces of each known product: the stock gives what it has, with what is freed in the same commit. */
export function goodsGone(
  sold: Sold,
  products: readonly OnSale[],
  freed: ReadonlyMap<string, number>,
): HandedOver[] {
  const goods = goodsOf(sold);
  return [...piecesOf(goods)].map(([productId, quantity]) => {
    const more = freed.get(productId) ?? 0;
    const stock = (products.find(({ id }) => id === productId)?.stock ?? 0) + more;
    const name = goods.find((it) => it.productId === productId)?.name ?? '';
    return { productId, name, quantity, freed: more, taken: Math.min(quantity, stock) };
  });
}
