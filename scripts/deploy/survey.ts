/** What is there before a deploy. It only reads. */
import * as v from 'valibot';
import { migrationFiles } from '../migrate.ts';
import type { Cloudflare } from './cloudflare.ts';
import { type Configuration, NO_ID } from './configuration.ts';

export interface Survey {
  /** The names of what the Worker that is there is bound to, its secrets among them. */
  bound: ReadonlySet<string>;
  databases: FoundDatabase[];
  /** The names of missing buckets. */
  missingBuckets: string[];
}
export interface FoundDatabase {
  name: string;
  /** Undefined if there is none yet. */
  id: string | undefined;
  /** As D1 names it. */
  region: string | undefined;
  /** The id that wrangler.toml gives. */
  configured: string;
  pending: string[];
}

const Settings = v.object({ bindings: v.array(v.object({ name: v.string() })) });
const Database = v.object({
  uuid: v.string(),
  name: v.string(),
  running_in_region: v.optional(v.string()),
});
const Named = v.object({ name: v.string() });

/** @throws when a name belongs to something else, so that a deploy overwrites nothing of another project */
export async function survey(cloudflare: Cloudflare, it: Configuration): Promise<Survey> {
  const worker = await cloudflare.find(`/workers/scripts/${it.name}/settings`, Settings);
  const bound = new Set(worker?.bindings.map(({ name }) => name));
  if (worker && !bound.has('CHANNELS') && !bound.has('AUTH_SECRET'))
    throw new Error(
      `The account has a Worker named ${it.name} that is not Muster. Choose another name in wrangler.toml: name = "…".`,
    );
  const databases: FoundDatabase[] = [];
  for (const { database_name, database_id } of it.d1_databases)
    databases.push(await databaseOf(cloudflare, database_name, database_id));
  const missingBuckets: string[] = [];
  for (const { bucket_name } of it.r2_buckets)
    if (!(await cloudflare.find(`/r2/buckets/${bucket_name}`, v.unknown()))) missingBuckets.push(bucket_name);
  return {
    bound,
    databases,
    missingBuckets,
  };
}

async function databaseOf(cloudflare: Cloudflare, name: string, configured: string): Promise<FoundDatabase> {
  const id = configured === NO_ID ? await idOf(cloudflare, name) : configured;
  if (id === undefined) return { name, id, configured, region: undefined, pending: migrationFiles() };
  const found = await cloudflare.find(`/d1/database/${id}`, Database);
  if (!found)
    throw new Error(
      `wrangler.toml names the database ${id}, which is not in this account. Sign in to its account, or write database_id = "${NO_ID}" to have one made.`,
    );
  const pending = await pendingIn(cloudflare, found.uuid, name);
  return { name, id, configured, region: found.running_in_region, pending };
}

async function idOf(cloudflare: Cloudflare, name: string): Promise<string | undefined> {
  const named = await cloudflare.find(`/d1/database?name=${encodeURIComponent(name)}`, v.array(Database));
  return named?.find((it) => it.name === name)?.uuid;
}

/** The migrations that the database lacks. @throws when its tables are not ours */
async function pendingIn(cloudflare: Cloudflare, id: string, name: string): Promise<string[]> {
  const tables = await cloudflare.query(
    id,
    `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB '_cf_*' AND name NOT GLOB 'sqlite_*'`,
    Named,
  );
  const migrated = tables.some((it) => it.name === 'd1_migrations');
  const applied = migrated ? await cloudflare.query(id, 'SELECT name FROM d1_migrations', Named) : [];
  const [first] = migrationFiles();
  if (tables.length > Number(migrated) && !applied.some((it) => it.name === first))
    throw new Error(
      `The account has a database named ${name} that is not Muster’s. Choose another name in wrangler.toml: database_name = "…".`,
    );
  return migrationFiles().filter((file) => !applied.some((it) => it.name === file));
}
