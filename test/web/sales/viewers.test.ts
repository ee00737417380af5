import { describe, expect, it } from 'vitest';
import type { Doing } from '$contract/wire';
import { whoElse } from '$lib/sales/viewers';

const staff = ['Ana Duarte', 'Ben Okafor', 'Chi Nguyen', 'Dora Klein'].map((name) => ({
  id: name[0] as string,
  name,
}));
const at = (...all: [person: string, doing: Doing][]) =>
  all.map(([person, doing]) => ({ person, on: 'order', doing }));

describe('the viewers of an order', () => {
  it.each([
    [at(), ''],
    [at(['A', 'editing']), 'Ana is editing'],
    [at(['B', 'viewing']), 'Ben is looking'],
    [at(['B', 'viewing'], ['A', 'editing']), 'Ana is editing · Ben is looking'],
    [at(['B', 'viewing'], ['A', 'viewing']), 'Ana and Ben are looking'],
    [at(['C', 'viewing'], ['B', 'viewing'], ['A', 'viewing']), 'Ana and 2 others are looking'],
    [at(['X', 'viewing']), 'Someone is looking'],
    [at(['D', 'editing']), ''],
  ])('with %j are “%s”', (focuses, words) =>
    expect(whoElse(focuses, 'order', { staff, me: 'D' })).toBe(words),
  );

  it('exclude viewers of another order', () => {
    expect(whoElse(at(['A', 'editing']), 'another', { staff, me: 'D' })).toBe('');
  });
});
