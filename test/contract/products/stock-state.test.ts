import { expect, it } from 'vitest';
import { stockState } from '$contract/products/products';

it('a product is low at its warning number, and out without stock', () => {
  const states = [6, 5, 1, 0].map((stock) => stockState({ stock, lowAt: 5 }));
  expect(states).toEqual(['plenty', 'low', 'low', 'out']);
});
