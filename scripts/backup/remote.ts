/** The deployed workplace: D1 through wrangler's export and import, R2 through Cloudflare's API. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import * as v from 'valibot';
import { Cloudflare } from '../deploy/cloudflare.ts';
import { NO_ID, readConfiguration } from '../deploy/configuration.ts';
import { type Deploy, wrangler } from '../deploy/steps.ts';
import { load } from './dump.ts';
import type { Workplace } from './workplaces.ts';

const Listed = v.object({
  key: v.string(),
  etag: v.string(),
  http_metadata: v.optional(v.nullable(v.object({ contentType: v.optional(v.string()) }))),
});
const Row = v.record(v.string(), v.union([v.string(), v.number(), v.null()]));

/** @param config the path of wrangler.toml. @throws in words if its database or its bucket is missing */
export async function remoteWorkplace(config: string): Promise<Workplace> {
  const settings = readConfiguration(config);
  const [{ database_name: database, database_id: id }] = settings.d1_databases;
  const bucket = settings.r2_buckets[0]?.bucket_name ?? '';
  const missing = 'Run npm run deploy first: it makes the database and the bucket.';
  if (id === NO_ID) throw new Error(`wrangler.toml names no database of yours. ${missing}`);
  const cloudflare = await Cloudflare.signIn(settings.account_id);
  const deploy: Deploy = { cloudflare, config };
  if (!(await cloudflare.find(`/d1/database/${id}`, v.unknown())))
    throw new Error(`The account has no database ${id}. Sign in to the account of wrangler.toml’s database.`);
  if (!(await cloudflare.find(`/r2/buckets/${bucket}`, v.unknown())))
    throw new Error(`The account has no bucket ${bucket}. ${missing}`);

  const objects = `/r2/buckets/${bucket}/objects`;
  const pathOf = (key: string): string => `${objects}/${key.split('/').map(encodeURIComponent).join('/')}`;
  return {
    name: `Cloudflare (${database}, ${bucket})`,
    bucket: {
      list: async () =>
        (await cloudflare.list(objects, Listed)).map(({ key, etag, http_metadata }) => ({
          key,
          etag: etag.replaceAll('"', ''),
          type: http_metadata?.contentType,
        })),
      get: (key) => cloudflare.download(pathOf(key)),
      put: (key, bytes, type) => cloudflare.upload(pathOf(key), bytes, type),
      delete: (key) => cloudflare.remove(pathOf(key)),
    },
    async copyTo(file, scratch) {
      const sql = join(scratch, 'export.sql');
      await wrangler(deploy, ['d1', 'export', database, '--remote', '--output', sql]);
      const db = new DatabaseSync(file);
      await load(db, sql);
      db.close();
    },
    query: (sql) => cloudflare.query(id, sql, Row),
    import: (file) => wrangler(deploy, ['d1', 'execute', database, '--remote', '--yes', '--file', file]),
    close: () => Promise.resolve(),
  };
}
