/** The receipts that this browser numbers itself. A transaction of its database gives each number to one tab. */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { uuidv7 } from '$lib/uuidv7';

/** Of one drawer. */
export interface Series {
  drawerId: string;
  /** This browser's among those that sell from the drawer. */
  letter: string;
  /** The number of the next receipt. */
  next: number;
  /** When the server last named it, by the device's clock. */
  at: number;
}

export interface SeriesStore {
  /** The browser's own id, made once. */
  device(): Promise<string>;
  /** Keeps what the server says. Of two next numbers the higher counts: it may not know all receipts yet. */
  keep(series: Series): Promise<void>;
  of(drawerId: string): Promise<Series | undefined>;
  /** Takes the next number of a drawer's series; undefined without a letter. */
  take(drawerId: string): Promise<(Pick<Series, 'letter'> & { number: number }) | undefined>;
}

/** A drawer that was not seen for so long is closed. Milliseconds. */
const FORGOTTEN_MS = 90 * 86_400_000;

interface Schema extends DBSchema {
  series: { key: string; value: Series };
  device: { key: 'id'; value: string };
}

let opened: Promise<IDBPDatabase<Schema>> | undefined;

const database = (): Promise<IDBPDatabase<Schema>> =>
  (opened ??= openDB<Schema>('muster-series', 1, {
    upgrade(db) {
      db.createObjectStore('series', { keyPath: 'drawerId' });
      db.createObjectStore('device');
    },
    terminated: () => (opened = undefined),
  }));

export const browserSeries: SeriesStore = {
  async device() {
    const tx = (await database()).transaction('device', 'readwrite');
    const known = await tx.store.get('id');
    const id = known ?? uuidv7();
    if (known === undefined) await tx.store.put(id, 'id');
    await tx.done;
    return id;
  },
  async keep(series) {
    const tx = (await database()).transaction('series', 'readwrite');
    for (const { drawerId, at } of await tx.store.getAll())
      if (series.at - at > FORGOTTEN_MS) await tx.store.delete(drawerId);
    const before = await tx.store.get(series.drawerId);
    await tx.store.put({ ...series, next: Math.max(series.next, before?.next ?? 1) });
    await tx.done;
  },
  of: async (drawerId) => (await database()).get('series', drawerId),
  async take(drawerId) {
    const tx = (await database()).transaction('series', 'readwrite');
    const series = await tx.store.get(drawerId);
    if (series) await tx.store.put({ ...series, next: series.next + 1 });
    await tx.done;
    return series && { letter: series.letter, number: series.next };
  },
};
