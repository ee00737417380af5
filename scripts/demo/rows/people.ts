/** The demo's people, their sign-ins and their terms. */
import { randomInt } from 'node:crypto';
import { searchKey, sortKey } from '../../../worker/contract/search-key.ts';
import type { Database } from '../../migrate.ts';
import { teachers } from '../courses.ts';
import type { Demo } from '../demo.ts';
import { idAt } from '../ids.ts';
import { insert } from '../insert.ts';
import type { Person } from '../people.ts';
import { cafeCrews, signedIn } from '../staff.ts';

export type SignIn = { name: string; role: string; email: string; password: string };

export function signInsOf(people: readonly Person[]): SignIn[] {
  return people.flatMap(({ name, email }) => {
    const role = signedIn.find((one) => one.name === name)?.role;
    return role ? [{ name, role, email, password: newPassword() }] : [];
  });
}

/** 19 characters, about 93 bits, without look-alikes. */
function newPassword(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
  const group = () => Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('');
  return [group(), group(), group(), group()].join('-');
}

/** A password is better-auth's account `credential`, whose issuer is itself. */
export async function insertPeople(
  db: Database,
  { people, employment, beganAt }: Demo,
  signIns: readonly SignIn[],
  hash: (password: string) => Promise<string>,
): Promise<void> {
  const rows = people.map((person) => ({
    ...person,
    roles: JSON.stringify([roleOf(person)]),
    active: employment.lastDays.has(person.id) ? 0 : 1,
    search: searchOf(person),
    sortKey: sortKey(person.name),
    emailVerified: 1,
    createdAt: beganAt,
    updatedAt: beganAt,
  }));
  const accounts = signIns.map(async ({ email, password }) => {
    const userId = people.find((one) => one.email === email)?.id;
    return {
      id: idAt(beganAt, 'account', email),
      userId,
      accountId: userId,
      issuer: 'local:credential',
      providerId: 'credential',
      password: await hash(password),
      createdAt: beganAt,
      updatedAt: beganAt,
    };
  });
  await insert(db, 'people', PEOPLE, rows);
  await insert(db, 'accounts', ACCOUNTS, await Promise.all(accounts));
  await insert(db, 'departments', 'id name', employment.departments);
  const terms = employment.terms.map((term) => ({ ...term, employed: Number(term.employed) }));
  await insert(db, 'terms', TERMS, terms);
}

const PEOPLE =
  'id name email email_verified roles active department position category staff_number search sort_key created_at updated_at';
const ACCOUNTS = 'id user_id issuer provider_id account_id password created_at updated_at';
const TERMS = 'person_id valid_from employed department_id position category weekly_minutes';

/** As in `keysOf` (worker/people/search.ts). */
const searchOf = ({ name, email, department, position, staffNumber }: Person): string =>
  searchKey([name, email, department, position, staffNumber].join(' '));

function roleOf({ name }: Person): string {
  const role = signedIn.find((one) => one.name === name)?.role;
  if (role) return role;
  if (teachers.some((one) => one === name)) return 'host';
  if (cafeCrews.some(([cashier]) => cashier === name)) return 'cashier';
  return cafeCrews.some(([, barista]) => barista === name) ? 'releasing' : 'employee';
}
