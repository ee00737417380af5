/** Years of a workplace, written in bulk: each person is in from 8 to 16 on every day, with two entries of the journal and a note. */
import type { Database } from '../../scripts/migrate.ts';
import type { Person } from './people.ts';

/** Rows of each table. */
export type Size = { records: number; entries: number; events: number };

const DAY_MS = 86_400_000;
/** Rows in one statement, which takes less than a second. */
const PART = 20_000;
const CHANNELS = 2_000;

const NUMBERS = 'WITH RECURSIVE n (i) AS (SELECT ?1 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?2)';
const ID = (kind: string, number: string) => `printf('0190000${kind}-0000-7000-8000-%012x', ${number})`;

/** @param now UTC epoch milliseconds; the last day is yesterday */
export async function fill(
  db: Database,
  people: readonly Person[],
  { records, entries, events }: Size,
  now: number,
): Promise<void> {
  const staff = people.length;
  const today = Math.floor(now / DAY_MS) * DAY_MS;
  const write = async (count: number, sql: string, ...values: (string | number)[]) => {
    for (let from = 0; from < count; from += PART)
      await db
        .prepare(`${NUMBERS} ${sql}`)
        .bind(from, Math.min(from + PART, count), ...values)
        .run();
  };
  /** SQL: midnight of a row's day, when `of` rows are spread over the days. */
  const dayOf = (of: number) => `(?3 - (${Math.ceil(of / staff)} - i / ${staff}) * ${DAY_MS})`;
  await write(
    records,
    `INSERT INTO attendance (id, person_id, work_date, zone, in_at, out_at, due_out)
     SELECT ${ID('8', 'i')}, ${ID('1', `i % ${staff}`)}, date(day / 1000, 'unixepoch'), 'UTC', day + 28800000, day + 57600000,
       day + 57600000 FROM (SELECT i, ${dayOf(records)} AS day FROM n)`,
    today,
  );
  const entriesADay = Math.ceil((entries / records) * staff);
  await write(
    entries,
    `INSERT INTO journal (at, actor, action, subject, before, after, applied)
     SELECT at, person, action, 'attendance/' || record, '{"inAt":null,"outAt":null}', json_object('id', record, 'personId', person,
       'workDate', date(at / 1000, 'unixepoch'), 'zone', 'UTC', 'inAt', at, 'outAt', NULL, 'auto', json('false')), 1
     FROM (SELECT ?3 - (${Math.ceil(entries / entriesADay)} - i / ${entriesADay}) * ${DAY_MS} + (i % ${entriesADay}) * 20000 AS at,
       ${ID('1', `i % ${staff}`)} AS person, ${ID('8', 'i / 3')} AS record,
       CASE i % 3 WHEN 0 THEN 'attendance.checked_in' WHEN 1 THEN 'attendance.checked_out' ELSE 'notification.read' END AS action FROM n)`,
    today,
  );
  const each = Math.ceil(events / CHANNELS);
  await write(
    events,
    `INSERT INTO events (channel, seq, entry, type, at, data)
     SELECT printf('user.%04d', i / ${each}), i % ${each} + 1, i, 'attendance.checked_in', ?3 - 6 * ${DAY_MS} + i % ${each},
       json_object('id', ${ID('8', 'i')}, 'inAt', ?3, 'outAt', NULL) FROM n`,
    now,
  );
  await db
    .prepare('INSERT INTO heads (channel, seq) SELECT channel, max(seq) FROM events GROUP BY channel')
    .run();
}
