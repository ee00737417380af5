import { expect, it } from 'vitest';
import type { Registration } from '$contract/sales/registrations/registrations';
import { statusWords } from '$lib/sales/registrations/words';
import { Times } from '$lib/times';

const live = { times: new Times('Europe/Berlin'), today: '2026-11-29' };
const paid = (at: string) => ({ paidAt: Date.parse(at) }) as Registration;

it.each([
  ['2026-11-29T09:10+01:00', 'Paid at 09:10'],
  ['2026-11-28T09:10+01:00', 'Paid yesterday'],
  ['2026-11-26T09:10+01:00', 'Paid on Thursday 26 November'],
])('a registration paid at %s is “%s” on 29 November', (at, words) => {
  expect(statusWords({ ...paid(at), cancellation: null, release: null, claim: null }, live)).toBe(words);
});
