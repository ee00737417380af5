import { expect, it } from 'vitest';
import { rateOf, rateOptions, typedRate } from '$lib/products/rates';
import { unbroken } from '$lib/products/words';

it('a tax rate is the workplace’s, one in use, or typed', () => {
  expect(rateOptions(1_900, [null, 700, 1_050, 700])).toEqual([
    { value: '', label: 'As the workplace: 19 %' },
    { value: '700', label: '7 %' },
    { value: '1050', label: '10.5 %' },
    { value: 'other', label: 'Another rate …' },
  ]);
  for (const rate of [null, 0, 700]) expect(rateOf(typedRate(rate))).toBe(rate);
  expect(rateOf({ choice: 'other', percent: 5.5 })).toBe(550);
  expect(rateOf({ choice: 'other', percent: 8.2 })).toBe(820);
  expect(rateOf({ choice: 'other', percent: null })).toBeUndefined();
});

it('a name keeps its numbers and their units together', () => {
  expect(unbroken('Spritzer 0.33 / l')).toBe('Spritzer 0.33\u00A0/\u00A0l');
  expect(unbroken('Spritzer 0.33 l')).toBe('Spritzer 0.33\u00A0l');
  expect(unbroken('Box of 12 eggs')).toBe('Box of 12 eggs');
});
