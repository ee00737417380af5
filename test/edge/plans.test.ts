/** No statement of any test may read a whole table that grows with age (plans.ts). These show that such a plan is refused. */
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { Edge } from './edge';
import { constant, growing } from './plans';

const explained = (sql: string, ...params: unknown[]) =>
  new Edge(env).env.DB.prepare(sql)
    .bind(...params)
    .run();

describe('a statement is refused', () => {
  it.each([
    ['that reads a whole table', 'SELECT count(*) FROM journal WHERE after IS NULL'],
    [
      'that reads it under another name',
      'SELECT 1 FROM people JOIN attendance AS a ON a.due_at = people.created_at',
    ],
    ['that reads a whole index', 'SELECT count(*) FROM journal GROUP BY subject'],
    ['that reads all rows up to now', 'SELECT id FROM live_sessions WHERE starts_at <= 5'],
    ['that deletes by a column without an index', 'DELETE FROM events WHERE at < 5'],
    [
      'for which SQLite would make an index each time',
      'SELECT 1 FROM (SELECT out_at FROM attendance WHERE work_date = 1) AS x LEFT JOIN breaks ON breaks.end_at = x.out_at',
    ],
  ])('%s', async (_, sql) => {
    await expect(explained(sql)).rejects.toThrow('D1_PLAN');
  });
});

it('passes what an index finds, and what is open', async () => {
  await explained('SELECT id FROM journal WHERE subject = ?1 ORDER BY id DESC LIMIT 5', 'person/1');
  await explained('SELECT id FROM attendance WHERE out_at IS NULL AND due_at <= ?1', 5);
});

it('covers every table: it grows with age, or with the workplace', async () => {
  const { results } = await env.DB.prepare(
    `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT GLOB '[_d]*_*'`,
  ).all<{ name: string }>();
  const unknown = results.map(({ name }) => name).filter((name) => ![...growing, ...constant].includes(name));
  expect(unknown).toEqual([]);
});
