/** Registering somebody: the package's goods are held for them, its price is the server's, and an email registers once. */
import { dateIn } from '../../contract/zones';
import type { NewRegistration } from '../../contract/sales/registrations/registrations';
import { query, rowsOf } from '../../db/client';
import type { Answer } from '../../live/commit';
import { linesWrite } from '../orders/take';
import { Refusal } from '../../refusal';
import { drawerIsOpen, paymentOf, paymentRow } from '../payments/payments';
import { saleOf, type Sold } from '../rows';
import { type Goods, type OnSale, priced, shifted, stillSold } from '../stock';
import { totalsWithin } from '../totals';
import { saleSubject } from '../trade';
import type { Scope } from '../../scope';
import { registrationOf, toldMember } from './registrations';

/** How often we look again: of those who register at the same moment, each round one gets the number. */
const TRIES = 40;
const DAY_MS = 86_400_000;

/**
 * Registers somebody, paid at once or not.
 * @throws Refusal `invalid_input` for an unknown package, an id that is taken, or too large a total, `package_inactive`, `product_inactive`,
 * `out_of_stock` with what is left, `email_taken`, `payment_short`, `payment_not_exact`, `no_drawer`, `changed_meanwhile`,
 * `key_reused`, `unavailable`
 */
export const register = (scope: Scope, asked: NewRegistration): Promise<Answer> =>
  scope.once(async () => {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const answer = await committed(scope, asked, await drafted(scope, asked));
      if (answer) return answer;
    }
    throw new Refusal('changed_meanwhile');
  });

interface Draft {
  sold: Sold;
  member: number;
  /** The package as it was read, and its goods with the prices they were seen at. */
  packed: { id: string; updatedAt: number };
  seen: (Goods & { price: number; more: number })[];
}

async function drafted(scope: Scope, asked: NewRegistration): Promise<Draft> {
  const { d1, me } = scope;
  const at = scope.now();
  const date = dateIn(me.settings.zone, at);
  const [packages, goods, numbers] = await d1.batch([
    d1
      .prepare('SELECT id, name, price, active, updated_at AS updatedAt FROM packages WHERE id = ?1')
      .bind(asked.packageId),
    d1
      .prepare(
        `SELECT id, name, price, stock, active, quantity FROM package_products JOIN products ON id = product_id
         WHERE package_id = ?1 ORDER BY name COLLATE NOCASE, id`,
      )
      .bind(asked.packageId),
    d1
      .prepare(
        `SELECT (SELECT coalesce(max(number), 0) + 1 FROM sales WHERE kind = 'registration' AND date = ?1) AS number,
           (SELECT coalesce(max(member), 0) + 1 FROM registrants) AS member,
           EXISTS (SELECT 1 FROM sales WHERE id = ?2) AS idTaken,
           EXISTS (SELECT 1 FROM registrants WHERE email = ?3 AND NOT cancelled) AS emailTaken,
           (SELECT id FROM people WHERE email = ?3 AND EXISTS (SELECT 1 FROM json_each(roles) WHERE value = 'member')) AS personId`,
      )
      .bind(date, asked.id, asked.email),
  ]);
  const [packed] = rowsOf<Packed>(packages);
  const [next] = rowsOf<Next>(numbers);
  if (!packed || !next) throw wrong('packageId', 'is not a package of ours');
  if (next.idTaken) throw wrong('id', 'is taken');
  if (!packed.active)
    throw new Refusal('package_inactive', { detail: `${packed.name} is not offered any more.` });
  if (next.emailTaken)
    throw new Refusal('email_taken', { detail: `${asked.email} has been registered already.` });
  const inside = rowsOf<OnSale & { quantity: number }>(goods);
  const wanted = inside.map(({ id, quantity }) => ({ productId: id, quantity }));
  const seen = priced(wanted, inside);
  const { currency, taxRate, taxIncluded, unpaidRegistrationDays } = me.settings;
  const totals = totalsWithin('packageId', [{ price: packed.price, quantity: 1 }], me.settings);
  const payment = asked.payment && (await paymentOf(scope, { ...totals, currency }, asked.payment, at));
  const by = { id: me.id, name: me.name };
  return {
    packed: { id: packed.id, updatedAt: packed.updatedAt },
    seen: seen.map((line) => ({ ...line, more: line.quantity })),
    member: next.member,
    sold: {
      ...{ id: asked.id, kind: 'registration', date, number: next.number, version: 1, place: null },
      // What a package costs is not the sum of what is in it.
      lines: seen.map((line) => ({ ...line, price: 0 })),
      ...totals,
      ...{ taxRate, taxIncluded, currency },
      ...{ createdAt: at, createdBy: by, changed: { by, at } },
      ...(payment
        ? { state: 'paid', paidAt: at, expiresAt: null }
        : { state: 'pending', paidAt: null, expiresAt: at + unpaidRegistrationDays * DAY_MS }),
      ...{ payment, refund: null, claim: null, release: null, cancellation: null },
      registrant: {
        ...{ member: next.member, name: asked.name, personId: next.personId },
        package: { id: packed.id, name: packed.name },
      },
    },
  };
}

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

function committed(
  scope: Scope,
  { mobile, email, sponsor }: NewRegistration,
  { sold, member, packed, seen }: Draft,
): Promise<Answer | undefined> {
  const [record, sale] = [registrationOf(sold), saleOf(sold)];
  const goods = shifted(sold.lines, 'stock', 'held');
  const { id, payment, registrant } = sold;
  return scope.attempt({
    at: sold.createdAt,
    changes: [
      {
        subject: saleSubject(sold),
        action: 'registration.created',
        before: null,
        after: { record, sale },
        write: query(
          `INSERT INTO sales (id, kind, date, number, state, version, subtotal, tax, total, tax_rate, tax_included, currency,
             created_at, created_by, expires_at, paid_at, changed_at, changed_by)
           SELECT ?1, 'registration', ?2, ?3, ?4, 1, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?11, ?12
           WHERE EXISTS (SELECT 1 FROM packages WHERE id = ?15 AND active AND updated_at = ?16)
             AND ${stillSold('?17')} AND ${drawerIsOpen('?18')}`,
          ...[id, sold.date, sold.number, sold.state, sold.subtotal, sold.tax, sold.total],
          ...[sold.taxRate, Number(sold.taxIncluded), sold.currency, sold.createdAt, scope.me.id],
          ...[sold.expiresAt, sold.paidAt, packed.id, packed.updatedAt, JSON.stringify(seen)],
          payment?.drawerId ?? null,
        ),
      },
    ],
    also: [
      // The email and the member's number are held by unique indexes: whoever is second is refused as a whole.
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
      ...toldMember(sold),
    ],
  });
}

const wrong = (path: string, message: string): Refusal =>
  new Refusal('invalid_input', { issues: [{ path, message }], detail: `${path}: ${message}` });
