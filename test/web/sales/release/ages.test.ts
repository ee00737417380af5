import { expect, it } from 'vitest';
import { ageWords, LATE_MS, patienceAt, WAITING_MS } from '$lib/sales/release/ages';

const MINUTE = 60_000;

it('an age is a short phrase', () => {
  const ages = [
    0,
    59_999,
    MINUTE,
    4.9 * MINUTE,
    60 * MINUTE,
    65 * MINUTE,
    120 * MINUTE,
    26 * 60 * MINUTE,
    49 * 60 * MINUTE,
  ];
  expect(ages.map(ageWords)).toEqual([
    'just now',
    'just now',
    '1 minute',
    '4 minutes',
    '1 hour',
    '1 hour 5 min',
    '2 hours',
    '1 day',
    '2 days',
  ]);
});

it('the tone changes exactly at its thresholds', () => {
  expect([0, WAITING_MS - 1, WAITING_MS, LATE_MS - 1, LATE_MS].map(patienceAt)).toEqual([
    'fresh',
    'fresh',
    'waiting',
    'waiting',
    'late',
  ]);
});

it('an order waits from four minutes on and is late from eight', () => {
  expect([3.99, 4, 7.99, 8].map((minutes) => patienceAt(minutes * MINUTE))).toEqual([
    'fresh',
    'waiting',
    'waiting',
    'late',
  ]);
});
