/** Fills an empty database with the demo workplace. */
import { randomInt } from 'node:crypto';
import { hashPassword } from 'better-auth/crypto';
import type { Database } from '../migrate.ts';
import { actsOf, historyOf, idAt, type When } from './history.ts';
import { residents, signedIn } from './people.ts';

export type SignIn = { name: string; role: string; email: string; password: string };

const DAY_MS = 86_400_000;

/** @returns the sign-ins, whose passwords are kept nowhere else */
export async function seed(db: Database, when: When): Promise<SignIn[]> {
  const { now } = when;
  const people = peopleAt(now - 60 * DAY_MS);
  const isIdle = ({ name }: { name: string }): boolean => name === 'Mira Lindqvist';
  const records = historyOf(people, isIdle, when);
  const signIns = people.flatMap(({ name, email }) => {
    const role = signedIn.find((one) => one.name === name)?.role;
    return role ? [{ name, role, email, password: newPassword() }] : [];
  });
  const accounts = await Promise.all(
    signIns.map(async ({ email, password }) => {
      const person = people.find((one) => one.email === email);
      return {
        id: idAt(now, 'account', email),
        personId: person?.id,
        password: await hashPassword(password),
      };
    }),
  );
  await insertPeople(db, people);
  await insertAccounts(db, accounts, now);
  await insertRecords(db, records);
  await insertActs(db, actsOf(records));
  return signIns;
}

export const isEmpty = async (db: Database): Promise<boolean> =>
  (await db.prepare('SELECT 1 FROM people LIMIT 1').first()) === null;

const peopleAt = (createdAt: number) =>
  residents.map((resident) => ({
    ...resident,
    id: idAt(createdAt, resident.email),
    roles: JSON.stringify([signedIn.find(({ name }) => name === resident.name)?.role ?? 'employee']),
    createdAt,
  }));

/** 19 characters, about 93 bits, without those that look alike. */
function newPassword(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
  const group = () => Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('');
  return [group(), group(), group(), group()].join('-');
}

type Row = Record<string, unknown>;

const insertPeople = (db: Database, people: Row[]): Promise<void> =>
  insert(
    db,
    people,
    `INSERT INTO people (id, name, email, email_verified, roles, department, position, created_at, updated_at)
     SELECT value ->> 'id', value ->> 'name', value ->> 'email', 1, value ->> 'roles', value ->> 'department',
       value ->> 'position', value ->> 'createdAt', value ->> 'createdAt' FROM json_each(?1)`,
  );

/** better-auth's rows: a password is the account `credential`, whose issuer is itself. */
const insertAccounts = (db: Database, accounts: Row[], now: number): Promise<void> =>
  insert(
    db,
    accounts.map((account) => ({ ...account, now })),
    `INSERT INTO accounts (id, user_id, issuer, provider_id, account_id, password, created_at, updated_at)
     SELECT value ->> 'id', value ->> 'personId', 'local:credential', 'credential', value ->> 'personId',
       value ->> 'password', value ->> 'now', value ->> 'now' FROM json_each(?1)`,
  );

const insertRecords = (db: Database, records: Row[]): Promise<void> =>
  insert(
    db,
    records,
    `INSERT INTO attendance (id, person_id, work_date, zone, in_at, out_at)
     SELECT value ->> 'id', value ->> 'personId', value ->> 'workDate', value ->> 'zone', value ->> 'inAt',
       value ->> 'outAt' FROM json_each(?1)`,
  );

const insertActs = (db: Database, acts: Row[]): Promise<void> =>
  insert(
    db,
    acts,
    `INSERT INTO journal (at, actor, action, subject, before, after, applied)
     SELECT value ->> 'at', value ->> '$.after.personId', value ->> 'action', 'attendance/' || (value ->> '$.after.id'),
       value ->> '$.before', value ->> '$.after', 1 FROM json_each(?1) ORDER BY key`,
  );

/** As one JSON value a few hundred rows: D1 binds at most 100 values and 2 MB. */
async function insert(db: Database, rows: Row[], sql: string): Promise<void> {
  const parts = Array.from({ length: Math.ceil(rows.length / 500) }, (_, i) =>
    rows.slice(i * 500, i * 500 + 500),
  );
  if (parts.length > 0) await db.batch(parts.map((part) => db.prepare(sql).bind(JSON.stringify(part))));
}
