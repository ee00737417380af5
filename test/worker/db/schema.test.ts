import { env } from 'cloudflare:workers';
import { getTableColumns, getTableName } from 'drizzle-orm';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import { expect, it } from 'vitest';
import * as tables from '../../../worker/people/sign-in/tables';

it('the tables that drizzle knows have columns that the migrations make', async () => {
  for (const table of Object.values(tables)) {
    const { results } = await env.DB.prepare(
      `SELECT name, type, "notnull" OR pk AS required FROM pragma_table_info(?)`,
    )
      .bind(getTableName(table))
      .all();
    const declared = Object.values<SQLiteColumn>(getTableColumns(table)).map((column) => ({
      name: column.name,
      type: column.getSQLType().toUpperCase(),
      required: Number(column.notNull || column.primary),
    }));
    expect(results).toEqual(expect.arrayContaining(declared));
  }
});

/** SQLite appends the columns of ALTER TABLE to the last line. */
const inLines = (sql: string): string =>
  sql.replaceAll(/\n?, (?=\w+ (?:TEXT|INTEGER)\b)/g, ',\n  ').replace(/(?<!\n)(?=\) STRICT)/, '\n');

it('docs/schema.sql shows the tables, views and indexes that the migrations make', async () => {
  const { results } = await env.DB.prepare(
    `SELECT its.sql FROM sqlite_master AS its JOIN sqlite_master AS of ON of.name = its.tbl_name AND of.type IN ('table', 'view')
     WHERE its.sql IS NOT NULL AND its.name NOT GLOB '_cf_*' AND its.name NOT GLOB 'sqlite_*' AND its.name <> 'd1_migrations'
     ORDER BY of.rowid, its.type <> of.type, its.name`,
  ).all<{ sql: string }>();
  const head =
    '-- The tables as migrations/ make them. `npx vitest run --project worker schema -u` writes this file.';
  const text = [head, ...results.map(({ sql }) => `${inLines(sql)};`)].join('\n\n');
  await expect(`${text}\n`).toMatchFileSnapshot('../../../docs/schema.sql');
});
