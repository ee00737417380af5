import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { folded, wordsOf } from '../../worker/contract/folded';

describe('what is looked for', () => {
  it.each([
    ['Kovač', 'kovac'],
    ['MÜLLER', 'muller'],
    ['Mu\u0308ller', 'muller'],
    ['Strauß', 'strauss'],
    ['Łukasz Ðorđe Søren', 'lukasz dorde soren'],
    ['İnci Yıldız', 'inci yildiz'],
    ['Nguyễn', 'nguyen'],
    ['Ольга Йовович', 'ольга иовович'],
    ['100% _sure', '100% _sure'],
  ])('%s is found as %s', (text, as) => {
    expect(folded(text)).toBe(as);
  });

  it('is the same folded once or twice', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(text, (it) => folded(folded(it)) === folded(it)),
      { numRuns: 500 },
    );
  });

  it('is cut into words, however many spaces stand between', () => {
    expect(wordsOf('  Ana \t Kovač ')).toEqual(['ana', 'kovac']);
    expect(wordsOf(' ')).toEqual([]);
  });
});
