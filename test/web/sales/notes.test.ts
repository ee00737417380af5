import { expect, it } from 'vitest';
import { notesAbove } from '$lib/sales/notes';

it('the suggestions are the next round sums above the amount due', () => {
  expect(notesAbove(1_370, 'EUR')).toEqual([1_500, 2_000, 5_000]);
  expect(notesAbove(2_000, 'EUR')).toEqual([5_000, 10_000]);
  expect(notesAbove(1, 'EUR')).toEqual([500, 1_000, 2_000]);
  expect(notesAbove(700, 'JPY')).toEqual([1_000, 2_000, 5_000]);
  expect(notesAbove(13_700, 'KWD')).toEqual([15_000, 20_000, 50_000]);
});
