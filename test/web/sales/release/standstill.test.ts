import { describe, expect, it } from 'vitest';
import { settle, type Slot } from '$lib/sales/release/standstill';

type Row = { id: string; state: string };
const rows = (...ids: string[]): Row[] => ids.map((id) => ({ id, state: 'for_release' }));
const slots = (...ids: string[]): Slot<Row>[] => rows(...ids).map((row) => ({ row, gone: false }));
const latest = (id: string): Row => ({ id, state: 'released' });
const seen = (shown: Slot<Row>[]): string =>
  shown.map(({ row, gone }) => (gone ? `(${row.id})` : row.id)).join(' ');
const next = (shown: Slot<Row>[], rows: Row[], ...held: string[]) =>
  settle(shown, rows, new Set(held), latest);

describe('cards', () => {
  it('are in order and leave at once while none is held', () => {
    expect(seen(next(slots('a', 'b', 'c'), rows('a', 'c', 'd')))).toBe('a c d');
  });

  it('before the held card keep their places, and one that left shows its state', () => {
    const shown = next(slots('a', 'b', 'c', 'd'), rows('b', 'd', 'e'), 'c');
    expect(seen(shown)).toBe('(a) b (c) d e');
    expect(shown[0]?.row.state).toBe('released');
    expect(seen(next(shown, rows('b', 'd', 'e')))).toBe('b d e');
  });

  it('leave at once behind the held one', () => {
    expect(seen(next(slots('a', 'b', 'c', 'd'), rows('a', 'b', 'd'), 'b'))).toBe('a b d');
  });

  it('arrive behind the held one, even if they belong before it', () => {
    expect(seen(next(slots('b', 'c', 'd'), rows('a', 'b', 'c', 'd'), 'c'))).toBe('b c a d');
  });

  it('that return while still shown keep their places', () => {
    const shown = next(slots('a', 'b'), rows('b'), 'b');
    expect(seen(shown)).toBe('(a) b');
    expect(seen(next(shown, rows('a', 'b'), 'b'))).toBe('a b');
  });

  it('show the newest version, held or not', () => {
    const [a, b] = [
      { id: 'a', state: 'claimed' },
      { id: 'b', state: 'claimed' },
    ];
    expect(next(slots('a', 'b'), [a, b], 'a').map(({ row }) => row.state)).toEqual(['claimed', 'claimed']);
  });
});
