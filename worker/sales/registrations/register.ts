/** Registers a person for a package: holds its goods and uses the server's price. A renewal keeps the member's number. */
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
 * `product_inactive`, `out_of_stock` with the stock left, `payment_short`, `payment_not_exact`, `no_drawer`, `changed_meanwhile` if it was
 * renewed or cancelled meanwhile
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
  { id, packageId, email, renews }: NewRegistration,
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
       (SELECT id FROM people WHERE email = ?3 AND EXISTS (SELECT 1 FROM json_each(roles) WHERE value = 'member')) AS personId`,
      [date, id, email],
    ),
    renewed: row<Renewed>(
      d1,
      `SELECT member, name, person_id AS personId, cancelled,
         EXISTS (SELECT 1 FROM registrants AS later WHERE later.member = r.member AND later.renews = r.sale_id AND NOT later.cancelled)
           AS renewed
       FROM registrants AS r WHERE sale_id = ?1`,
      [renews],
    ),
  });

type Packed = Omit<OnSale, 'stock'> & { updatedAt: number };

interface Next {
  number: number;
  member: number;
  idTaken: number;
  personId: string | null;
}

/** The registration that this one renews. */
interface Renewed {
  member: number;
  name: string;
  personId: string | null;
  cancelled: number;
  renewed: number;
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
  { date, drawerId, packed, inside, next, renewed }: Found<ReturnType<typeof factsFor>>,
  input: NewRegistration,
  me: Asker,
  at: number,
): Draft {
  if (!packed || !next) throw invalid('packageId', 'is not a package of ours');
  if (next.idTaken) throw invalid('id', 'is taken');
  if (!packed.active)
    throw new Refusal('package_inactive', { detail: `${packed.name} is no longer offered.` });
  if (input.renews !== null) mustBeRenewable(renewed);
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
        member: renewed?.member ?? next.member,
        name: input.name,
        personId: renewed?.personId ?? next.personId,
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

/** @throws Refusal `invalid_input`, `changed_meanwhile` */
function mustBeRenewable(renewed: Renewed | undefined): void {
  if (!renewed) throw invalid('renews', 'is not a registration of ours');
  const why = renewed.cancelled ? 'was cancelled' : renewed.renewed ? 'was renewed' : undefined;
  if (why)
    throw new Refusal('changed_meanwhile', {
      detail: `The registration of ${renewed.name} ${why} meanwhile.`,
    });
}

/** SQL with the member's number ?6: no other registration has it. Indexes are not unique, as renewals share it. */
const IS_NEW = 'NOT EXISTS (SELECT 1 FROM registrants WHERE member >= ?6)';
/** SQL: the registration ?7 of the member ?6 is neither cancelled nor renewed. */
const IS_RENEWABLE = `EXISTS (SELECT 1 FROM registrants WHERE sale_id = ?7 AND member = ?6 AND NOT cancelled)
  AND NOT EXISTS (SELECT 1 FROM registrants WHERE member = ?6 AND renews = ?7 AND NOT cancelled)`;

const registering = ({ mobile, email, sponsor, renews }: NewRegistration, { sold, packed, seen }: Draft) =>
  creating(sold, {
    created: { channel: 'registrations', type: 'registration.created', data: registrationOf(sold) },
    seen,
    guard: `EXISTS (SELECT 1 FROM packages WHERE id = ?4 AND active AND updated_at = ?5)
      AND ${renews === null ? IS_NEW : IS_RENEWABLE}`,
    values: [packed.id, packed.updatedAt, sold.registrant?.member ?? 0, ...(renews === null ? [] : [renews])],
    also: [
      query(
        `INSERT INTO registrants (sale_id, member, name, mobile, email, sponsor, package_id, package_name, person_id, renews)
         SELECT ?1, ?2 ->> 'member', ?2 ->> 'name', ?3, ?4, ?5, ?2 ->> '$.package.id', ?2 ->> '$.package.name', ?2 ->> 'personId', ?6`,
        [sold.id, JSON.stringify(sold.registrant), mobile, email, sponsor, renews],
      ),
    ],
    publish: memberEvents(sold),
  });
