/** D1's export and import over SQLite, as careless as the real ones may be. */
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';

const literal = (value: SQLOutputValue): string =>
  typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value ?? 'NULL');

/** The whole database. Values keep their semicolons and ends of lines. */
export function exported(db: DatabaseSync): Buffer {
  const schema = db
    .prepare('SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid')
    .all();
  const lines = ['PRAGMA defer_foreign_keys=TRUE;'];
  for (const { type, name, sql } of schema) {
    if (type !== 'table' || name === 'sqlite_sequence') continue;
    lines.push(`${String(sql)};`);
    for (const row of db.prepare(`SELECT * FROM "${String(name)}"`).all()) {
      const columns = Object.keys(row).map((column) => `"${column}"`);
      lines.push(
        `INSERT INTO "${String(name)}" (${columns.join(',')}) VALUES(${Object.values(row).map(literal).join(',')});`,
      );
    }
  }
  lines.push('DELETE FROM sqlite_sequence;');
  for (const { name, seq } of db.prepare('SELECT * FROM sqlite_sequence').all())
    lines.push(`INSERT INTO "sqlite_sequence" VALUES('${String(name)}',${String(seq)});`);
  for (const { type, sql } of schema) if (type !== 'table') lines.push(`${String(sql)};`);
  return Buffer.from(`${lines.join('\n')}\n`);
}

/** Splits at every semicolon, refuses long statements, and undoes all after a failure. @returns the number of statements */
export function imported(db: DatabaseSync, sql: string): number {
  const statements = sql.split(';').filter((statement) => statement.trim() !== '');
  db.exec('BEGIN');
  try {
    for (const statement of statements) {
      if (Buffer.byteLength(statement) > 100_000) throw new Error('statement too long: SQLITE_TOOBIG');
      db.exec(statement);
    }
    db.exec('COMMIT');
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
  return statements.length;
}
