import type { Database } from '../migrate.ts';

const ROWS_AT_ONCE = 500;

/** Fills a table, see `insertion`. */
export async function insert(
  db: Database,
  table: string,
  columns: string,
  rows: readonly object[],
): Promise<void> {
  const statements = insertion(db, table, columns, rows);
  if (statements.length > 0) await db.batch(statements);
}

/**
 * The statements that fill a table, each of the columns (separated by spaces) from the row's property of the same name: `work_date`
 * from `workDate`. D1 binds at most 100 values and 2 MB, so some hundred rows are sent as one JSON value.
 */
export function insertion(db: Database, table: string, columns: string, rows: readonly object[]) {
  const names = columns.split(' ');
  const values = names.map(
    (column) => `value ->> '${column.replaceAll(/_(\w)/g, (_, c: string) => c.toUpperCase())}'`,
  );
  const sql = `INSERT INTO ${table} (${names.join(', ')}) SELECT ${values.join(', ')} FROM json_each(?1) ORDER BY key`;
  const parts = Array.from({ length: Math.ceil(rows.length / ROWS_AT_ONCE) }, (_, i) =>
    rows.slice(i * ROWS_AT_ONCE, (i + 1) * ROWS_AT_ONCE),
  );
  return parts.map((part) => db.prepare(sql).bind(JSON.stringify(part)));
}
