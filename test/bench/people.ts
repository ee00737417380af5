/** The bench's workplace: who works there, their sessions, and a day on the board. The same on both sides of the wire. */
import { serializeSigned } from 'hono/utils/cookie';
import type { Database } from '../../scripts/migrate.ts';
import { searchKey, sortKey } from '../../worker/contract/search-key.ts';

export type Person = { id: string; name: string; session: string; token: string };

const DAY_MS = 86_400_000;
/** Rows in one bound value, far below D1's 2 MB. */
const PART = 1_000;

/** The first is an admin, so that somebody may see the board. */
export const staff = (count: number): Person[] =>
  Array.from({ length: count }, (_, index) => ({
    id: idOf(1, index),
    name: `Person ${String(index).padStart(5, '0')}`,
    session: idOf(2, index),
    token: `bench-session-token-${String(index).padStart(5, '0')}`,
  }));

/** Shaped like a UUIDv7. */
const idOf = (kind: number, index: number): string =>
  `0190000${kind}-0000-7000-8000-${index.toString(16).padStart(12, '0')}`;

export async function cookieOf({ token }: Person, secret: string): Promise<string> {
  return (await serializeSigned('muster', token, secret)).split(';')[0] as string;
}

const WARDS = 20;
/** All have been here for years: whatever date a measurement is of, they are employed on it. */
const FIRST_DAY = '2020-01-01';

/** Employs and signs in. */
export async function employ(db: Database, people: readonly Person[]): Promise<void> {
  const now = Date.now();
  await db
    .prepare(`INSERT INTO departments (id, name) SELECT value ->> 'id', value ->> 'name' FROM json_each(?1)`)
    .bind(
      JSON.stringify(Array.from({ length: WARDS }, (_, ward) => ({ id: idOf(6, ward), name: wardOf(ward) }))),
    )
    .run();
  for (let start = 0; start < people.length; start += PART) {
    const part = JSON.stringify(people.slice(start, start + PART).map(withKeys));
    await db.batch([
      db
        .prepare(
          `INSERT INTO people (id, name, email, email_verified, roles, department, position, search, sort_key, created_at, updated_at)
           SELECT value ->> 'id', value ->> 'name', value ->> 'id' || '@example.org', 1,
             CASE WHEN ?2 + key = 0 THEN '["admin"]' ELSE '["employee"]' END, 'Ward ' || (key % ${WARDS}), 'Nurse',
             value ->> 'search', value ->> 'sortKey', ?3, ?3
           FROM json_each(?1)`,
        )
        .bind(part, start, now),
      db
        .prepare(
          `INSERT INTO terms (person_id, valid_from, employed, department_id, position)
           SELECT value ->> 'id', ?2, 1, (SELECT id FROM departments WHERE name = 'Ward ' || (key % ${WARDS})), 'Nurse'
           FROM json_each(?1)`,
        )
        .bind(part, FIRST_DAY),
      db
        .prepare(
          `INSERT INTO sessions (id, user_id, token, expires_at, created_at, updated_at)
           SELECT value ->> 'session', value ->> 'id', value ->> 'token', ?2, ?3, ?3 FROM json_each(?1)`,
        )
        .bind(part, now + DAY_MS, now),
    ]);
  }
}

const wardOf = (ward: number): string => `Ward ${ward}`;

/** The keys by which they are found and ordered; the job would write them during the measurement. */
const withKeys = (person: Person) => ({
  ...person,
  search: searchKey(`${person.name} ${person.id}@example.org`),
  sortKey: sortKey(person.name),
});

/** The bench's shop: which of the people stand where, and the one thing it sells. */
export const shop = {
  tills: { from: 100, count: 20 },
  desks: { from: 200, count: 40 },
  product: idOf(4, 1),
  /** The place that the migrations make. */
  place: '019dd7f0-0000-7000-8000-000000000001',
};

/** Puts people at tills, with open drawers, and at desks. */
export async function openShop(db: Database, people: readonly Person[]): Promise<void> {
  const those = ({ from, count }: { from: number; count: number }) =>
    JSON.stringify(people.slice(from, from + count).map(({ id }) => id));
  const become = 'UPDATE people SET roles = ?2 WHERE id IN (SELECT value FROM json_each(?1))';
  await db.batch([
    db.prepare(become).bind(those(shop.tills), '["cashier"]'),
    db.prepare(become).bind(those(shop.desks), '["releasing"]'),
    db
      .prepare(
        `INSERT INTO products (id, sku, name, price, stock, low_at, updated_at) VALUES (?1, 'TEA', 'Tea', 450, 100000, 5, 1)`,
      )
      .bind(shop.product),
    db
      .prepare(
        `INSERT INTO drawers (id, person_id, place_id, opened_at, float)
         SELECT '01900005' || substr(value, 9), value, ?2, 1, 10000 FROM json_each(?1)`,
      )
      .bind(those(shop.tills), shop.place),
  ]);
}

/** Gives everyone who is not in a record of that date, so that the board shows all of them. */
export async function fillDay(db: Database, date: string, zone: string): Promise<void> {
  await db
    .prepare(
      `INSERT INTO attendance (id, person_id, work_date, zone, in_at, out_at)
       SELECT '01900003' || substr(id, 9), id, ?1, ?2, ?3, NULL FROM people
       WHERE id NOT IN (SELECT person_id FROM attendance WHERE out_at IS NULL)`,
    )
    .bind(date, zone, Date.now())
    .run();
}
