import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { accepted, faultsIn, migrations } from '../../scripts/migrations.ts';

const first = { name: '0001.sql', sql: 'CREATE TABLE people (id TEXT PRIMARY KEY, name TEXT, zone TEXT);\n' };
const after = (sql: string, allowed = {}) => faultsIn([first, { name: '0002.sql', sql }], allowed);

it('every migration of the project applies remotely and leaves what the previous release reads', () => {
  expect(faultsIn(migrations())).toEqual([]);
});

it('every accepted exception is one', () => {
  expect(faultsIn(migrations(), {})).toHaveLength(Object.values(accepted).flat().length);
});

it('the triggers that a database got from an earlier 0004 are dropped', () => {
  const db = new DatabaseSync(':memory:');
  const triggers = () => db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'trigger'`).all();
  for (const { name, sql } of migrations()) {
    if (name.startsWith('0007')) {
      db.exec('CREATE TRIGGER payments_are_kept BEFORE DELETE ON payments BEGIN SELECT 1; END');
      db.exec('CREATE TRIGGER closed_drawers_stay BEFORE UPDATE ON drawers BEGIN SELECT 1; END');
    }
    db.exec(sql);
  }
  expect(triggers()).toEqual([]);
});

const cut: [what: string, sql: string, words: string][] = [
  [
    'a trigger of several lines',
    `CREATE TRIGGER stay BEFORE UPDATE ON people\nBEGIN SELECT RAISE(ABORT, 'no'); END;\n`,
    'makes a trigger',
  ],
  [
    'a temporary trigger',
    `CREATE TEMP TRIGGER t AFTER DELETE ON people BEGIN SELECT 1; END;\n`,
    'makes a trigger',
  ],
  ['a transaction', 'BEGIN; DELETE FROM people; COMMIT;\n', 'controls a transaction'],
  ['a semicolon in a string', `UPDATE people SET name = 'a;b';\n`, 'a semicolon that ends no statement'],
  [
    'a string of two lines with a semicolon',
    `UPDATE people SET name = 'a\n; b';\n`,
    'a semicolon that ends no statement',
  ],
  ['a semicolon in a comment', 'DELETE FROM people; -- all; really\n', 'a semicolon in a comment'],
  ['a quote mark in a comment', `-- A person's row.\nDELETE FROM people;\n`, 'a quote mark'],
  ['a block comment', '/* all */ DELETE FROM people;\n', 'a block comment'],
  ['lines that end with CRLF', 'DELETE FROM people\r\nWHERE 1;\r\n', 'CRLF'],
  ['a last statement without a semicolon', 'DELETE FROM people\n', 'a statement without one'],
  [
    'a statement of more than 100 KB',
    `UPDATE people SET name = '${'x'.repeat(100_000)}';\n`,
    'more than 100 KB',
  ],
];

it.each(cut)('%s is refused', (_, sql, words) => {
  expect(after(sql).join('\n')).toContain(words);
});

const broken: [what: string, sql: string, column: string][] = [
  ['a dropped column', 'ALTER TABLE people DROP COLUMN zone;\n', 'people.zone'],
  ['a renamed column', 'ALTER TABLE people RENAME COLUMN zone TO place;\n', 'people.zone'],
  ['a dropped table', 'DROP TABLE people;\n', 'people.name'],
  ['a renamed table', 'ALTER TABLE people RENAME TO persons;\n', 'people.name'],
  [
    'a rebuilt table without a column',
    `CREATE TABLE new (id TEXT PRIMARY KEY, name TEXT);\nDROP TABLE people;\nALTER TABLE new RENAME TO people;\n`,
    'people.zone',
  ],
  [
    'a column that must be written',
    `CREATE TABLE new (id TEXT PRIMARY KEY, name TEXT, zone TEXT NOT NULL);\nDROP TABLE people;\nALTER TABLE new RENAME TO people;\n`,
    'people.zone',
  ],
];

it.each(broken)('%s is refused, unless it is listed', (_, sql, column) => {
  expect(after(sql).join('\n')).toContain(column);
  const listed = ['people.id', 'people.name', 'people.zone'];
  expect(after(sql, { '0002.sql': listed })).toEqual([]);
});

it('new tables, new columns, indexes and a table rebuilt with all its columns are accepted', () => {
  const sql = `-- Skills, and a note.
CREATE TABLE skills (id TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT;
ALTER TABLE people ADD COLUMN note TEXT NOT NULL DEFAULT '-- none';
CREATE INDEX by_name ON people (name); -- the list
CREATE TABLE new (id TEXT PRIMARY KEY, zone TEXT, name TEXT, note TEXT);
DROP TABLE people;
ALTER TABLE new RENAME TO people;
`;
  expect(after(sql)).toEqual([]);
});
