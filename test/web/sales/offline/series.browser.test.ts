/** The numbers of receipts in a real browser's database. */
import { deleteDB } from 'idb';
import { beforeAll, expect, it } from 'vitest';
import type * as Tab from '$lib/sales/offline/series';
import { browserSeries } from '$lib/sales/offline/series';

const DAY = 86_400_000;
beforeAll(() => deleteDB('muster-series'));

it('a browser has one id, however often and at once it is asked for', async () => {
  const ids = await Promise.all([1, 2, 3, 4].map(() => browserSeries.device()));
  expect(new Set(ids).size).toBe(1);
  expect(ids[0]).toMatch(/^[\da-f-]{36}$/);
});

it('a drawer without a letter gives no number', async () => {
  expect(await browserSeries.take('unknown')).toBeUndefined();
  expect(await browserSeries.of('unknown')).toBeUndefined();
});

it('each number is taken once, without gap, by tabs that sell at the same moment', async () => {
  await browserSeries.keep({ drawerId: 'one', letter: 'A', next: 4, at: 0 });
  // Another tab has connections of its own; transactions of one database wait for each other.
  const anotherTab = new URL('../../../../web/src/lib/sales/offline/series.ts?another-tab', import.meta.url)
    .href;
  const other = (await import(/* @vite-ignore */ anotherTab)) as typeof Tab;
  expect(other.browserSeries).not.toBe(browserSeries);
  const take = (at: number) => (at % 2 === 0 ? browserSeries : other.browserSeries).take('one');
  const taken = await Promise.all(Array.from({ length: 20 }, (_, at) => take(at)));
  const numbers = taken.map((it) => it?.number ?? 0).toSorted((a, b) => a - b);
  expect(numbers).toEqual(Array.from({ length: 20 }, (_, at) => at + 4));
  expect(new Set(taken.map((it) => it?.letter))).toEqual(new Set(['A']));
});

it('the server does not take back a number that it does not know yet, but may name a higher one', async () => {
  await browserSeries.keep({ drawerId: 'two', letter: 'B', next: 1, at: 0 });
  await browserSeries.take('two');
  await browserSeries.keep({ drawerId: 'two', letter: 'B', next: 1, at: 1 });
  expect((await browserSeries.take('two'))?.number).toBe(2);
  await browserSeries.keep({ drawerId: 'two', letter: 'B', next: 9, at: 2 });
  expect((await browserSeries.take('two'))?.number).toBe(9);
});

it('a drawer that was not seen for three months is forgotten', async () => {
  await browserSeries.keep({ drawerId: 'old', letter: 'C', next: 1, at: 0 });
  await browserSeries.keep({ drawerId: 'new', letter: 'A', next: 1, at: 91 * DAY });
  expect(await browserSeries.of('old')).toBeUndefined();
  expect((await browserSeries.of('new'))?.letter).toBe('A');
});
