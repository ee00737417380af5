/** One sale adds up: its lines, discounts and taxes, its payment, and what came back of it. */
import type { World } from '../../World';
import { halfUp, total } from './exact';
import type { Line, Money, Refund, Sale } from './rows';

/** @param coin the smallest one, minor units */
export function mustAddUp(world: World, sale: Sale, coin: number): void {
  const lines = sale.kind === 'order' ? sale.lines : sale.lines.filter(({ line }) => line === 0);
  mustBeDiscounted(world, sale, lines);
  mustBeTaxed(world, sale, lines);
  mustBePaid(world, sale, coin);
  mustComeBack(world, sale, lines, coin);
  mustNotBeReleasedAndCancelled(world, sale);
}

const gross = ({ price, quantity }: Line): number => price * quantity;
const left = (line: Line): number => gross(line) - line.discount;
const charged = (line: Line): number => left(line) - line.share;

function mustBeDiscounted(world: World, { discount, percent }: Sale, lines: readonly Line[]): void {
  for (const line of lines) {
    const exact = line.percent === null ? undefined : halfUp(gross(line), line.percent, 10_000);
    world.must(exact === undefined || line.discount === exact, 'a line’s discount is not its percentage');
    world.must(charged(line) >= 0 && line.share >= 0 && line.discount >= 0, 'a discount exceeds its line');
  }
  const value = total(lines.map(left));
  const exact = percent === null ? undefined : halfUp(value, percent, 10_000);
  world.must(exact === undefined || discount === exact, 'an order’s discount is not its percentage');
  world.must(total(lines.map(({ share }) => share)) === discount, 'a part of a discount was lost');
  for (const line of lines)
    world.must(
      Math.abs(line.share * value - discount * left(line)) < Math.max(value, 1),
      'a discount is not spread by value',
    );
}

function mustBeTaxed(world: World, sale: Sale, lines: readonly Line[]): void {
  const rates = [...new Set(lines.map(({ rate }) => rate))].sort((a, b) => b - a);
  const taxes = rates.map((rate) => {
    const value = total(lines.filter((it) => it.rate === rate).map(charged));
    const tax = halfUp(value, rate, sale.taxIncluded ? 10_000 + rate : 10_000);
    return { rate, net: sale.taxIncluded ? value - tax : value, tax };
  });
  world.same(sale.taxes, taxes, 'the tax by rate is wrong');
  const sums = [total(taxes.map(({ net }) => net)), total(taxes.map(({ tax }) => tax))];
  world.same([sale.subtotal, sale.tax], sums, 'the taxes do not add up');
}

const exactly = ({ amount, rounding }: Money): number => amount - rounding;

function mustBePaid(world: World, { payments, paidAt, state, ...sale }: Sale, coin: number): void {
  world.must(
    paidAt === null ? payments.length === 0 : payments.length > 0,
    'a sale is paid without a payment, or has one unpaid',
  );
  const isPaid = ['for_release', 'released', 'paid'].includes(state);
  world.must(state === 'cancelled' || isPaid === (paidAt !== null), 'a sale’s state is not its payment’s');
  if (paidAt !== null)
    world.must(total(payments.map(exactly)) === sale.total, 'payments are not the total and the rounding');
  mustBeOneMovement(world, payments, coin);
}

/** All parts lie in one drawer; only cash is rounded, to whole coins. */
function mustBeOneMovement(world: World, parts: readonly Money[], coin: number): void {
  const [first] = parts;
  for (const part of parts) {
    world.must(part.drawer === first?.drawer && part.by === first.by, 'parts lie in several drawers');
    const exact = exactly(part);
    world.must(
      part.method === 'cash' ? part.amount === halfUp(exact, 1, coin) * coin : part.rounding === 0,
      'money is not rounded to the smallest coin',
    );
  }
}

/** After each refund, what came back is the share of what was charged, by line and by rate. */
function mustComeBack(world: World, sale: Sale, lines: readonly Line[], coin: number): void {
  const back = new Map(lines.map(({ line }) => [line, { quantity: 0, amount: 0 }]));
  const taxed = new Map<number, number>();
  for (const refund of sale.refunds) {
    for (const { line, quantity, amount } of refund.lines) {
      const before = back.get(line) ?? { quantity: 0, amount: 0 };
      back.set(line, { quantity: before.quantity + quantity, amount: before.amount + amount });
    }
    for (const line of lines) {
      const { quantity, amount } = back.get(line.line) ?? { quantity: 0, amount: 0 };
      world.must(quantity <= line.quantity, 'more pieces came back than were sold');
      world.must(amount === halfUp(charged(line), quantity, line.quantity), 'a refund is not its share');
    }
    mustBeTaxedBack(world, sale, lines, refund, { back, taxed });
    world.must(total(refund.payments.map(exactly)) === refund.amount, 'a refund is not what was given');
    mustBeOneMovement(world, refund.payments, coin);
  }
  const all = total(sale.refunds.map(({ amount }) => amount));
  world.must(sale.refunded === all && all <= sale.total, 'more came back than was paid');
  const isWhole = lines.every(({ line, quantity }) => back.get(line)?.quantity === quantity);
  if (isWhole) world.must(all === sale.total, 'a sale that came back whole is not its total');
  if (isWhole && sale.releasedAt === null)
    world.must(sale.state === 'cancelled', 'a sale that came back whole can be released');
  if (sale.state === 'cancelled') world.must(sale.paidAt === null || isWhole, 'a paid sale was cancelled');
  const methods = ['cash', 'card', 'transfer'] as const;
  for (const method of methods) {
    const of = (parts: readonly Money[]) => total(parts.filter((it) => it.method === method).map(exactly));
    const given = of(sale.refunds.flatMap(({ payments }) => payments));
    world.must(given <= of(sale.payments), `more came back by ${method} than was paid so`);
  }
}

function mustBeTaxedBack(
  world: World,
  { taxes, taxIncluded }: Sale,
  lines: readonly Line[],
  refund: Refund,
  { back, taxed }: { back: ReadonlyMap<number, { amount: number }>; taxed: Map<number, number> },
): void {
  for (const { rate, tax: whole } of taxes) {
    const its = lines.filter((line) => line.rate === rate);
    const value = total(its.map(charged));
    const returned = total(its.map(({ line }) => back.get(line)?.amount ?? 0));
    const part = refund.taxes.find((it) => it.rate === rate) ?? { net: 0, tax: 0 };
    const tax = (taxed.get(rate) ?? 0) + part.tax;
    taxed.set(rate, tax);
    world.must(tax === (value === 0 ? 0 : halfUp(whole, returned, value)), 'a refund’s tax is not its share');
    const now = total(
      refund.lines.filter((it) => its.some(({ line }) => line === it.line)).map((it) => it.amount),
    );
    world.must(part.net === (taxIncluded ? now - part.tax : now), 'a refund’s tax does not add up');
  }
  const sums = total(refund.taxes.map(({ net, tax }) => net + tax));
  world.must(sums === refund.amount, 'a refund’s taxes do not add up');
}

function mustNotBeReleasedAndCancelled(world: World, { state, releasedAt, cancelledAt }: Sale): void {
  world.must((state === 'cancelled') === (cancelledAt !== null), 'a sale is half cancelled');
  world.must((state === 'released') === (releasedAt !== null), 'a sale is half released');
}
