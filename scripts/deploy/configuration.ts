/** What wrangler.toml says of a deploy, and what a deploy writes into it. */
import { readFileSync, writeFileSync } from 'node:fs';
import * as v from 'valibot';
import { unstable_readConfig } from 'wrangler';

/** The id before the first deploy. */
export const NO_ID = '00000000-0000-0000-0000-000000000000';

const Database = v.object({ database_name: v.string(), database_id: v.string() });
const Configuration = v.object({
  name: v.string(),
  account_id: v.optional(v.string()),
  d1_databases: v.tupleWithRest([Database], Database),
  r2_buckets: v.array(v.object({ bucket_name: v.string() })),
  placement: v.optional(v.object({ region: v.optional(v.string()) })),
});
export type Configuration = v.InferOutput<typeof Configuration>;

export const readConfiguration = (config: string): Configuration =>
  v.parse(Configuration, unstable_readConfig({ config }));

/** Writes the database's id over the one that stands there. @throws if it finds no such place */
export function writeDatabaseId(config: string, name: string, id: string): void {
  const text = readFileSync(config, 'utf8');
  const table = /\[\[d1_databases\]\][^[]*/g;
  const written = text.replace(table, (it) =>
    it.includes(`database_name = "${name}"`) ? it.replace(/^(database_id = ")[^"]*/m, `$1${id}`) : it,
  );
  writeFileSync(config, written);
  if (!readConfiguration(config).d1_databases.some((it) => it.database_id === id))
    throw new Error(`Write the id of the database ${name} into ${config}: database_id = "${id}"`);
}

/**
 * A cloud region near the places where D1 runs a region's databases: the Worker runs in Cloudflare's data center that is the nearest
 * to it. D1 says no more than its region.
 */
const nearby: Readonly<Record<string, string>> = {
  WNAM: 'aws:us-west-2',
  ENAM: 'aws:us-east-1',
  WEUR: 'aws:eu-central-1',
  EEUR: 'gcp:europe-central2',
  APAC: 'aws:ap-southeast-1',
  OC: 'aws:ap-southeast-2',
};

/** @param d1Region as D1 names it, such as WEUR. @returns undefined for one that we do not know */
export const placementFor = (d1Region: string): string | undefined => nearby[d1Region.toUpperCase()];

/** Places the Worker, and the channels' objects by the hint of the same name as D1's region. */
export function writePlacement(config: string, d1Region: string, region: string): void {
  const hint = `$1${d1Region.toLowerCase()}`;
  const text = readFileSync(config, 'utf8')
    .trimEnd()
    .replace(/^(CHANNEL_LOCATION = ")(?=")/m, hint);
  const comment = `# The Worker runs beside its database, which is in ${d1Region}.`;
  writeFileSync(config, `${text}\n\n${comment}\n[placement]\nregion = "${region}"\n`);
}
