/**
 * Refuses a migration that D1's remote endpoint may cut, or after which the previous release could not run. `npm run check` and
 * `npm run deploy` use it. Why: docs/decisions/067.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { unstable_splitSqlQuery } from 'wrangler';
import { folder, migrationFiles } from './migrate.ts';

export type Migration = { name: string; sql: string };

/**
 * Columns that a migration takes away, or newly requires, although the release before it may use them; nobody ran that release.
 * A later entry says since which release no code uses the column.
 */
export const accepted: Readonly<Record<string, readonly string[]>> = {
  '0005_hours.sql': [
    'corrections.record_id',
    'corrections.work_date',
    'corrections.old_in',
    'corrections.old_out',
    'corrections.new_in',
    'corrections.new_out',
    'corrections.from_date',
    'corrections.to_date',
    'corrections.before',
    'corrections.after',
  ],
  '0006_plain_words.sql': [
    'marks.absence_told',
    'loose_photos.key',
    'loose_photos.since',
    'session_attendance.band',
    'session_requests.band',
  ],
  // Written always; they are no longer the key.
  '0014_till.sql': ['receipts.sale_id', 'receipts.print'],
};

/** D1's limit for one statement. */
const STATEMENT_BYTES = 100_000;

/** A line up to its comment, which follows `--` outside quotes. */
const COMMENT = /^((?:[^'"-]|'[^']*'|"[^"]*"|-(?!-))*)--(.*)$/;

/** Words that the endpoint refuses or cuts, in the SQL without its comments. */
const refused: [pattern: RegExp, words: string][] = [
  [
    /\bCREATE\s+(TEMP\s+|TEMPORARY\s+)?TRIGGER\b/i,
    'makes a trigger, whose body is cut; guard the write in its batch',
  ],
  [/(^|;)\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|END)\b/i, 'controls a transaction, which D1 refuses'],
  [/\/\*/, 'has a block comment; use --'],
];

/** @returns each fault in words, with its file; none if the migrations are right */
export function faultsIn(migrations: readonly Migration[], allowed = accepted): string[] {
  const db = new DatabaseSync(':memory:');
  let before = columnsOf(db);
  return migrations.flatMap(({ name, sql }) => {
    db.exec(sql);
    const after = columnsOf(db);
    const faults = [...cutIn(sql), ...brokenBy(before, after, allowed[name])];
    before = after;
    return faults.map((fault) => `${name} ${fault}.`);
  });
}

/** What the remote endpoint cuts or refuses: it splits the text at semicolons and knows little about quotes and comments. */
function cutIn(sql: string): string[] {
  const lines = sql.split('\n').map((line) => COMMENT.exec(line) ?? [line, line, '']);
  const code = lines.map(([, before]) => before).join('\n');
  const statements = unstable_splitSqlQuery(sql);
  const faults = refused.filter(([pattern]) => pattern.test(code)).map(([, words]) => words);
  if (sql.includes('\r')) faults.push('has lines that end with CRLF; use LF');
  if (lines.some(([, , comment = '']) => /['";]/.test(comment)))
    faults.push('has a quote mark or a semicolon in a comment');
  if (statements.length !== code.split(';').length - 1 || !code.trimEnd().endsWith(';'))
    faults.push('has a semicolon that ends no statement, or a statement without one');
  if (statements.some((each) => Buffer.byteLength(each) > STATEMENT_BYTES))
    faults.push('has a statement of more than 100 KB');
  return faults;
}

type Columns = ReadonlyMap<string, { table: string; required: boolean }>;

/** What the previous release reads and no longer finds, or cannot write any more. */
function brokenBy(before: Columns, after: Columns, allowed: readonly string[] = []): string[] {
  const tables = new Set([...before.values()].map(({ table }) => table));
  const gone = [...before.keys()].filter((column) => !after.has(column));
  const required = [...after].flatMap(([column, now]) =>
    now.required && tables.has(now.table) && !before.get(column)?.required ? [column] : [],
  );
  const faults: [columns: string[], words: string][] = [
    [gone, 'drops or renames what the previous release reads'],
    [required, 'requires what the previous release does not write'],
  ];
  return faults.flatMap(([columns, words]) =>
    columns.filter((column) => !allowed.includes(column)).map((column) => `${words}: ${column}`),
  );
}

function columnsOf(db: DatabaseSync): Columns {
  const found = db
    .prepare(
      `SELECT it.name AS "table", c.name AS "column", c."notnull" AND c.dflt_value IS NULL AND NOT c.pk AS required
       FROM sqlite_schema AS it, pragma_table_info(it.name) AS c WHERE it.type IN ('table', 'view')`,
    )
    .all();
  return new Map(
    found.map((row) => [
      `${String(row['table'])}.${String(row['column'])}`,
      { table: String(row['table']), required: row['required'] === 1 },
    ]),
  );
}

/** The project's migrations, in order. */
export const migrations = (): Migration[] =>
  migrationFiles().map((name) => ({ name, sql: readFileSync(join(folder, name), 'utf8') }));

/** The migrations that a database with these lacks. */
export const pendingAfter = (applied: readonly string[]): Migration[] =>
  migrations().filter(({ name }) => !applied.includes(name));

if (import.meta.main) {
  const faults = faultsIn(migrations());
  if (faults.length > 0) console.error(faults.join('\n'));
  process.exitCode = faults.length > 0 ? 1 : 0;
}
