/** What a backup's folder holds. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import * as v from 'valibot';

export const MANIFEST = 'manifest.json';
export const DATABASE = 'database.sql';
const OBJECTS = 'objects';

const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
/** Below the folder: no segment leads out of it. */
const path = v.pipe(v.string(), v.regex(/^(database\.sql|objects(\/(?!\.+(\/|$))[\w.%-]+)+)$/));
const Entry = v.strictObject({
  path,
  bytes: v.number(),
  sha256: hash,
  /** Media type of an object. */
  type: v.optional(v.string()),
});
export type Entry = v.InferOutput<typeof Entry>;

export const Manifest = v.strictObject({
  format: v.literal(1),
  /** When it was begun: UTC, ISO 8601. */
  at: v.string(),
  /** Of Muster. */
  version: v.string(),
  from: v.string(),
  migrations: v.array(v.string()),
  /** The log's epoch. */
  epoch: v.string(),
  /** The latest sealed entry of the journal. */
  journal: v.nullable(v.strictObject({ entry: v.number(), seal: hash })),
  /** Rows by table. */
  rows: v.record(v.string(), v.number()),
  files: v.array(Entry),
});
export type Manifest = v.InferOutput<typeof Manifest>;

/** The path of an object's file. */
export const pathOf = (key: string): string => [OBJECTS, ...key.split('/').map(encodeURIComponent)].join('/');

/** @returns undefined for the file of the database */
export const keyOf = (entry: Entry): string | undefined =>
  entry.path === DATABASE ? undefined : entry.path.split('/').slice(1).map(decodeURIComponent).join('/');

export async function entryOf(folder: string, file: string, type?: string): Promise<Entry> {
  const sum = createHash('sha256');
  const chunks: AsyncIterable<Buffer> = createReadStream(join(folder, file));
  let bytes = 0;
  for await (const chunk of chunks) {
    sum.update(chunk);
    bytes += chunk.byteLength;
  }
  return { path: file, bytes, sha256: sum.digest('hex'), ...(type !== undefined && { type }) };
}

/**
 * Reads a backup and verifies each file's checksum.
 * @throws in words if it is no backup, or not as it was made
 */
export async function verified(folder: string): Promise<Manifest> {
  const file = join(folder, MANIFEST);
  if (!existsSync(file))
    throw new Error(
      `${folder} has no ${MANIFEST}, so it is no backup. Give the folder that npm run backup named.`,
    );
  const parsed = v.safeParse(Manifest, jsonOf(readFileSync(file, 'utf8')));
  if (!parsed.success)
    throw new Error(
      `${file} is not one that this Muster reads: ${v.summarize(parsed.issues)}. Take another backup.`,
    );
  const manifest = parsed.output;
  const faults: string[] = [];
  for (const entry of manifest.files) {
    const found = existsSync(join(folder, entry.path)) ? await entryOf(folder, entry.path) : undefined;
    if (!found) faults.push(`${entry.path} is missing`);
    else if (found.sha256 !== entry.sha256) faults.push(`${entry.path} was changed`);
  }
  const listed = new Set([MANIFEST, ...manifest.files.map((entry) => entry.path)]);
  if (!listed.has(DATABASE)) faults.push(`${DATABASE} is not listed`);
  for (const found of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const name = relative(folder, join(found.parentPath, found.name)).split(sep).join('/');
    if (!found.isDirectory() && !listed.has(name)) faults.push(`${name} was added`);
  }
  if (faults.length > 0)
    throw new Error(
      `The backup in ${folder} is not as it was made. Nothing was written. Copy it again from where you keep it, or take another one:\n  ${faults.slice(0, 20).join('\n  ')}`,
    );
  return manifest;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
