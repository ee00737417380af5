import { expect, it } from 'vitest';
import type { Act } from '$lib/outbox/act';
import { isDeclared, nameOf } from '$lib/outbox/declared';
import { waitingWords } from '$lib/outbox/waiting';

const act = (path: string, body: Act['body'] = {}): Act => ({
  ...{ v: 1, act: path, key: 'a', person: 'ana', tappedAt: 0, body },
});
const [sale, tap] = [act('orders/offline-sales'), act('attendance/check-in')];

it.each([
  [[tap], 'One tap is kept on this device.'],
  [[sale], 'One sale waits to be sent.'],
  [[sale, sale, sale], '3 sales wait to be sent.'],
  [[tap, sale, tap, sale], '2 taps are kept on this device. 2 sales wait to be sent.'],
])('what waits is counted in words, %#', (acts, words) => {
  expect(waitingWords(acts)).toBe(words);
});

it('a sale is named by its receipt, and no other path of orders may be sent', () => {
  expect(nameOf(act('orders/offline-sales', { receipt: 'D0147-A003' }))).toBe('Your sale D0147-A003');
  expect(nameOf(sale)).toBe('Your sale');
  expect(['orders/offline-sales', 'orders', 'orders/offline-sales/x'].map(isDeclared)).toEqual([
    true,
    false,
    false,
  ]);
});
