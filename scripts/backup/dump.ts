/** A database as SQL that D1 imports, and back. */
import { createReadStream, createWriteStream } from 'node:fs';
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Characters of a text in one statement: D1 refuses statements of more than 100 KB. */
const PIECE = 6_000;
/** An importer that splits the text carelessly would cut here. */
const UNSAFE = /[;\r\n\0]|--|\/\*/;

const name = (it: string): string => `"${it.replaceAll('"', '""')}"`;

function literal(value: SQLOutputValue): string {
  if (value === null) return 'NULL';
  if (value instanceof Uint8Array) return `x'${Buffer.from(value).toString('hex')}'`;
  if (typeof value !== 'string') return String(value);
  if (UNSAFE.test(value)) return `CAST(x'${Buffer.from(value).toString('hex')}' AS TEXT)`;
  return `'${value.replaceAll("'", "''")}'`;
}

/** Our tables, without SQLite's and D1's own, in order of creation. */
export const tablesOf = (db: DatabaseSync): string[] =>
  db
    .prepare(
      `SELECT name FROM sqlite_schema
       WHERE type = 'table' AND name NOT GLOB '_cf_*' AND name NOT GLOB 'sqlite_*' ORDER BY rowid`,
    )
    .all()
    .map((row) => String(row['name']));

/** The tables, each after those that it references. */
function inOrder(db: DatabaseSync): string[] {
  const ordered = new Set<string>();
  const visit = (table: string): void => {
    for (const { table: parent } of db.prepare(`PRAGMA foreign_key_list(${name(table)})`).all())
      if (parent !== table && !ordered.has(String(parent))) visit(String(parent));
    ordered.add(table);
  };
  tablesOf(db).forEach(visit);
  return [...ordered];
}

/**
 * The statements that make the database, one a line as far as its tables' own SQL is. No value has a semicolon or a line's end, and no
 * statement is longer than D1 takes.
 * @param empty tables whose rows are left out
 */
export function* dump(db: DatabaseSync, empty: readonly string[] = []): Generator<string> {
  const tables = inOrder(db);
  yield 'PRAGMA defer_foreign_keys = TRUE;';
  yield 'CREATE TABLE pieces (n INTEGER PRIMARY KEY, piece TEXT NOT NULL);';
  for (const table of tables) {
    yield `${sqlOf(db, table)};`;
    if (!empty.includes(table)) yield* rowsOf(db, table);
  }
  yield 'DROP TABLE pieces;';
  const others = `SELECT sql FROM sqlite_schema WHERE type IN ('index', 'view') AND sql IS NOT NULL ORDER BY rowid`;
  for (const { sql } of db.prepare(others).all()) yield `${String(sql)};`;
}

const sqlOf = (db: DatabaseSync, table: string): string =>
  String(db.prepare(`SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?`).get(table)?.['sql']);

function* rowsOf(db: DatabaseSync, table: string): Generator<string> {
  for (const row of db.prepare(`SELECT * FROM ${name(table)}`).iterate()) {
    const into = `INSERT INTO ${name(table)} (${Object.keys(row).map(name).join(', ')})`;
    const values: string[] = [];
    let n = 0;
    for (const value of Object.values(row)) {
      if (typeof value !== 'string' || value.length <= PIECE) {
        values.push(literal(value));
        continue;
      }
      const from = n;
      for (const piece of pieces(value)) {
        yield `INSERT INTO pieces (n, piece) VALUES (${String(n)}, ${literal(piece)});`;
        n += 1;
      }
      values.push(
        `(SELECT group_concat(piece, '') FROM (SELECT piece FROM pieces WHERE n >= ${String(from)} AND n < ${String(n)} ORDER BY n))`,
      );
    }
    yield `${into} VALUES (${values.join(', ')});`;
    if (n > 0) yield 'DELETE FROM pieces;';
  }
}

function* pieces(text: string): Generator<string> {
  for (let from = 0; from < text.length;) {
    // A pair of surrogates is one character.
    const end = from + PIECE;
    const to = /[\uD800-\uDBFF]/.test(text.charAt(end - 1)) ? end - 1 : end;
    yield text.slice(from, to);
    from = to;
  }
}

/** Drops all that a database has, children before parents. `ours` has the same tables, or fewer. */
export function* drops(
  ours: DatabaseSync,
  there: readonly { type: string; name: string }[],
): Generator<string> {
  const known = inOrder(ours);
  const tables = there.filter(({ type }) => type === 'table').map((it) => it.name);
  const strange = tables.filter((table) => !known.includes(table));
  yield 'PRAGMA defer_foreign_keys = TRUE;';
  for (const it of there) if (it.type === 'view') yield `DROP VIEW ${name(it.name)};`;
  for (const table of [...strange, ...known.toReversed()])
    if (tables.includes(table)) yield `DROP TABLE ${name(table)};`;
}

/** Writes statements into a new file that only its owner reads. */
export const writeSql = (file: string, statements: Iterable<string>): Promise<void> =>
  pipeline(Readable.from(lines(statements)), createWriteStream(file, { mode: 0o600 }));

function* lines(statements: Iterable<string>): Generator<string> {
  for (const statement of statements) yield `${statement}\n`;
}

/** Runs the statements of a file, as `dump` or `wrangler d1 export` writes them, in one transaction. */
export async function load(db: DatabaseSync, file: string): Promise<void> {
  db.exec('PRAGMA foreign_keys = OFF; BEGIN');
  let statement = '';
  for await (const line of linesOf(file)) {
    statement += statement === '' ? line : `\n${line}`;
    // A text that goes on in the next line has opened a quote.
    if (!line.endsWith(';') || statement.split("'").length % 2 === 0) continue;
    db.exec(statement);
    statement = '';
  }
  db.exec('COMMIT');
}

/** Node's own reader of lines drops the CR that a text may have at a line's end. */
async function* linesOf(file: string): AsyncGenerator<string, undefined> {
  const chunks: AsyncIterable<string> = createReadStream(file, 'utf8');
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}
