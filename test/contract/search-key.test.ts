import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byName, searchKey, inOrder, sortKey, searchWords } from '../../worker/contract/search-key';

describe('a search key', () => {
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
    expect(searchKey(text)).toBe(as);
  });

  it('of a search key is itself', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(text, (it) => searchKey(searchKey(it)) === searchKey(it)),
      { numRuns: 500 },
    );
  });

  it('splits into words at any white space', () => {
    expect(searchWords('  Ana \t Kovač ')).toEqual(['ana', 'kovac']);
    expect(searchWords(' ')).toEqual([]);
  });
});

describe('the order of names', () => {
  const names = fc.string({ unit: 'binary' }).filter((it) => it.isWellFormed());
  const utf8 = (text: string) => Buffer.from(text, 'utf8');

  it('equals the database’s order of the stored keys', () => {
    fc.assert(
      fc.property(names, names, (a, b) => {
        const stored = Buffer.compare(utf8(sortKey(a)), utf8(sortKey(b)));
        return Math.sign(inOrder(a, b)) === stored;
      }),
      { numRuns: 2_000, examples: [['𠮷野', '﨑山']] },
    );
  });

  it('sorts namesakes by id, character by character', () => {
    const rows = ['9', '10', '1a'].map((id) => ({ id, name: 'Maria Santos' }));
    expect(byName(rows, ({ id }) => id).map(({ id }) => id)).toEqual(['10', '1a', '9']);
  });
});
