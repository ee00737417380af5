import { describe, expect, it } from 'vitest';
import { Amounts } from '$lib/money';

const [euros, yen, dinars] = [new Amounts('EUR'), new Amounts('JPY'), new Amounts('KWD')];

describe('a typed amount', () => {
  it.each([
    ['4,50', 450],
    ['4.50', 450],
    ['4,5', 450],
    ['4', 400],
    ['4.', 400],
    ['.5', 50],
    ['0', 0],
    [' € 4.50 ', 450],
    ['4,50 EUR', 450],
    ['1,234.50', 123_450],
    ['1.234,50', 123_450],
    ['1 234,50', 123_450],
    ['1 234 567', 123_456_700],
    ["1'234.50", 123_450],
    ['1,234,567', 123_456_700],
    ['1.234.567,89', 123_456_789],
    // In floating point, 4.10 × 100 is 409.99999999999994.
    ['4.10', 410],
    ['1.15', 115],
    ['10,000,000.00', 1_000_000_000],
  ])('%j is %i cents', (typed, amount) => {
    expect(euros.read(typed)).toBe(amount);
  });

  it.each([
    '',
    ' ',
    '.',
    ',',
    '-4',
    '4.505',
    '4,5,6',
    '1,23.50',
    '1.2,34.5',
    'four',
    '1e3',
    '0x10',
    '4€50',
    '4 50',
    '1 23',
  ])('%j is no amount', (typed) => expect(euros.read(typed)).toBeUndefined());

  it.each(['1,234', '1.234'])('%j is ambiguous and no amount', (typed) =>
    expect(euros.read(typed)).toBeUndefined(),
  );

  it('above ten million is refused', () => expect(euros.read('10000000.01')).toBeUndefined());

  it('has as many digits after the point as its currency', () => {
    expect(yen.read('1,200')).toBe(1_200);
    expect(yen.read('1200.5')).toBeUndefined();
    expect(dinars.read('1.234')).toBe(1_234);
  });

  it('round-trips through the words and the field', () => {
    for (const amount of [0, 1, 99, 100, 115, 123_456_789, 1_000_000_000]) {
      for (const money of [euros, yen, dinars]) {
        expect(money.read(money.typed(amount))).toBe(amount);
      }
      expect(euros.read(euros.words(amount))).toBe(amount);
    }
  });
});

it('money is shown with its currency', () => {
  expect(euros.words(450)).toBe('€4.50');
  expect(euros.words(-450)).toBe('-€4.50');
  expect(yen.words(1_200)).toBe('JP¥1,200');
  expect(euros.symbol).toBe('€');
});
