/** The bench's workplace: people, sessions, and a day on the board. Server and client make the same ones. */
import { serializeSigned } from 'hono/utils/cookie';
import type { Database } from '../../scripts/migrate.ts';
import { searchKey, sortKey } from '../../worker/contract/search-key.ts';

export type Person = { id: string; name: string; session: string; token: string };

const DAY_MS = 86_400_000;
/** Rows in one bound value, far below D1's 2 MB. */
const PART = 1_000;

/** The first is an admin, who may see the board. */
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
/** Early enough that they are employed on any date of a measurement. */
const FIRST_DAY = '2020-01-01';

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

/** With the search and sort keys, which the job would otherwise write during the measurement. */
const withKeys = (person: Person) => ({
  ...person,
  search: searchKey(`${person.name} ${person.id}@example.org`),
  sortKey: sortKey(person.name),
});

/** Which people work at tills and release desks, and the one product. */
export const posts = {
  tills: { from: 100, count: 20 },
  desks: { from: 200, count: 40 },
  product: idOf(4, 1),
  /** Made by the migrations. */
  place: '019dd7f0-0000-7000-8000-000000000001',
};

/** Gives people their roles, and the tills open drawers. */
export async function openTills(db: Database, people: readonly Person[]): Promise<void> {
  const idsOf = ({ from, count }: { from: number; count: number }) =>
    JSON.stringify(people.slice(from, from + count).map(({ id }) => id));
  const become = 'UPDATE people SET roles = ?2 WHERE id IN (SELECT value FROM json_each(?1))';
  await db.batch([
    db.prepare(become).bind(idsOf(posts.tills), '["cashier"]'),
    db.prepare(become).bind(idsOf(posts.desks), '["releasing"]'),
    db
      .prepare(
        `INSERT INTO products (id, sku, name, price, stock, low_at, updated_at) VALUES (?1, 'TEA', 'Tea', 450, 100000, 5, 1)`,
      )
      .bind(posts.product),
    db
      .prepare(
        `INSERT INTO drawers (id, number, date, person_id, place_id, opened_at, float)
         SELECT '01900005' || substr(value, 9), key + 1, date('now'), value, ?2, 1, 10000 FROM json_each(?1)`,
      )
      .bind(idsOf(posts.tills), posts.place),
  ]);
}

/** Makes a record of that date for each person without an open one, so that the board shows all. */
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
