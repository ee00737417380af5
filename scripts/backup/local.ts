/** The workplace of `npm start`, in its folder. */
import { existsSync, globSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { databases } from '../place.ts';
import { bucketName, compatibilityDate, databaseId } from '../settings.ts';
import { load } from './dump.ts';
import type { Bucket, Workplace } from './workplaces.ts';

/** The database and the bucket, under the names of `npm start`. */
export const bound = {
  name: 'muster',
  compatibilityDate,
  d1Databases: { DB: databaseId },
  r2Buckets: { PHOTOS: bucketName },
  cf: false,
} as const;

/** Starts the runtime over a folder. @returns it and the path of its database's file */
export async function open(
  folder: string,
  worker: Parameters<typeof convertV4MiniflareOptions>[0] = {
    ...bound,
    modules: true,
    script: 'export default {}',
  },
): Promise<{ miniflare: Miniflare; file: string }> {
  const options = convertV4MiniflareOptions(worker);
  const miniflare = new Miniflare({ ...options, resourcePersistencePath: databases(folder) });
  // The file is there once the database has been asked.
  await (await miniflare.getD1Database('DB')).prepare('SELECT 1').run();
  const [file] = globSync(join(databases(folder), 'd1', '*', '*.sqlite')).filter(
    (it) => !it.endsWith('metadata.sqlite'),
  );
  if (file === undefined) throw new Error(`The runtime keeps no database in ${databases(folder)}.`);
  return { miniflare, file };
}

export const bucketOf = async (miniflare: Miniflare): Promise<Bucket> => {
  const r2 = await miniflare.getR2Bucket('PHOTOS');
  return {
    async list() {
      const objects = [];
      for (let cursor: string | undefined; ;) {
        const page = await r2.list({ include: ['httpMetadata'], ...(cursor && { cursor }) });
        for (const { key, etag, httpMetadata } of page.objects)
          objects.push({ key, etag, type: httpMetadata?.contentType });
        if (!page.truncated) return objects;
        cursor = page.cursor;
      }
    },
    async get(key) {
      const object = await r2.get(key);
      return object ? new Uint8Array(await object.arrayBuffer()) : undefined;
    },
    async put(key, bytes, type) {
      await r2.put(key, bytes, type === undefined ? {} : { httpMetadata: { contentType: type } });
    },
    delete: (key) => r2.delete(key),
  };
};

/** `file`: the database's. */
export type LocalWorkplace = Workplace & { file: string };

/** @param mustExist whether a folder without data is refused. @throws in words if it is */
export async function localWorkplace(folder: string, mustExist: boolean): Promise<LocalWorkplace> {
  if (mustExist && !existsSync(databases(folder)))
    throw new Error(`There is no workplace in ${folder}. Run npm start once, or give --remote.`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { miniflare, file } = await open(folder);
  /** Beside a Muster that runs, a short wait for its write. */
  const inFile = async <T>(act: (db: DatabaseSync) => T): Promise<Awaited<T>> => {
    const db = new DatabaseSync(file, { timeout: 10_000 });
    try {
      return await act(db);
    } finally {
      db.close();
    }
  };
  return {
    name: folder,
    file,
    bucket: await bucketOf(miniflare),
    async copyTo(copy) {
      await inFile((db) => db.prepare('VACUUM INTO ?').run(copy));
    },
    query: (sql) => inFile((db) => db.prepare(sql).all()),
    import: (sql) => inFile((db) => load(db, sql)),
    close: () => miniflare.dispose(),
  };
}
