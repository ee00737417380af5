/** Registers a person for a package: holds its goods and uses the server's price. An email registers once. */
import { businessDate } from '../../contract/business-day';
import type { NewRegistration } from '../../contract/sales/registrations/registrations';
import { type Found, known, query, row, rows, together } from '../../db/queries';
import type { Answer } from '../../live/commit';
import { invalid, Refusal } from '../../refusal';
import { discounted } from '../../contract/sales/discounts';
import type { Scope } from '../../scope';
import type { Asker } from '../../session';
import { begun, creating } from '../create';
import { saleSubject } from '../kind';
import { tillOf } from '../move';
import { openDrawerId, paymentsOf } from '../payments/payments';
import { type Line, PACKAGE_LINE, type Sold } from '../rows';
import { type OnSale, type Seen, seenOf } from '../stock';
import { totalsWithin } from '../totals';
import { memberEvents, registrationOf } from './registrations';

const DAY_MS = 86_400_000;

/**
 * With or without a payment.
 * @throws Refusal `invalid_input` for an unknown package, an id that is taken, or too large a total, `package_inactive`,
 * `product_inactive`, `out_of_stock` with the stock left, `email_taken`, `payment_short`, `payment_not_exact`, `no_drawer`
 */
export async function register(scope: Scope, input: NewRegistration): Promise<Answer> {
  return scope.commit({
    subject: saleSubject({ kind: 'registration', id: input.id }),
    action: 'registration.created',
    facts: (d1, who) => factsFor(d1, who, input, businessDate(scope.me.settings, scope.now())),
    decide: (found, me, now) => registering(input, drafted(scope, found, input, me, now)),
  });
}

const factsFor = (
  d1: D1Database,
  who: string,
  { id, packageId, email }: NewRegistration,
  /** The business day; numbers count by it. */
  date: string,
) =>
  together({
    date: known(date),
    drawerId: openDrawerId(d1, who),
    packed: row<Packed>(
      d1,
      'SELECT id, name, price, tax_rate AS taxRate, active, updated_at AS updatedAt FROM packages WHERE id = ?1',
      [packageId],
    ),
    inside: rows<OnSale & { quantity: number }>(
      d1,
      `SELECT id, name, price, tax_rate AS taxRate, stock, active, quantity FROM package_products JOIN products ON id = product_id
       WHERE package_id = ?1 ORDER BY name COLLATE NOCASE, id`,
      [packageId],
    ),
    next: row<Next>(
      d1,
      `SELECT (SELECT coalesce(max(number), 0) + 1 FROM sales WHERE kind = 'registration' AND date = ?1) AS number,
       (SELECT coalesce(max(member), 0) + 1 FROM registrants) AS member,
       EXISTS (SELECT 1 FROM sales WHERE id = ?2) AS idTaken,
       EXISTS (SELECT 1 FROM registrants WHERE email = ?3 AND NOT cancelled) AS emailTaken,
       (SELECT id FROM people WHERE email = ?3 AND EXISTS (SELECT 1 FROM json_each(roles) WHERE value = 'member')) AS personId`,
      [date, id, email],
    ),
  });

type Packed = Omit<OnSale, 'stock'> & { updatedAt: number };

interface Next {
  number: number;
  member: number;
  idTaken: number;
  emailTaken: number;
  personId: string | null;
}

interface Draft {
  sold: Sold;
  /** The package and its goods as read. */
  packed: Packed;
  seen: Seen[];
}

/** @throws Refusal as `register` */
function drafted(
  scope: Scope,
  { date, drawerId, packed, inside, next }: Found<ReturnType<typeof factsFor>>,
  input: NewRegistration,
  me: Asker,
  at: number,
): Draft {
  if (!packed || !next) throw invalid('packageId', 'is not a package of ours');
  if (next.idTaken) throw invalid('id', 'is taken');
  if (!packed.active)
    throw new Refusal('package_inactive', { detail: `${packed.name} is no longer offered.` });
  if (next.emailTaken) throw new Refusal('email_taken', { detail: `${input.email} is already registered.` });
  const goods = inside.map(({ id, quantity }) => ({ productId: id, quantity }));
  const seen = seenOf(goods, inside);
  const { lines, discount } = discounted([packageLine(packed, me)], [null], null);
  const totals = totalsWithin('packageId', lines, me.settings.taxIncluded);
  const sale = { ...begun(me, at), ...totals, discount };
  const paid = input.payment !== null;
  const payments = input.payment ? paymentsOf(sale, input.payment, tillOf(scope, me, drawerId, at)) : [];
  return {
    packed,
    seen,
    sold: {
      ...sale,
      id: input.id,
      kind: 'registration',
      date,
      number: next.number,
      place: null,
      lines: [...lines, ...inside.map((it, index) => goodLine(it, index + 1))],
      state: paid ? 'paid' : 'pending',
      paidAt: paid ? at : null,
      expiresAt: paid ? null : at + me.settings.unpaidRegistrationDays * DAY_MS,
      payments,
      registrant: {
        member: next.member,
        name: input.name,
        personId: next.personId,
        package: { id: packed.id, name: packed.name },
      },
    },
  };
}

const packageLine = ({ name, price, taxRate }: Packed, { settings }: Asker) => ({
  line: PACKAGE_LINE,
  productId: null,
  name,
  quantity: 1,
  price,
  taxRate: taxRate ?? settings.taxRate,
});

const goodLine = ({ id, name, quantity }: OnSale & { quantity: number }, line: number): Line => ({
  ...{ line, productId: id, name, quantity },
  ...{ price: 0, taxRate: 0, discount: null, share: 0 },
});

const registering = ({ mobile, email, sponsor }: NewRegistration, { sold, packed, seen }: Draft) =>
  creating(sold, {
    created: { channel: 'registrations', type: 'registration.created', data: registrationOf(sold) },
    seen,
    guard: 'EXISTS (SELECT 1 FROM packages WHERE id = ?4 AND active AND updated_at = ?5)',
    values: [packed.id, packed.updatedAt],
    also: [
      // Unique indexes on email and member number refuse the second of two racing registrations.
      query(
        `INSERT INTO registrants (sale_id, member, name, mobile, email, sponsor, package_id, package_name, person_id)
         SELECT ?1, ?2 ->> 'member', ?2 ->> 'name', ?3, ?4, ?5, ?2 ->> '$.package.id', ?2 ->> '$.package.name', ?2 ->> 'personId'`,
        [sold.id, JSON.stringify(sold.registrant), mobile, email, sponsor],
      ),
    ],
    publish: memberEvents(sold),
  });
