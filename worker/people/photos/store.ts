/**
 * Photos lie in R2 under ids of their own and never change; the rows in D1 name the one that counts. A key that no row
 * names stands in `orphaned_photos` from before it is written until it is deleted, so that nothing is left behind, whatever
 * fails in between.
 */
import { lt } from 'drizzle-orm';
import { type Query, query } from '../../db/queries';
import { orphanedPhotos } from '../../db/schema';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import { cleaned } from './image';

/** A commit has long been decided by then, also one that its client has given up on. */
const SETTLED_MS = 10 * 60_000;
/** How many a run of the job deletes: R2 takes a thousand keys in one call. */
const AT_ONCE = 500;

export interface Stored {
  /** The photo's id, for the row that names it. */
  id: string;
  /** What goes into the commit that names it: it is orphaned no longer, and the one before it is. */
  also: Query[];
}

/**
 * Keeps a photo, cleaned of what its camera says. Nobody sees it before a commit names it.
 * @param folder whose it is, such as `people/<id>`
 * @param before the photo it takes the place of, if any
 * @throws Refusal `not_a_photo`, `unavailable`
 */
export async function store(
  scope: Scope,
  folder: string,
  bytes: ArrayBuffer,
  before: string | null,
): Promise<Stored> {
  const image = cleaned(new Uint8Array(bytes));
  if (!image) throw new Refusal('not_a_photo');
  const id = scope.newId();
  const key = `${folder}/${id}`;
  await scope.db.insert(orphanedPhotos).values({ key, since: scope.now() });
  await scope.env.PHOTOS.put(key, image.bytes, { httpMetadata: { contentType: image.type } }).catch(
    notStored,
  );
  return {
    id,
    also: [query('DELETE FROM orphaned_photos WHERE key = ?1', key), ...orphaned(folder, before)],
  };
}

function notStored(error: unknown): never {
  console.error({ message: 'photo not stored', error: String(error) });
  throw new Refusal('unavailable');
}

/** What goes into the commit that no longer names a photo: the next run of the job deletes it. */
export const orphaned = (folder: string, photo: string | null): Query[] =>
  photo === null
    ? []
    : [query('INSERT INTO orphaned_photos (key, since) VALUES (?1, 0)', `${folder}/${photo}`)];

/** The photo as an answer that a browser may keep for that session. @throws Refusal `not_found` */
export async function shown({ env }: Scope, folder: string, photo: string): Promise<Response> {
  const object = await env.PHOTOS.get(`${folder}/${photo}`);
  if (!object) throw new Refusal('not_found');
  return new Response(object.body, {
    headers: {
      'Content-Type': object.httpMetadata?.contentType ?? 'application/octet-stream',
      'Content-Length': String(object.size),
      'Content-Disposition': 'inline',
      // An id names the same bytes for ever; who may see them depends on the cookie.
      'Cache-Control': 'private, max-age=86400, immutable',
      Vary: 'Cookie',
    },
  });
}

/** Deletes what no row names: replaced, removed, or uploaded for a commit that never came. */
export async function deleteOrphanedPhotos({ db, d1, env, now }: Scope): Promise<void> {
  const orphans = await db
    .select({ key: orphanedPhotos.key })
    .from(orphanedPhotos)
    .where(lt(orphanedPhotos.since, now() - SETTLED_MS))
    .limit(AT_ONCE);
  if (orphans.length === 0) return;
  const keys = orphans.map(({ key }) => key);
  await env.PHOTOS.delete(keys);
  await d1
    .prepare('DELETE FROM orphaned_photos WHERE key IN (SELECT value FROM json_each(?1))')
    .bind(JSON.stringify(keys))
    .run();
}
