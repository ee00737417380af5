/** The café's drawers: one for each shift, counted after it. */
import type { Temporal } from 'temporal-polyfill';
import type { ByMethod } from '../../worker/contract/sales/drawers/drawers.ts';
import type { PaymentMethod } from '../../worker/contract/sales/payments/payments.ts';
import { type Calendar, DAY_START } from './calendar.ts';
import { Chance } from './chance.ts';
import { idAt } from './ids.ts';
import { cafe } from './products.ts';
import type { Payment } from './sale-payments.ts';

const MINUTE = 60_000;
const FLOAT = 15_000;
/** The hours at which a crew follows another. */
const CHANGES = [6, 14, 22];

export type Drawer = {
  id: string;
  /** The cashier. */
  personId: string;
  /** The person at the release desk. */
  barista: string;
  placeId: string;
  openedAt: number;
  float: number;
  /** Orders from then on, and before then, epoch milliseconds. */
  from: number;
  to: number;
};

type Closing = { closedAt: number; expected: string; counted: string; note: string | null };

export type DemoDrawer = { drawer: Drawer; payments: object[]; closing: Closing | undefined };

/** The drawers of all shifts that have begun, earliest first. @param crews the present crew first */
export function drawersOf(
  dates: readonly Temporal.PlainDate[],
  calendar: Calendar,
  crews: readonly { cashier: string; barista: string }[],
): Drawer[] {
  const [first] = dates;
  const all = first ? [first.subtract({ days: 1 }), ...dates] : [];
  const begins = first ? calendar.at(first, DAY_START) : 0;
  const shifts = all
    .flatMap((date) => CHANGES.map((hour) => ({ date, hour, from: calendar.at(date, hour * 60) })))
    .filter(({ date, hour, from }) => from <= calendar.now && calendar.at(date, (hour + 8) * 60) > begins)
    .reverse();
  return shifts
    .flatMap(({ date, hour, from }, ago): Drawer[] => {
      // Backwards in time: the crew before this one is the last of the list.
      const crew = crews[(crews.length - (ago % crews.length)) % crews.length];
      if (!crew) return [];
      const openedAt = from - 3 * MINUTE;
      return [
        {
          id: idAt(openedAt, 'drawer', date.toString()),
          personId: crew.cashier,
          barista: crew.barista,
          placeId: cafe.id,
          openedAt,
          float: FLOAT,
          from,
          to: calendar.at(date, (hour + 8) * 60),
        },
      ];
    })
    .reverse();
}

/** The count a few minutes after the shift; at times a coin is missing. Undefined while the drawer is open. */
export function closingOf(
  { id, to }: Drawer,
  payments: readonly Payment[],
  now: number,
): Closing | undefined {
  const closedAt = to + 12 * MINUTE;
  if (closedAt > now) return undefined;
  const chance = new Chance('drawer', id);
  const of = (method: PaymentMethod) =>
    payments
      .filter((it) => it.method === method)
      .reduce((sum, { kind, amount, tip }) => sum + (kind === 'payment' ? amount + tip : -amount), 0);
  const expected: ByMethod = { cash: FLOAT + of('cash'), card: of('card'), transfer: 0 };
  const missing = chance.happens(0.3) ? Math.round(chance.around(0, 60) / 10) * 10 : 0;
  return {
    closedAt,
    expected: JSON.stringify(expected),
    counted: JSON.stringify({ ...expected, cash: expected.cash - missing }),
    note: missing === 0 ? null : 'Counted twice.',
  };
}
