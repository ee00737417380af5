/** A migrated database with the demo of a moment, and its rows as the contract's records. */
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { migrate, type Database } from '../../scripts/migrate.ts';
import { seed } from '../../scripts/demo/seed.ts';

export const zone = 'Europe/Berlin';

type Value = string | number | null;
type Row = Record<string, Value>;

/** Runs statements as one batch in the D1 database that the path names. */
export const BATCH = `export default {
  async fetch(request, databases) {
    const db = databases[new URL(request.url).pathname.slice(1)];
    const statements = await request.json();
    return Response.json(await db.batch(statements.map(({ sql, values }) => db.prepare(sql).bind(...values))));
  },
};`;

/** The same D1 with one request a batch: Miniflare's stub blocks Node for each statement that is prepared or bound. */
export function databaseOf(miniflare: Miniflare, name = 'DB'): Database {
  const batch = async (statements: readonly { sql: string; values: unknown[] }[]) => {
    const body = JSON.stringify(statements.map(({ sql, values }) => ({ sql, values })));
    const answer = await miniflare.dispatchFetch(`http://d1/${name}`, { method: 'POST', body });
    const text = await answer.text();
    if (!answer.ok) throw new Error(text);
    return JSON.parse(text) as { results: Row[] }[];
  };
  const statement = (sql: string, values: unknown[]) => ({
    sql,
    values,
    bind: (...bound: unknown[]) => statement(sql, bound),
    all: async () => (await batch([{ sql, values }]))[0],
    run: async () => (await batch([{ sql, values }]))[0],
    first: async () => (await batch([{ sql, values }]))[0]?.results[0] ?? null,
  });
  return { prepare: (sql: string) => statement(sql, []), batch } as unknown as Database;
}

/** One runtime for all moments. */
export class Moments {
  readonly #miniflare: Miniflare;

  /** @param starts such as "2026-11-18T09:10:00Z" */
  constructor(starts: readonly string[]) {
    const names = starts.map((start) => String(Date.parse(start)));
    this.#miniflare = new Miniflare(
      convertV4MiniflareOptions({ name: 'muster', modules: true, script: BATCH, d1Databases: names }),
    );
  }

  async seeded(start: string): Promise<Seeded> {
    const now = Date.parse(start);
    const db = databaseOf(this.#miniflare, String(now));
    await migrate(db);
    // No one signs in.
    await seed(db, { now, zone }, () => Promise.resolve('no hash'));
    return new Seeded(now, db);
  }

  close(): Promise<void> {
    return this.#miniflare.dispose();
  }
}

export class Seeded {
  readonly now: number;
  readonly #db: Database;

  constructor(now: number, db: Database) {
    this.now = now;
    this.#db = db;
  }

  /** `?1` is the moment, unless other values are given. */
  async rows<Wanted = Row>(sql: string, ...values: Value[]): Promise<Wanted[]> {
    const bound = values.length === 0 && sql.includes('?1') ? [this.now] : values;
    const { results } = await this.#db
      .prepare(sql)
      .bind(...bound)
      .all<Wanted>();
    return results;
  }

  async count(sql: string, ...values: Value[]): Promise<number> {
    const [row] = await this.rows<{ count: number }>(`SELECT count(*) AS count FROM ${sql}`, ...values);
    return row?.count ?? 0;
  }

  /** Columns with instants later than the moment, such as "attendance.out_at", except plans. */
  async future(): Promise<string[]> {
    const columns = await this.rows<{ table: string; column: string }>(
      `SELECT t.name AS "table", c.name AS "column" FROM pragma_table_list AS t, pragma_table_info(t.name) AS c
       WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite%' AND t.name NOT LIKE '\\_cf%' ESCAPE '\\'
         AND c.type = 'INTEGER'`,
    );
    const looks = columns
      .map(({ table, column }) => ({ name: `${table}.${column}`, table, column }))
      .filter(({ name }) => !planned.has(name))
      .map(({ name, table, column }) => {
        const where =
          name.startsWith('live_sessions.') && /starts_at|ends_at/.test(column) ? NOT_PLANNED : '';
        return `EXISTS (SELECT 1 FROM "${table}" WHERE "${column}" > ?1 ${where}) AS "${name}"`;
      });
    // A row has at most a hundred columns.
    const found: string[] = [];
    for (let n = 0; n < looks.length; n += 100) {
      const [row = {}] = await this.rows(`SELECT ${looks.slice(n, n + 100).join(', ')}`);
      found.push(...Object.keys(row).filter((name) => row[name] === 1));
    }
    return found;
  }
}

/** Columns of planned ends. */
const planned = new Set(['attendance.due_at', 'attendance.due_out', 'breaks.due_at', 'sales.expires_at']);
const NOT_PLANNED = `AND state NOT IN ('scheduled', 'active')`;
