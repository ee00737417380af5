import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../scripts/place.ts';

const SQL = String.raw`(INSERT\s+(OR\s+\w+\s+)?INTO|REPLACE\s+INTO|UPDATE(\s+OR\s+\w+)?|DELETE\s+FROM)\s+["\x60]?(payments|drawers|day_reports)\b`;
const DRIZZLE = String.raw`\.(insert|update|delete)\(\s*(schema\.)?(payments|drawers|day_reports|dayReports)\b`;
const writes = new RegExp(`${SQL}|${DRIZZLE}`, 'i');
const changes =
  /UPDATE(\s+OR\s+\w+)?\s+(payments|day_reports)|DELETE\s+FROM\s+(payments|drawers|day_reports)|REPLACE\s+INTO\s+(payments|drawers|day_reports)/i;

const holding = (pattern: RegExp): string[] =>
  globSync('worker/**/*.ts', { cwd: root })
    .filter((path) => pattern.test(readFileSync(join(root, path), 'utf8')))
    .sort();

// No trigger protects these tables; the guards of these files do.
describe('the tables of payments, drawers and their reports', () => {
  it('are written by their slices only', () => {
    expect(holding(writes)).toEqual([
      'worker/sales/drawers/drawers.ts',
      'worker/sales/drawers/unnumbered.ts',
      'worker/sales/payments/payments.ts',
      'worker/sales/report/figures.ts',
    ]);
  });

  it('lose no row, and no payment or report changes', () => {
    expect(holding(changes)).toEqual([]);
  });

  it.each([
    `query('INSERT INTO payments (id) VALUES (?1)')`,
    `query(\`UPDATE OR IGNORE\n  drawers SET note = 1\`)`,
    `query('DELETE FROM "payments"')`,
    'query(`insert or replace into drawers (id) values (1)`)',
    'db.update(drawers).set({})',
    'db.insert(schema.payments)',
    `query('DELETE FROM day_reports')`,
  ])('are written by %s', (code) => {
    expect(code).toMatch(writes);
  });
});
