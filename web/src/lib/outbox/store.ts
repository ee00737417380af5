/** Acts in the browser's database, so that they outlive the page, the browser and the battery. */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { type Act, readable } from './act';
import { OUTBOX } from './names';

export interface ActStore {
  /** One person's acts, in the order of their taps. */
  of(person: string): Promise<Act[]>;
  put(act: Act): Promise<void>;
  delete(key: string): Promise<void>;
}

interface Schema extends DBSchema {
  acts: { key: string; value: Act; indexes: { person: [string, number] } };
}

let opened: Promise<IDBPDatabase<Schema>> | undefined;

const database = (): Promise<IDBPDatabase<Schema>> =>
  (opened ??= openDB<Schema>(OUTBOX, 1, {
    upgrade(db) {
      db.createObjectStore('acts', { keyPath: 'key' }).createIndex('person', ['person', 'tappedAt']);
    },
    terminated: () => (opened = undefined),
  }));

export const browserActs: ActStore = {
  of: async (person) =>
    readable(
      await (
        await database()
      ).getAllFromIndex('acts', 'person', IDBKeyRange.bound([person, 0], [person, Infinity])),
    ),
  put: async (act) => void (await (await database()).put('acts', act)),
  delete: async (key) => (await database()).delete('acts', key),
};

/** Whether anyone has acts on this device. */
export const hasActs = async (): Promise<boolean> => (await (await database()).count('acts')) > 0;
