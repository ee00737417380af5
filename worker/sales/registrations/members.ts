/** Finds members at a till, so that a person who comes again keeps their number. */
import type { FindMembers, MemberList } from '../../contract/sales/registrations/registrations';
import { ask, rows } from '../../db/queries';
import type { Scope } from '../../scope';
import { looksAt } from './looks';
import { memberIdOf } from './registrations';

/** Shown while somebody types: more would need more of the name. */
const MOST = 5;
/** Registrations that each look reads at most. */
const AT_ONCE = 40;

interface Row {
  registrationId: string;
  member: number;
  name: string;
  package: string;
  date: string;
}

const beginning = (column: string, start: string) =>
  `SELECT member FROM (SELECT member FROM registrants WHERE ${column} >= ${start} AND ${column} < ${start} || char(1114111)
     ORDER BY ${column} LIMIT ${AT_ONCE})`;

/** The latest registration of each, without cancelled and erased ones. ?1 begins the name or email, ?2 the mobile number. */
const FOUND = `SELECT r.sale_id AS registrationId, r.member, r.name, r.package_name AS package, s.date
  FROM (${beginning('name COLLATE NOCASE', '?1')} UNION ${beginning('email', 'lower(?1)')} UNION ${beginning('mobile', '?2')}) AS found
  CROSS JOIN registrants AS r ON r.member = found.member CROSS JOIN sales AS s ON s.id = r.sale_id
  WHERE NOT r.cancelled AND r.mobile <> '' ORDER BY s.created_at DESC, r.sale_id DESC LIMIT ${3 * AT_ONCE}`;

/**
 * Members whose name, email or mobile number begins so: only what tells them apart, and no contact details.
 * @throws Refusal `too_many_tries`
 */
export async function findMembers(scope: Scope, { begins }: FindMembers): Promise<MemberList> {
  const digits = begins.replaceAll(/[\s().-]/g, '');
  const mobile = /^\+\d{5,}$/.test(digits) ? digits : '+none';
  const found = await ask(scope.d1, looksAt('names', scope, rows<Row>(scope.d1, FOUND, [begins, mobile])));
  const latest = new Map<number, Row>();
  for (const row of found) if (!latest.has(row.member)) latest.set(row.member, row);
  return {
    members: [...latest.values()]
      .slice(0, MOST)
      .map(({ member, ...row }) => ({ memberId: memberIdOf(member), ...row })),
  };
}
