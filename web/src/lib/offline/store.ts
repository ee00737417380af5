/** Kept pages in the browser's database: of one person at a time, and of one build. */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { type KeptPage, LAYOUT, lifetime } from './kept';

export interface Owner {
  person: string;
  version: string;
  /** With fewer they may see less. */
  roles: readonly string[];
}

export interface Found {
  layout: KeptPage;
  page: KeptPage;
}

export interface PageStore {
  /** From now on pages of this owner are kept. What another one has here, or this one with other roles, is deleted. */
  begin(owner: Owner): Promise<void>;
  /** Keeps pages of the owner. It keeps none after `wipe`, or after another owner has begun. */
  put(kept: readonly KeptPage[]): Promise<void>;
  /** The owner's page with what all pages share, if both may still be shown. What may not is deleted. */
  find(address: string, version: string, now: number): Promise<Found | undefined>;
  /** Deletes everything of everyone. */
  wipe(): Promise<void>;
}

interface Schema extends DBSchema {
  pages: { key: string; value: KeptPage; indexes: { at: number } };
  owner: { key: 'owner'; value: Owner };
}

let opened: Promise<IDBPDatabase<Schema>> | undefined;

const database = (): Promise<IDBPDatabase<Schema>> =>
  (opened ??= openDB<Schema>('muster-pages', 1, {
    upgrade(db) {
      db.createObjectStore('pages', { keyPath: 'address' }).createIndex('at', 'at');
      db.createObjectStore('owner');
    },
    terminated: () => (opened = undefined),
  }));

/** Transactions over both run one after another, also those of other tabs and of the service worker. */
const transaction = async () => (await database()).transaction(['pages', 'owner'], 'readwrite');

const isOf = (it: Pick<Owner, 'person' | 'version'>, owner: Owner | undefined): boolean =>
  it.person === owner?.person && it.version === owner.version;

export const browserPages: PageStore = {
  async begin(owner) {
    const tx = await transaction();
    const before = await tx.objectStore('owner').get('owner');
    if (!isOf(owner, before) || owner.roles.join() !== before?.roles.join())
      await tx.objectStore('pages').clear();
    await tx.objectStore('owner').put(owner, 'owner');
    await tx.done;
  },
  async put(kept) {
    const tx = await transaction();
    const owner = await tx.objectStore('owner').get('owner');
    for (const page of kept) if (isOf(page, owner)) await tx.objectStore('pages').put(page);
    await tx.done;
  },
  async find(address, version, now) {
    const tx = await transaction();
    const pages = tx.objectStore('pages');
    const { from, to } = lifetime(now);
    const ages = [IDBKeyRange.upperBound(from, true), IDBKeyRange.lowerBound(to, true)];
    const old = await Promise.all(ages.map((age) => pages.index('at').getAllKeys(age)));
    for (const key of old.flat()) await pages.delete(key);
    if (old.flat().length > 0 && (await pages.count()) === 0) await tx.objectStore('owner').clear();
    const owner = await tx.objectStore('owner').get('owner');
    const [layout, page] = [await pages.get(LAYOUT), await pages.get(address)];
    await tx.done;
    const may = (it: KeptPage | undefined) => it?.version === version && isOf(it, owner);
    return layout && page && may(layout) && may(page) ? { layout, page } : undefined;
  },
  async wipe() {
    const tx = await transaction();
    await Promise.all([tx.objectStore('pages').clear(), tx.objectStore('owner').clear()]);
    await tx.done;
  },
};
