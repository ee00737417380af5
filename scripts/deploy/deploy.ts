/** Makes what is missing at Cloudflare, migrates, deploys and gives the set-up link. */
import * as v from 'valibot';
import { isAuthSecret, vapidKeysIn } from '../../worker/contract/secrets.ts';
import { faultsIn, migrations } from '../migrations.ts';
import { newAuthSecret, newVapidKeys } from '../place.ts';
import { newSetupLink } from '../workplace.ts';
import { Cloudflare } from './cloudflare.ts';
import { readConfiguration } from './configuration.ts';
import { type Deploy, deployWorker, idIn, preparations } from './steps.ts';
import { survey } from './survey.ts';

type Options = {
  /** The path of wrangler.toml. */
  config: string;
  /** Only says what it would do. */
  dryRun: boolean;
  say: (line: string) => void;
};

/**
 * What is there stays as it is, so it may run again at any time.
 * @throws an `Error` that says what failed and what to do
 */
export async function deploy({ config, dryRun, say }: Options): Promise<void> {
  const given = givenSecrets();
  const faults = faultsIn(migrations());
  if (faults.length > 0) throw new Error(faults.join('\n'));

  const settings = readConfiguration(config);
  const it: Deploy = { cloudflare: await Cloudflare.signIn(settings.account_id), config };
  const found = await survey(it.cloudflare, settings);
  const steps = preparations(it, settings, found);
  const missing = secrets.filter(({ name }) => !found.bound.has(name));
  const words = missing.map(({ name }) => `${given.has(name) ? 'your' : 'new'} ${name}`).join(' and ');
  const last = `deploy the Worker ${settings.name}${words && ` with ${words}`}`;
  if (dryRun) {
    for (const what of [...steps.map((step) => step.what), last]) say(`Would ${what}.`);
    say('Nothing was changed.');
    return;
  }
  for (const { what, does } of steps) {
    say(`… ${what}`);
    const said = await does();
    if (said !== undefined) say(`  ${said}`);
  }
  say(`… ${last}`);
  const made = missing.map(({ name, make }) => [name, given.get(name) ?? make()] as const);
  const origin = await deployWorker(it, Object.fromEntries(made));
  say(await farewell(it, settings.d1_databases[0].database_name, origin));
}

/** What a Worker that lacks it gets. One that is there stays: with another everyone would be signed out, or get no push any more. */
const secrets = [
  {
    name: 'AUTH_SECRET',
    isRight: isAuthSecret,
    make: newAuthSecret,
    wrong: 'AUTH_SECRET is shorter than 32 characters. Unset it to have one made, or give a longer one.',
  },
  {
    name: 'VAPID_KEYS',
    isRight: (text: string) => vapidKeysIn(text) !== undefined,
    make: newVapidKeys,
    wrong: 'VAPID_KEYS is not a public and a private key with a point between. Unset it to have them made.',
  },
] as const;

/** The secrets in the environment, by name. @throws if one has another form */
function givenSecrets(): Map<string, string> {
  const given = new Map<string, string>();
  for (const { name, isRight, wrong } of secrets) {
    const text = process.env[name];
    if (!text) continue;
    if (!isRight(text)) throw new Error(wrong);
    given.set(name, text);
  }
  return given;
}

/** Where Muster is, and the link for its first admin. A public log must not show that link. */
async function farewell({ cloudflare, config }: Deploy, database: string, origin: string): Promise<string> {
  const id = idIn(config, database);
  const [now] = await cloudflare.query(
    id,
    `SELECT (SELECT count(*) FROM people) AS people,
       (SELECT count(*) FROM setup_links WHERE used_at IS NULL AND expires_at > ${String(Date.now())}) AS links`,
    v.object({ people: v.number(), links: v.number() }),
  );
  const here = `Muster is at ${origin}`;
  const another = `npm run setup -- ${origin} --remote`;
  if (!now || now.people > 0) return here;
  if (now.links > 0) return `${here}\nAn earlier set-up link still works. For a new one: ${another}`;
  if (process.env['CI']) return `${here}\nFor the first admin’s link run on your own machine: ${another}`;
  const { token, sql } = newSetupLink();
  await cloudflare.query(id, sql, v.unknown());
  return `${here}\nMake the first admin within 24 hours; this works once:\n  ${origin}/setup#${token}`;
}
