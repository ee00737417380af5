/** A form's copy of a row, while other people change the row. */
import { expect, it } from 'vitest';
import { Draft } from '$lib/Draft.svelte';

interface Row {
  name: string;
  updatedAt: number;
  stock: number;
}
interface Typed {
  name: string;
  note: string;
}
const tea: Row = { name: 'Mint tea', updatedAt: 10, stock: 4 };
const renamed: Row = { ...tea, name: 'Green tea', updatedAt: 11 };
const draft = (row?: Row): Draft<Row, Typed> =>
  new Draft<Row, Typed>(row, {
    typedOf: (it) => ({ name: it?.name ?? 'New', note: '' }),
    versionOf: ({ updatedAt }) => updatedAt,
    contentOf: ({ name }) => name,
  });

it('a draft is dirty while its fields differ from what it began with', () => {
  for (const it of [draft(tea), draft()]) {
    const { name } = it.typed;
    expect(it.dirty).toBe(false);
    it.typed.name = 'Black tea';
    expect(it.dirty).toBe(true);
    it.typed.name = name;
    expect(it.dirty).toBe(false);
  }
});

it('a field outside the content does not make the draft dirty', () => {
  const it = draft(tea);
  it.typed.note = 'for Ana';
  expect(it.dirty).toBe(false);
});

it('a draft is older than a row with another version, and other changes do not count', () => {
  const it = draft(tea);
  expect(it.isOlderThan({ ...tea, stock: 3 })).toBe(false);
  expect(it.isOlderThan(renamed)).toBe(true);
  expect(draft().isOlderThan(renamed)).toBe(false);
});

it('a rebased draft keeps what is typed, and is dirty only if it differs from the newer row', () => {
  const it = draft(tea);
  it.typed.name = 'Black tea';
  it.rebase(renamed);
  expect([it.typed.name, it.seen, it.isOlderThan(renamed), it.dirty]).toEqual([
    'Black tea',
    renamed,
    false,
    true,
  ]);
  it.typed.name = 'Green tea';
  expect(it.dirty).toBe(false);
});
