/** The steps of a deploy that are still to do, from what is there. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { run } from '../run.ts';
import type { Cloudflare } from './cloudflare.ts';
import {
  type Configuration,
  placementFor,
  readConfiguration,
  writeDatabaseId,
  writePlacement,
} from './configuration.ts';
import { withRemedy } from './remedies.ts';
import type { FoundDatabase, Survey } from './survey.ts';

/** `what` begins with a verb. `does` returns what is worth saying. */
export type Step = { what: string; does: () => Promise<string | undefined> };

/** One deploy: the account, and the path of its wrangler.toml. */
export type Deploy = { cloudflare: Cloudflare; config: string };

/** The steps before the Worker's. */
export const preparations = (deploy: Deploy, it: Configuration, found: Survey): Step[] => [
  ...found.databases.flatMap((database) => databaseSteps(deploy, database)),
  ...found.missingBuckets.map((name) => bucketStep(deploy, name)),
  ...found.databases.slice(0, it.placement ? 0 : 1).map(({ name }) => placementStep(deploy, name)),
  ...found.databases
    .filter(({ pending }) => pending.length > 0)
    .map(({ name, pending }) => migrationStep(deploy, name, pending)),
];

function databaseSteps({ cloudflare, config }: Deploy, { name, id, configured }: FoundDatabase): Step[] {
  if (id === configured) return [];
  const make = async () =>
    (await cloudflare.make('/d1/database', { name }, v.object({ uuid: v.string() }))).uuid;
  return [
    {
      what:
        id === undefined
          ? `make the D1 database ${name} and write its id into wrangler.toml`
          : `write the id of the D1 database ${name} into wrangler.toml`,
      does: async () => {
        const made = id ?? (await make());
        writeDatabaseId(config, name, made);
        return made;
      },
    },
  ];
}

const bucketStep = ({ cloudflare }: Deploy, name: string): Step => ({
  what: `make the R2 bucket ${name}`,
  does: async () => {
    await cloudflare.make('/r2/buckets', { name }, v.unknown());
    return undefined;
  },
});

/** The Worker asks its database several times for a request, so it must run near it, wherever the person is. */
const placementStep = ({ cloudflare, config }: Deploy, name: string): Step => ({
  what: `write placement.region into wrangler.toml, beside the database ${name}`,
  does: async () => {
    const Located = v.object({ running_in_region: v.optional(v.string(), 'none') });
    const located = await cloudflare.find(`/d1/database/${idIn(config, name)}`, Located);
    const region = located?.running_in_region ?? 'none';
    const placement = placementFor(region);
    if (placement === undefined)
      return `D1 names no region that we know (${region}): the Worker is not placed.`;
    writePlacement(config, region, placement);
    return `${placement}, for ${region}`;
  },
});

const migrationStep = (deploy: Deploy, name: string, pending: readonly string[]): Step => ({
  what: `apply to ${name}: ${pending.join(', ')}`,
  does: async () => {
    await wrangler(deploy, ['d1', 'migrations', 'apply', name, '--remote']);
    return undefined;
  },
});

/** The id of a database, which may have been made a moment ago. */
export function idIn(config: string, name: string): string {
  const database = readConfiguration(config).d1_databases.find((it) => it.database_name === name);
  if (!database) throw new Error(`wrangler.toml no longer binds the database ${name}.`);
  return database.database_id;
}

const Deployed = v.object({ type: v.literal('deploy'), targets: v.array(v.string()) });

/**
 * Uploads the Worker, minified. It keeps the secrets that it has and gets these.
 * @returns the origin at which people reach it
 */
export async function deployWorker(deploy: Deploy, added: Record<string, string>): Promise<string> {
  const scratch = mkdtempSync(join(tmpdir(), 'muster-deploy-'));
  const [report, secrets] = [join(scratch, 'report.ndjson'), join(scratch, 'secrets.json')];
  try {
    const withSecrets = Object.keys(added).length === 0 ? [] : ['--secrets-file', secrets];
    writeFileSync(secrets, JSON.stringify(added), { mode: 0o600 });
    await wrangler(deploy, ['deploy', '--minify', ...withSecrets], { WRANGLER_OUTPUT_FILE_PATH: report });
    for (const line of readFileSync(report, 'utf8').split('\n').filter(Boolean)) {
      const entry = v.safeParse(Deployed, JSON.parse(line));
      const address = entry.success
        ? entry.output.targets.find((it) => it.startsWith('https://'))
        : undefined;
      if (address !== undefined) return new URL(address).origin;
    }
  } finally {
    rmSync(scratch, { recursive: true });
  }
  throw new Error(
    'The Worker is deployed, but at no address. Give wrangler.toml a route or workers_dev = true.',
  );
}

/** Runs wrangler for the account. @throws with its output, and what to do if we know */
export async function wrangler(
  deploy: Deploy,
  args: string[],
  env: Record<string, string> = {},
): Promise<void> {
  const { ok, output } = await run('wrangler', [...args, '--config', deploy.config], {
    env: { ...env, CLOUDFLARE_ACCOUNT_ID: deploy.cloudflare.account },
  });
  if (!ok) throw new Error(withRemedy(output));
}
