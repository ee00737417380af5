/** The values of wrangler.toml that scripts use. */
import * as v from 'valibot';
import { unstable_readConfig } from 'wrangler';
import { config } from './place.ts';

const Settings = v.object({
  compatibility_date: v.string(),
  vars: v.object({ WORKPLACE_ZONE: v.string() }),
  triggers: v.object({ crons: v.optional(v.array(v.string()), []) }),
  d1_databases: v.tuple([v.object({ binding: v.literal('DB'), preview_database_id: v.string() })]),
  r2_buckets: v.tuple([v.object({ binding: v.literal('PHOTOS'), bucket_name: v.string() })]),
});

const settings = v.parse(Settings, unstable_readConfig({ config }));

/** The workplace's IANA zone. */
export const zone = settings.vars.WORKPLACE_ZONE;
export const crons = settings.triggers.crons;
/** The id under which this machine keeps its database. */
export const databaseId = settings.d1_databases[0].preview_database_id;
export const bucketName = settings.r2_buckets[0].bucket_name;
export const compatibilityDate = settings.compatibility_date;
