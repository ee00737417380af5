/** Registrations for the clinic's courses: some are paid and wait for release, some are unpaid, one is released. */
import { totalsOf } from '../../worker/contract/money.ts';
import type { Package } from '../../worker/contract/products/products.ts';
import type { Registration } from '../../worker/contract/sales/registrations/registrations.ts';
import type { Database } from '../migrate.ts';
import type { Calendar } from './calendar.ts';
import { idAt } from './ids.ts';
import { insert } from './insert.ts';
import type { Act } from './journal.ts';

type Named = { id: string; name: string };
type Entry = {
  name: string;
  mobile: string;
  email: string;
  sponsor: string | null;
  /** The index of the package. */
  offer: number;
  /** Yesterday, in minutes after midnight. */
  at: number;
  paid: boolean;
  receivedBy?: string;
};

const entries: readonly Entry[] = [
  {
    ...{ name: 'Helena Sørensen', mobile: '+4915512345601', email: 'helena.soerensen@mail.example' },
    ...{ sponsor: null, offer: 0, at: 9 * 60 + 40, paid: true, receivedBy: 'Helena Sørensen' },
  },
  {
    ...{ name: 'Rainer Vogt', mobile: '+4915512345602', email: 'rainer.vogt@mail.example' },
    ...{ sponsor: 'Helena Sørensen', offer: 0, at: 11 * 60 + 5, paid: true },
  },
  {
    ...{ name: 'Amina Yusuf', mobile: '+4915512345603', email: 'amina.yusuf@mail.example' },
    ...{ sponsor: null, offer: 1, at: 14 * 60 + 20, paid: true },
  },
  {
    ...{ name: 'Dieter Kranz', mobile: '+4915512345604', email: 'dieter.kranz@mail.example' },
    ...{ sponsor: null, offer: 1, at: 15 * 60 + 50, paid: false },
  },
  {
    ...{ name: 'Beatriz Lopes', mobile: '+4915512345605', email: 'beatriz.lopes@mail.example' },
    ...{ sponsor: 'Amina Yusuf', offer: 2, at: 16 * 60 + 30, paid: false },
  },
];

const [OPENED, CLOSED, FLOAT] = [9 * 60, 17 * 60, 15_000];
const DAY_MS = 86_400_000;
const rules = { taxRate: 1_900, taxIncluded: true };

export type Registrations = {
  date: string;
  drawerId: string;
  rows: (Entry & { it: Registration })[];
  acts: Act[];
};

/** All were taken yesterday, while one cashier's drawer was open. */
export function registrationsOf(
  packages: readonly Package[],
  cashier: Named,
  desk: Named,
  calendar: Calendar,
): Registrations {
  const date = calendar.dateAt(calendar.now - DAY_MS);
  const rows = entries.flatMap((entry, index) => {
    const offer = packages[entry.offer];
    if (!offer) return [];
    const at = calendar.at(date, entry.at);
    const released = entry.receivedBy === undefined ? null : at + 20 * 60_000;
    const it: Registration = {
      id: idAt(at, 'registration', entry.email),
      number: `${date.replaceAll('-', '')}-${String(index + 1).padStart(4, '0')}`,
      memberId: `M${String(index + 1).padStart(6, '0')}`,
      ...{ date, name: entry.name, package: { id: offer.id, name: offer.name } },
      state: released !== null ? 'released' : entry.paid ? 'paid' : 'pending',
      lines: offer.products.map(({ id, name, quantity }) => ({ productId: id, name, quantity })),
      version: released === null ? 1 : 2,
      ...{ createdAt: at, createdBy: cashier, paidAt: entry.paid ? at : null },
      expiresAt: entry.paid ? null : at + 14 * DAY_MS,
      ...{ claim: null, ready: null, cancellation: null },
      release: released === null ? null : { by: desk, at: released, receivedBy: entry.receivedBy ?? '' },
      changed: released === null ? { by: cashier, at } : { by: desk, at: released },
    };
    return [{ ...entry, it }];
  });
  const acts = rows.flatMap(({ it }): Act[] => {
    const about = { subject: `registration/${it.id}`, before: null, after: { record: it, sale: null } };
    const made = { at: it.createdAt, actor: cashier.id, action: 'registration.created', ...about };
    const { release } = it;
    return release
      ? [made, { at: release.at, actor: desk.id, action: 'registration.released', ...about }]
      : [made];
  });
  return { date, drawerId: idAt(calendar.at(date, OPENED), 'drawer', cashier.id), rows, acts };
}

/** @param placeId where the drawer stood */
function totalsIn(price: number) {
  const { taxes, ...totals } = totalsOf([{ price, quantity: 1, taxRate: rules.taxRate }], rules.taxIncluded);
  return { ...totals, taxes: JSON.stringify(taxes) };
}

export async function insertRegistrations(
  db: Database,
  { date, drawerId, rows }: Registrations,
  packages: readonly Package[],
  cashierId: string,
  placeId: string,
  calendar: Calendar,
): Promise<void> {
  const priceOf = (id: string) => packages.find((it) => it.id === id)?.price ?? 0;
  const sales = rows.map(({ it }, index) => ({
    ...{ id: it.id, kind: 'registration', date, number: index + 1, state: it.state, version: it.version },
    ...totalsIn(priceOf(it.package.id)),
    ...{ taxRate: rules.taxRate, taxIncluded: Number(rules.taxIncluded), currency: 'EUR' },
    ...{ createdAt: it.createdAt, createdBy: cashierId, expiresAt: it.expiresAt, paidAt: it.paidAt },
    ...{ releasedAt: it.release?.at, releasedBy: it.release?.by.id, receivedBy: it.release?.receivedBy },
    ...{ changedAt: it.changed.at, changedBy: it.changed.by?.id },
  }));
  const columns =
    'id kind date number state version subtotal tax total taxes tax_rate tax_included currency created_at created_by expires_at paid_at released_at released_by received_by changed_at changed_by';
  await insert(db, 'sales', columns, sales);
  const lines = rows.flatMap(({ it }) => [
    {
      saleId: it.id,
      position: 0,
      name: it.package.name,
      quantity: 1,
      price: priceOf(it.package.id),
      taxRate: rules.taxRate,
    },
    ...it.lines.map((line, index) => ({ saleId: it.id, ...line, position: index + 1, price: 0, taxRate: 0 })),
  ]);
  await insert(db, 'sale_lines', 'sale_id product_id position name quantity price tax_rate', lines);
  const registrants = rows.map(({ it, name, mobile, email, sponsor }, index) => ({
    ...{ saleId: it.id, member: index + 1, name, mobile, email, sponsor },
    ...{ packageId: it.package.id, packageName: it.package.name },
  }));
  await insert(
    db,
    'registrants',
    'sale_id member name mobile email sponsor package_id package_name',
    registrants,
  );
  const payments = rows.flatMap(({ it, paid }) => {
    const amount = priceOf(it.package.id);
    const how = { kind: 'payment', method: 'card', amount, received: amount, change: 0 };
    const about = { id: idAt(it.createdAt, 'payment', it.id), saleId: it.id, at: it.createdAt };
    return paid ? [{ ...about, ...how, by: cashierId, drawerId }] : [];
  });
  const float = JSON.stringify({
    ...{ cash: FLOAT, card: payments.reduce((sum, { amount }) => sum + amount, 0), transfer: 0 },
  });
  await db
    .prepare('INSERT INTO drawers (id, person_id, place_id, opened_at, float) VALUES (?1, ?2, ?3, ?4, ?5)')
    .bind(drawerId, cashierId, placeId, calendar.at(date, OPENED), FLOAT)
    .run();
  const paid = 'id sale_id kind method amount received change at by drawer_id';
  await insert(db, 'payments', paid, payments);
  await db.batch([
    db
      .prepare('UPDATE drawers SET closed_at = ?2, expected = ?3, counted = ?3 WHERE id = ?1')
      .bind(drawerId, calendar.at(date, CLOSED), float),
    ...rows.flatMap(({ it }) =>
      it.lines.map(({ productId, quantity }) =>
        db
          .prepare(
            it.state === 'released'
              ? 'UPDATE products SET stock = stock - ?2, sold = sold + ?2 WHERE id = ?1'
              : 'UPDATE products SET stock = stock - ?2, held = held + ?2 WHERE id = ?1',
          )
          .bind(productId, quantity),
      ),
    ),
  ]);
}
