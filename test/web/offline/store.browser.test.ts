/** Kept pages in a real browser's database. */
import { openDB } from 'idb';
import { beforeEach, expect, it } from 'vitest';
import { type KeptPage, LAYOUT } from '$lib/offline/kept';
import { browserPages, type Owner } from '$lib/offline/store';

const HOUR = 3_600_000;
const ana = { person: 'ana', version: 'one', roles: ['supervisor'] };
const ben = { ...ana, person: 'ben' };
const page = (address: string, it: Partial<KeptPage> = {}): KeptPage => ({
  person: 'ana',
  version: 'one',
  address,
  asOf: 0,
  at: 100 * HOUR,
  data: { of: address },
  ...it,
});
const find = (address = '/', at = 101, version = 'one') => browserPages.find(address, version, at * HOUR);
/** Whose pages are on the disk, shown or not, and who begins. */
const onDisk = async () => {
  const db = await openDB<{ pages: { key: string; value: KeptPage }; owner: { key: string; value: Owner } }>(
    'muster-pages',
  );
  const [pages, owners] = [await db.getAll('pages'), await db.getAll('owner')];
  db.close();
  return [...pages, ...owners].map(({ person, version }) => `${person} ${version}`);
};

beforeEach(async () => {
  await browserPages.wipe();
  await browserPages.begin(ana);
  await browserPages.put([page(LAYOUT), page('/'), page('/hours')]);
});

it('a page is found with what all pages share', async () => {
  expect(await find()).toEqual({ layout: page(LAYOUT), page: page('/') });
  expect(await find('/sessions')).toBeUndefined();
  await browserPages.begin(ana);
  expect(await find('/hours')).toBeDefined();
});

it('another version finds nothing, and its first page deletes what there is', async () => {
  expect(await find('/', 101, 'two')).toBeUndefined();
  await browserPages.begin({ ...ana, version: 'two' });
  expect(await onDisk()).toEqual(['ana two']);
  await browserPages.put([page(LAYOUT, { version: 'two' })]);
  expect(await find('/', 101, 'two')).toBeUndefined();
  expect(await find()).toBeUndefined();
});

it('another person’s first page deletes what there is, and a page left open keeps nothing more', async () => {
  await browserPages.begin(ben);
  await browserPages.put([page(LAYOUT), page('/')]);
  expect(await onDisk()).toEqual(['ben one']);
  await browserPages.put([page(LAYOUT, { person: 'ben' }), page('/hours', { person: 'ben' })]);
  expect((await find('/hours'))?.page.person).toBe('ben');
});

it('a person’s first page with other roles deletes what there is', async () => {
  await browserPages.begin({ ...ana, roles: ['employee'] });
  expect(await onDisk()).toEqual(['ana one']);
});

it('after a wipe a page that is still open keeps nothing', async () => {
  await browserPages.wipe();
  expect(await onDisk()).toEqual([]);
  await browserPages.put([page(LAYOUT), page('/')]);
  expect(await onDisk()).toEqual([]);
});

it('a page is deleted after a day, and when the clock was set back before it', async () => {
  expect(await find('/', 124)).toBeDefined();
  expect(await find('/', 124.01)).toBeUndefined();
  expect(await onDisk()).toEqual([]);
  await browserPages.begin(ana);
  await browserPages.put([page(LAYOUT), page('/')]);
  expect(await find('/', 99.95)).toBeDefined();
  expect(await find('/', 99.9)).toBeUndefined();
  expect(await onDisk()).toEqual([]);
});
