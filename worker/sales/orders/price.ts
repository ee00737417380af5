/** Prices the lines of an order: new pieces at present prices and rates, kept lines as they were sold, then discounts and totals. */
import { grossOf, sum, type Totals } from '../../contract/money';
import { type Discount, discounted, type GiveDiscount } from '../../contract/sales/discounts';
import type { EditedLines } from '../../contract/sales/moves';
import { can } from '../../contract/roles';
import { invalid, Refusal } from '../../refusal';
import type { Asker } from '../../session';
import { goodsOf, type Line, type Sold } from '../rows';
import { type OnSale, piecesOf, type Seen, seenOf } from '../stock';
import { totalsWithin } from '../totals';

type Bare = Omit<Line, 'discount' | 'share'>;

export interface Ordered extends Totals {
  lines: Line[];
  discount: Discount | null;
}

/**
 * @param before the order that is edited; its lines keep their prices
 * @returns the lines with their totals, and the products whose prices and stock the write must find as they were read
 * @throws Refusal `invalid_input`, `product_inactive`, `out_of_stock`, `discount_too_large`
 */
export function priced(
  input: EditedLines,
  order: GiveDiscount | null | undefined,
  products: readonly OnSale[],
  me: Asker,
  before?: Pick<Sold, 'lines' | 'taxIncluded' | 'discount'>,
): { ordered: Ordered; seen: Seen[] } {
  const held = piecesOf(before ? goodsOf(before) : []);
  const read = seenOf(input, products, held);
  const found = new Map(read.map((product) => [product.id, product]));
  const next = Math.max(0, ...(before?.lines ?? []).map(({ line }) => line)) + 1;
  const added = new Set<string>();
  const bare: (Bare & { give: GiveDiscount | null })[] = [];
  let number = next;
  const add = (product: Seen, quantity: number, give: GiveDiscount | null) => {
    added.add(product.id);
    bare.push({ ...presentLine(product, me), line: number++, quantity, give });
  };
  input.forEach(({ line = null, productId, quantity, discount: give = null }, index) => {
    const product = found.get(productId);
    if (!product) throw invalid(`lines.${index}.productId`, 'is not a product of ours');
    if (line === null) return add(product, quantity, give);
    const kept = before?.lines.find((it) => it.line === line);
    if (kept?.productId !== productId)
      throw invalid(`lines.${index}.line`, 'is not a line of this order with that product');
    const more = quantity - kept.quantity;
    const same = isPresent(kept, product, me);
    if (more > 0 && same) added.add(productId);
    bare.push({ ...kept, quantity: same ? quantity : Math.min(quantity, kept.quantity), give });
    if (more > 0 && !same) add(product, more, give?.by === 'percent' ? give : null);
  });
  bare.sort((one, other) => one.line - other.line); // as they are read again
  const { lines, discount } = discounted(
    bare.map(({ give: _give, ...line }) => line),
    bare.map(({ give }) => give),
    order ?? null,
  );
  mustDiscount(me, lines, discount, before);
  const totals = totalsWithin('lines', lines, before?.taxIncluded ?? me.settings.taxIncluded);
  return { ordered: { ...totals, lines, discount }, seen: read.filter(({ id }) => added.has(id)) };
}

/** A piece of the product as it is sold now. */
const presentLine = ({ id, name, price, taxRate }: Seen, { settings }: Asker) => ({
  productId: id,
  name,
  price,
  taxRate: taxRate ?? settings.taxRate,
});

function isPresent(kept: Line, product: Seen, me: Asker): boolean {
  const present = presentLine(product, me);
  return kept.price === present.price && kept.taxRate === present.taxRate && kept.name === present.name;
}

type Lines = readonly Pick<Line, 'price' | 'quantity' | 'discount'>[];
const valueOf = (lines: Lines): number => sum(lines.map(grossOf));

/** All discounts together. */
export const takenOff = (lines: Lines, order: Discount | null): number =>
  sum(lines.map(({ discount }) => discount?.amount ?? 0)) + (order?.amount ?? 0);

/** Whether the discounts take off no more than before, nor a larger share. Each may be rounded up by a part of a minor unit. */
function isKept(lines: Lines, order: Discount | null, before: Pick<Sold, 'lines' | 'discount'>): boolean {
  const [off, given] = [takenOff(lines, order), takenOff(before.lines, before.discount)];
  const rounded = [...lines.map(({ discount }) => discount), order].filter(Boolean).length;
  return off <= given && (off - rounded) * valueOf(before.lines) <= given * valueOf(lines);
}

/** The most that the person may take off these lines, in minor units. */
export function mostOff(me: Asker, lines: Lines): number {
  const all = valueOf(lines);
  return can(me, 'orders.discount') ? all : Math.floor((all * me.settings.cashierDiscountPercent) / 100);
}

/** A cashier gives discounts up to the workplace's limit; an edit may keep what was given. @throws Refusal `discount_too_large` */
function mustDiscount(
  me: Asker,
  lines: Lines,
  order: Discount | null,
  before: Pick<Sold, 'lines' | 'discount'> | undefined,
): void {
  if (takenOff(lines, order) <= mostOff(me, lines)) return;
  if (before && isKept(lines, order, before)) return;
  throw new Refusal('discount_too_large', {
    detail: `You can take off at most ${me.settings.cashierDiscountPercent} %. Ask an admin for more.`,
  });
}
