/** Registering somebody: the package's goods are held for them, its price is the server's, and an email registers once. */
import { dateIn } from '../../contract/zones';
import type { NewRegistration } from '../../contract/sales/registrations/registrations';
import type { Publication } from '../../contract/events';
import { query } from '../../db/client';
import { type Found, known, row, rows, together } from '../../db/facts';
import type { Answer } from '../../live/commit';
import { invalid, Refusal } from '../../refusal';
import type { Asker, Scope } from '../../scope';
import { saleSubject } from '../kind';
import { linesWrite } from '../orders/take';
import { drawerIsOpen, openDrawerId, paymentOf, paymentRow } from '../payments/payments';
import { saleOf, type Sold } from '../rows';
import { type Goods, type OnSale, priced, shifted, stillSold } from '../stock';
import { totalsWithin } from '../totals';
import { memberEvents, registrationOf } from './registrations';

const DAY_MS = 86_400_000;

/**
 * Registers somebody, paid at once or not.
 * @throws Refusal `invalid_input` for an unknown package, an id that is taken, or too large a total, `package_inactive`, `product_inactive`,
 * `out_of_stock` with what is left, `email_taken`, `payment_short`, `payment_not_exact`, `no_drawer`, `changed_meanwhile`,
 * `key_reused`, `unavailable`
 */
export async function register(scope: Scope, input: NewRegistration): Promise<Answer> {
  const paymentId = scope.newId();
  return scope.commit({
    subject: saleSubject({ kind: 'registration', id: input.id }),
    action: 'registration.created',
    facts: (d1, who) => factsFor(d1, who, input, dateIn(scope.me.settings.zone, scope.now())),
    decide: (found, me, now) => registering(input, drafted(found, input, me, { paymentId, at: now })),
  });
}

const factsFor = (
  d1: D1Database,
  who: string,
  { id, packageId, email }: NewRegistration,
  /** In the workplace's zone: its next number is one of the facts. */
  date: string,
) =>
  together({
    date: known(date),
    drawerId: openDrawerId(d1, who),
    packed: row<Packed>(
      d1
        .prepare('SELECT id, name, price, active, updated_at AS updatedAt FROM packages WHERE id = ?1')
        .bind(packageId),
    ),
    inside: rows<OnSale & { quantity: number }>(
      d1
        .prepare(
          `SELECT id, name, price, stock, active, quantity FROM package_products JOIN products ON id = product_id
           WHERE package_id = ?1 ORDER BY name COLLATE NOCASE, id`,
        )
        .bind(packageId),
    ),
    next: row<Next>(
      d1
        .prepare(
          `SELECT (SELECT coalesce(max(number), 0) + 1 FROM sales WHERE kind = 'registration' AND date = ?1) AS number,
             (SELECT coalesce(max(member), 0) + 1 FROM registrants) AS member,
             EXISTS (SELECT 1 FROM sales WHERE id = ?2) AS idTaken,
             EXISTS (SELECT 1 FROM registrants WHERE email = ?3 AND NOT cancelled) AS emailTaken,
             (SELECT id FROM people WHERE email = ?3 AND EXISTS (SELECT 1 FROM json_each(roles) WHERE value = 'member')) AS personId`,
        )
        .bind(date, id, email),
    ),
  });

interface Packed {
  id: string;
  name: string;
  price: number;
  active: number;
  updatedAt: number;
}
interface Next {
  number: number;
  member: number;
  idTaken: number;
  emailTaken: number;
  personId: string | null;
}

interface Draft {
  sold: Sold;
  member: number;
  /** The package as it was read, and its goods with the prices they were seen at. */
  packed: { id: string; updatedAt: number };
  seen: (Goods & { price: number; more: number })[];
}

/** @throws Refusal as `register` */
function drafted(
  { date, drawerId, packed, inside, next }: Found<ReturnType<typeof factsFor>>,
  input: NewRegistration,
  me: Asker,
  { paymentId, at }: { paymentId: string; at: number },
): Draft {
  if (!packed || !next) throw invalid('packageId', 'is not a package of ours');
  if (next.idTaken) throw invalid('id', 'is taken');
  if (!packed.active)
    throw new Refusal('package_inactive', { detail: `${packed.name} is no longer offered.` });
  if (next.emailTaken) throw new Refusal('email_taken', { detail: `${input.email} is already registered.` });
  const goods = inside.map(({ id, quantity }) => ({ productId: id, quantity }));
  const seen = priced(goods, inside);
  const { currency, taxRate, taxIncluded, unpaidRegistrationDays } = me.settings;
  const totals = totalsWithin('packageId', [{ price: packed.price, quantity: 1 }], me.settings);
  const by = { id: me.id, name: me.name };
  const till = { paymentId, drawerId, at, by };
  const payment = input.payment ? paymentOf({ ...totals, currency }, input.payment, till) : null;
  return {
    packed: { id: packed.id, updatedAt: packed.updatedAt },
    seen: seen.map((line) => ({ ...line, more: line.quantity })),
    member: next.member,
    sold: {
      id: input.id,
      kind: 'registration',
      date,
      number: next.number,
      version: 1,
      place: null,
      // What a package costs is not the sum of what is in it.
      lines: seen.map((line) => ({ ...line, price: 0 })),
      ...totals,
      taxRate,
      taxIncluded,
      currency,
      createdAt: at,
      createdBy: by,
      changed: { by, at },
      state: payment ? 'paid' : 'pending',
      paidAt: payment ? at : null,
      expiresAt: payment ? null : at + unpaidRegistrationDays * DAY_MS,
      payment,
      refund: null,
      claim: null,
      release: null,
      cancellation: null,
      registrant: {
        member: next.member,
        name: input.name,
        personId: next.personId,
        package: { id: packed.id, name: packed.name },
      },
    },
  };
}

function registering({ mobile, email, sponsor }: NewRegistration, { sold, member, packed, seen }: Draft) {
  const [record, sale] = [registrationOf(sold), saleOf(sold)];
  const goods = shifted(sold.lines, 'stock', 'held');
  const { id, payment, registrant } = sold;
  return {
    at: sold.createdAt,
    before: null,
    after: { record, sale },
    write: query(
      `INSERT INTO sales (id, kind, date, number, state, version, subtotal, tax, total, tax_rate, tax_included, currency,
         created_at, created_by, expires_at, paid_at, changed_at, changed_by)
       SELECT ?1, 'registration', ?2, ?3, ?4, 1, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?11, ?12
       WHERE EXISTS (SELECT 1 FROM packages WHERE id = ?15 AND active AND updated_at = ?16)
         AND ${stillSold('?17')} AND ${drawerIsOpen('?18')}`,
      ...[id, sold.date, sold.number, sold.state, sold.subtotal, sold.tax, sold.total],
      ...[sold.taxRate, Number(sold.taxIncluded), sold.currency, sold.createdAt, sold.createdBy.id],
      ...[sold.expiresAt, sold.paidAt, packed.id, packed.updatedAt, JSON.stringify(seen)],
      payment?.drawerId ?? null,
    ),
    also: [
      // The email and the member's number are held by unique indexes: the second one is refused as a whole.
      query(
        `INSERT INTO registrants (sale_id, member, name, mobile, email, sponsor, package_id, package_name, person_id)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)`,
        ...[id, member, record.name, mobile, email, sponsor, packed.id, record.package.name],
        registrant?.personId ?? null,
      ),
      linesWrite(id, sold.lines),
      ...goods.also,
      ...(payment ? [paymentRow(id, payment)] : []),
    ],
    publish: [
      { channel: 'registrations', type: 'registration.created', data: record },
      ...goods.publish,
      { channel: 'tills', type: 'sale.created', data: sale },
      ...(payment ? [{ channel: 'tills', type: 'sale.paid', data: sale } as const] : []),
      ...memberEvents(sold),
    ] satisfies Publication[],
  };
}
