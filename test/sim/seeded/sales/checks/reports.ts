/** Reports: a drawer's is what its payments, sales and refunds add up to, a day's is what its drawers' add up to. */
import type { DayReport } from '../../../../../worker/contract/sales/report/day-reports';
import type { World } from '../../World';
import { total } from './exact';
import { type Sale, salesWith, type TaxPart } from './rows';

interface Movement {
  sale: string;
  refund: string | null;
  kind: 'payment' | 'refund';
  method: string;
  amount: number;
  rounding: number;
  tip: number;
}

type Sums = Pick<
  DayReport,
  'sales' | 'total' | 'refunds' | 'returned' | 'discounts' | 'rounding' | 'tips' | 'methods' | 'taxes'
>;

export function mustBeReported(world: World, report: DayReport, drawerId: string | null): void {
  const { sales, total: all, refunds, returned, discounts, rounding, tips, methods, taxes } = report;
  const said: Sums = { sales, total: all, refunds, returned, discounts, rounding, tips, methods, taxes };
  const sums = drawerId === null ? ofDay(world, report) : ofDrawer(world, drawerId);
  world.same(said, sums, drawerId === null ? 'a day is not its drawers' : 'a drawer’s report is wrong');
  const paid = total(methods.map((it) => it.payments - it.refunds));
  world.must(paid === all - returned + rounding, 'a report’s money does not add up');
  world.must(
    total(taxes.map(({ net, tax }) => net + tax)) === all - returned,
    'a report’s taxes do not add up',
  );
}

const METHODS = ['cash', 'card', 'transfer'] as const;

function ofDrawer(world: World, drawerId: string): Sums {
  const moved = world.db.rows<Movement>(
    'SELECT sale_id AS sale, refund_id AS refund, kind, method, amount, rounding, tip FROM payments WHERE drawer_id = ?1 AND NOT late',
    drawerId,
  );
  const all = salesWith(world, [...new Set(moved.map(({ sale }) => sale))]);
  const paid = all.filter(({ id }) => moved.some((it) => it.kind === 'payment' && it.sale === id));
  const back = world.db
    .rows<{ amount: number; taxes: string }>(
      'SELECT amount, taxes FROM refunds WHERE id IN (SELECT refund_id FROM payments WHERE drawer_id = ?1)',
      drawerId,
    )
    .map(({ amount, taxes }) => ({ amount, taxes: JSON.parse(taxes) as TaxPart[] }));
  const signed = ({ kind, rounding }: Movement): number => (kind === 'payment' ? rounding : -rounding);
  const of = (method: string, kind?: string) =>
    moved.filter((it) => it.method === method && (kind === undefined || it.kind === kind));
  return {
    sales: paid.length,
    total: total(paid.map((it) => it.total)),
    refunds: back.length,
    returned: total(back.map(({ amount }) => amount)),
    discounts: total(paid.map(takenOff)),
    rounding: total(moved.map(signed)),
    tips: total(moved.map(({ tip }) => tip)),
    methods: METHODS.map((method) => ({
      method,
      payments: total(of(method, 'payment').map(({ amount }) => amount)),
      refunds: total(of(method, 'refund').map(({ amount }) => amount)),
      tips: total(of(method).map(({ tip }) => tip)),
      rounding: total(of(method).map(signed)),
    })),
    taxes: byRate([
      ...paid.flatMap(({ taxes }) => taxes),
      ...back.flatMap(({ taxes }) => taxes.map(({ rate, net, tax }) => ({ rate, net: -net, tax: -tax }))),
    ]),
  };
}

const takenOff = ({ lines }: Sale): number => total(lines.map(({ discount, share }) => discount + share));

function byRate(parts: readonly TaxPart[]): TaxPart[] {
  const rates = [...new Set(parts.map(({ rate }) => rate))].sort((a, b) => b - a);
  return rates.map((rate) => {
    const its = parts.filter((it) => it.rate === rate);
    return { rate, net: total(its.map(({ net }) => net)), tax: total(its.map(({ tax }) => tax)) };
  });
}

function ofDay(world: World, { date, drawers }: DayReport): Sums {
  const reports = world.db
    .rows<{ content: string }>(
      'SELECT content FROM day_reports WHERE date = ?1 AND drawer_id IS NOT NULL',
      date,
    )
    .map(({ content }) => JSON.parse(content) as DayReport);
  world.must(drawers.length === reports.length, 'a day’s report lacks a drawer');
  const sum = (of: (it: DayReport) => number): number => total(reports.map(of));
  const of = (method: string, key: 'payments' | 'refunds' | 'tips' | 'rounding') =>
    total(reports.flatMap((it) => it.methods).map((it) => (it.method === method ? it[key] : 0)));
  return {
    sales: sum((it) => it.sales),
    total: sum((it) => it.total),
    refunds: sum((it) => it.refunds),
    returned: sum((it) => it.returned),
    discounts: sum((it) => it.discounts),
    rounding: sum((it) => it.rounding),
    tips: sum((it) => it.tips),
    methods: METHODS.map((method) => ({
      method,
      payments: of(method, 'payments'),
      refunds: of(method, 'refunds'),
      tips: of(method, 'tips'),
      rounding: of(method, 'rounding'),
    })),
    taxes: byRate(reports.flatMap(({ taxes }) => taxes)),
  };
}
