/**
 * Photos lie in R2 under their own ids and never change; a row in D1 names the current one. A key that no row names is in
 * `orphaned_photos` from before its upload until its deletion, so a failure in between leaves nothing behind.
 */
import { type Query, query } from '../../db/queries';
import { logFailure } from '../../log';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import { withoutMetadata } from './image';

/** Every commit is decided by then, even if its client has given up. */
const SETTLED_MS = 10 * 60_000;
/** The most that one run deletes; R2 takes a thousand keys in one call. */
const AT_ONCE = 500;

export interface Stored {
  id: string;
  /** Writes for the commit that names the photo: they swap the orphaned key for the replaced one. */
  also: Query[];
}

/**
 * Stores a photo without its metadata. No one sees it before a commit names it.
 * @param folder the owner's, such as `people/<id>`
 * @param before the photo that it replaces, if any
 * @throws Refusal `not_a_photo`, `unavailable`
 */
export async function store(
  scope: Scope,
  folder: string,
  bytes: ArrayBuffer,
  before: string | null,
): Promise<Stored> {
  const image = withoutMetadata(new Uint8Array(bytes));
  if (!image) throw new Refusal('not_a_photo');
  const id = scope.newId();
  const key = `${folder}/${id}`;
  await scope.d1
    .prepare('INSERT INTO orphaned_photos (key, since) VALUES (?1, ?2)')
    .bind(key, scope.now())
    .run();
  await scope.env.PHOTOS.put(key, image.bytes, { httpMetadata: { contentType: image.type } }).catch(
    (error: unknown) => {
      logFailure('error', { message: 'photo not stored', request: scope.request, error });
      throw new Refusal('unavailable');
    },
  );
  return {
    id,
    also: [query('DELETE FROM orphaned_photos WHERE key = ?1', [key]), ...orphaned(folder, before)],
  };
}

/** The write for a commit that drops a photo; the job then deletes it. */
export const orphaned = (folder: string, photo: string | null): Query[] =>
  photo === null
    ? []
    : [query('INSERT INTO orphaned_photos (key, since) VALUES (?1, 0)', [`${folder}/${photo}`])];

/** @throws Refusal `not_found` */
export async function shown({ env }: Scope, folder: string, photo: string): Promise<Response> {
  const object = await env.PHOTOS.get(`${folder}/${photo}`);
  if (!object) throw new Refusal('not_found');
  // At most 2 MB. A stream that stops would be neither answered nor given up.
  return new Response(await object.arrayBuffer(), {
    headers: {
      'Content-Type': object.httpMetadata?.contentType ?? 'application/octet-stream',
      'Content-Length': String(object.size),
      'Content-Disposition': 'inline',
      // The bytes of an id never change; who may see them depends on the cookie.
      'Cache-Control': 'private, max-age=86400, immutable',
      Vary: 'Cookie',
    },
  });
}

/** Deletes photos that no row names: replaced, removed, or uploaded for a commit that failed. */
export async function deleteOrphanedPhotos({ d1, env, now }: Scope): Promise<void> {
  const { results } = await d1
    .prepare(`SELECT key FROM orphaned_photos WHERE since < ?1 LIMIT ${AT_ONCE}`)
    .bind(now() - SETTLED_MS)
    .all<{ key: string }>();
  if (results.length === 0) return;
  const keys = results.map(({ key }) => key);
  await env.PHOTOS.delete(keys);
  await d1
    .prepare('DELETE FROM orphaned_photos WHERE key IN (SELECT value FROM json_each(?1))')
    .bind(JSON.stringify(keys))
    .run();
}
