/** What a backup reads and a restore writes: a database and a bucket, on this machine or at Cloudflare. */
import type { SQLOutputValue } from 'node:sqlite';

export interface StoredObject {
  key: string;
  /** MD5 in hex of the bytes. */
  etag: string;
  type: string | undefined;
}

export interface Bucket {
  list: () => Promise<StoredObject[]>;
  /** @returns undefined if there is none any more */
  get: (key: string) => Promise<Uint8Array | undefined>;
  put: (key: string, bytes: Uint8Array, type: string | undefined) => Promise<void>;
  delete: (key: string) => Promise<void>;
}

export interface Workplace {
  /** Where it is, in words that follow "of" or "in". */
  name: string;
  bucket: Bucket;
  /** Copies the database as it is at one moment into a new SQLite file, in the folder `scratch`. */
  copyTo: (file: string, scratch: string) => Promise<void>;
  query: (sql: string) => Promise<Record<string, SQLOutputValue>[]>;
  /** Runs a file of SQL: wholly, or not at all. */
  import: (file: string) => Promise<void>;
  close: () => Promise<void>;
}

/** The job's note of the journal's position (worker/journal/). It belongs to the place, so a backup has none. */
export const NOTE = 'system/journal.json';
/** The list of erased people only grows: a restore must not shorten it. */
export const ERASURES = 'erasures/';

export const isOfThePlace = (key: string): boolean => key.startsWith('system/');

const AT_ONCE = 6;

/** Does `act` for all, a few at a time. */
export async function inParts<T>(all: readonly T[], act: (it: T) => Promise<void>): Promise<void> {
  for (let from = 0; from < all.length; from += AT_ONCE)
    await Promise.all(all.slice(from, from + AT_ONCE).map(act));
}
