/** A deploy with the real wrangler, against Cloudflare's API on this machine. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deploy } from '../../scripts/deploy/deploy.ts';
import { migrations } from '../../scripts/migrations.ts';
import { config, newVapidKeys, root } from '../../scripts/place.ts';
import { vapidKeysIn } from '../../worker/contract/secrets.ts';
import { account, FakeCloudflare } from './cloudflare.ts';
import { applyTo } from './workplaces.ts';

let cloudflare: FakeCloudflare;
/** A project with our wrangler.toml and a small Worker in place of ours. */
let project: string;
const toml = () => readFileSync(join(project, 'wrangler.toml'), 'utf8');
const edit = (from: string | RegExp, to: string) => {
  writeFileSync(join(project, 'wrangler.toml'), toml().replace(from, to));
};

beforeEach(async () => {
  cloudflare = await FakeCloudflare.start();
  project = mkdtempSync(join(tmpdir(), 'muster-project-'));
  writeFileSync(join(project, 'wrangler.toml'), readFileSync(config));
  edit(/^command = .*/m, 'command = "true"');
  edit(/^directory = .*/m, 'directory = "pages"');
  for (const folder of ['worker', 'pages', 'home']) mkdirSync(join(project, folder));
  const worker = 'export class Channel {}\nexport default {\n  fetch: () => new Response("ok"),\n};\n';
  writeFileSync(join(project, 'worker', 'index.ts'), worker);
  symlinkSync(join(root, 'migrations'), join(project, 'migrations'));
  const variables = {
    CLOUDFLARE_API_BASE_URL: cloudflare.url,
    CLOUDFLARE_API_TOKEN: account.token,
    CLOUDFLARE_ACCOUNT_ID: '',
    AUTH_SECRET: '',
    VAPID_KEYS: '',
    CI: '',
    // Where wrangler keeps a person's sign-in: there is none.
    HOME: join(project, 'home'),
    XDG_CONFIG_HOME: join(project, 'home'),
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
});

afterEach(() => {
  vi.unstubAllEnvs();
  cloudflare.stop();
  rmSync(project, { recursive: true });
});

/** What a deploy says. */
async function deployed({ dryRun = false } = {}): Promise<string> {
  const lines: string[] = [];
  const say = (line: string) => lines.push(line);
  await deploy({ config: join(project, 'wrangler.toml'), dryRun, say });
  return lines.join('\n');
}
const secret = (of = 'AUTH_SECRET') =>
  cloudflare.workers.get('muster')?.bindings.find(({ name }) => name === of)?.text;
const databaseId = () => [...cloudflare.databases.keys()].join();
/** As an earlier deploy leaves it. */
const migratedDatabase = () => {
  applyTo(cloudflare.addDatabase('muster').sqlite, migrations());
};

describe('the first deploy', () => {
  it('makes database and bucket, migrates, places, makes a secret, and gives a link that sets up', async () => {
    const said = await deployed();
    expect(toml()).toContain(`\ndatabase_id = "${databaseId()}"`);
    expect(toml()).toMatch(/^preview_database_id = "0{8}-/m); // this machine keeps its own
    expect(toml()).toContain('\n[placement]\nregion = "aws:eu-central-1"\n');
    expect(toml()).toContain('\nCHANNEL_LOCATION = "weur"\n');
    expect([...cloudflare.buckets]).toEqual(['muster-photos']);
    expect(cloudflare.rows('SELECT name FROM d1_migrations ORDER BY name')).toEqual(
      migrations().map(({ name }) => ({ name })),
    );
    const worker = cloudflare.workers.get('muster');
    expect(worker).toMatchObject({ placement: { region: 'aws:eu-central-1' }, limits: { cpu_ms: 30_000 } });
    expect(worker?.script).toContain('fetch:');
    expect(worker?.script).not.toContain('\n  fetch:'); // minified
    expect(secret()).toMatch(/^[0-9a-f]{64}$/);
    expect(vapidKeysIn(secret('VAPID_KEYS'))).toBeDefined();
    const [, token = ''] = /https:\/\/muster\.harbour\.workers\.dev\/setup#(\w+)/.exec(said) ?? [];
    const hash = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(token))).toString('hex');
    expect(cloudflare.rows('SELECT hash FROM setup_links')).toEqual([{ hash }]);
  });

  it('says beforehand what it would do, and does nothing', async () => {
    const before = toml();
    const all = migrations().map(({ name }) => name);
    expect(await deployed({ dryRun: true })).toBe(
      [
        'Would make the D1 database muster and write its id into wrangler.toml.',
        'Would make the R2 bucket muster-photos.',
        'Would write placement.region into wrangler.toml, beside the database muster.',
        `Would apply to muster: ${all.join(', ')}.`,
        'Would deploy the Worker muster with new AUTH_SECRET and new VAPID_KEYS.',
        'Nothing was changed.',
      ].join('\n'),
    );
    expect(cloudflare.writes).toEqual([]);
    expect(toml()).toBe(before);
  });

  it('uses what is there and a secret that is given, and shows no link in a public log', async () => {
    const { uuid } = cloudflare.addDatabase('muster');
    cloudflare.buckets.add('muster-photos');
    cloudflare.region = 'OC';
    const keys = newVapidKeys();
    vi.stubEnv('AUTH_SECRET', 'x'.repeat(32));
    vi.stubEnv('VAPID_KEYS', keys);
    vi.stubEnv('CI', 'true');
    const said = await deployed();
    expect(databaseId()).toBe(uuid);
    expect(toml()).toContain(`database_id = "${uuid}"`);
    expect(toml()).toContain('region = "aws:ap-southeast-2"');
    expect(cloudflare.writes).not.toContain('POST /r2/buckets');
    expect(secret()).toBe('x'.repeat(32));
    expect(secret('VAPID_KEYS')).toBe(keys);
    expect(said).toContain('npm run setup -- https://muster.harbour.workers.dev --remote');
    expect(said).not.toContain('#');
    expect(cloudflare.rows('SELECT * FROM setup_links')).toEqual([]);
  });
});

it('a second deploy changes nothing but the Worker', async () => {
  await deployed();
  const both = () => [secret(), secret('VAPID_KEYS')];
  const before = { toml: toml(), secrets: both(), links: cloudflare.rows('SELECT * FROM setup_links') };
  cloudflare.writes = [];
  expect(await deployed({ dryRun: true })).toBe('Would deploy the Worker muster.\nNothing was changed.');
  expect(await deployed()).toContain('An earlier set-up link still works.');
  expect({ toml: toml(), secrets: both(), links: cloudflare.rows('SELECT * FROM setup_links') }).toEqual(
    before,
  );
  expect(cloudflare.writes.filter((it) => !it.includes(' /workers/scripts/muster/'))).toEqual([]);
});

it('a Worker of a release without pushes gets their keys, and keeps its secret', async () => {
  migratedDatabase();
  const before = { name: 'AUTH_SECRET', type: 'secret_text', text: 'x'.repeat(64) };
  cloudflare.workers.set('muster', { bindings: [before], script: 'an earlier release' });
  expect(await deployed({ dryRun: true })).toContain('Would deploy the Worker muster with new VAPID_KEYS.');
  await deployed();
  expect(cloudflare.workers.get('muster')?.script).toContain('fetch:');
  expect(vapidKeysIn(secret('VAPID_KEYS'))).toBeDefined();
  expect(secret()).toBe(before.text);
});

it('a deploy that failed half-way goes on where it stopped', async () => {
  cloudflare.failures.set('POST /r2/buckets', [500, 10001, 'An internal error']);
  await expect(deployed()).rejects.toThrow('Cloudflare has a fault.');
  const id = databaseId();
  cloudflare.failures.clear();
  expect(await deployed()).toContain('/setup#');
  expect(databaseId()).toBe(id);
});

/** The fault of the account, and the words of the deploy. */
const faults: [what: string, fault: () => void, words: string][] = [
  [
    'nobody is signed in',
    () => vi.stubEnv('CLOUDFLARE_API_TOKEN', ''),
    'You are not signed in to Cloudflare. Run: npx wrangler login.',
  ],
  [
    'the token is not valid',
    () => vi.stubEnv('CLOUDFLARE_API_TOKEN', 'another'),
    'The token is not valid or has expired.',
  ],
  [
    'the token shows no account',
    () => (cloudflare.accounts = []),
    'The sign-in lacks a right. Give the token these rights',
  ],
  [
    'the token lacks a right',
    () => cloudflare.failures.set('POST /d1/database', [403, 10000, 'Authentication error']),
    'Account Settings: Read, D1: Edit, Workers R2 Storage: Edit, Workers Scripts: Edit',
  ],
  [
    'there are several accounts',
    () => cloudflare.accounts.push({ id: 'a2', name: 'Another Clinic' }),
    'Choose one by CLOUDFLARE_ACCOUNT_ID=… before the command:\n  a1  Harbour Clinic\n  a2  Another Clinic',
  ],
  [
    'Cloudflare is out of reach',
    () => vi.stubEnv('CLOUDFLARE_API_BASE_URL', 'http://127.0.0.1:9/client/v4'),
    'Cloudflare could not be reached. Check the network',
  ],
  [
    'R2 is not enabled',
    () =>
      cloudflare.failures.set('GET /r2/buckets/muster-photos', [
        403,
        10042,
        'Please enable R2 through the Cloudflare Dashboard.',
      ]),
    'R2 is not enabled in this account. Open R2 in the dashboard once',
  ],
  [
    'another Worker has the name',
    () =>
      cloudflare.workers.set('muster', {
        bindings: [{ name: 'KV', type: 'kv_namespace' }],
        script: 'theirs',
      }),
    'a Worker named muster that is not Muster. Choose another name in wrangler.toml',
  ],
  [
    'another database has the name',
    () => {
      cloudflare.addDatabase('muster').sqlite.exec('CREATE TABLE theirs (id TEXT)');
    },
    'a database named muster that is not Muster’s. Choose another name in wrangler.toml',
  ],
  [
    'a database takes the name meanwhile',
    () =>
      cloudflare.failures.set('POST /d1/database', [
        400,
        7502,
        'A database with that name already exists: muster',
      ]),
    'That name is taken in this account. Choose another one in wrangler.toml',
  ],
  [
    'wrangler.toml names a database of another account',
    () => {
      edit(/database_id = "[^"]*"/, 'database_id = "01a1fb95-a2d3-703e-9912-257fbb69536f"');
    },
    'which is not in this account. Sign in to its account',
  ],
  [
    'the given secret is short',
    () => vi.stubEnv('AUTH_SECRET', 'x'.repeat(31)),
    'AUTH_SECRET is shorter than 32 characters.',
  ],
  [
    'the given keys have another form',
    () => vi.stubEnv('VAPID_KEYS', 'only-one'),
    'VAPID_KEYS is not a public and a private key with a point between.',
  ],
];

it.each(faults)('when %s, a deploy says what to do, and deploys nothing', async (_, fault, words) => {
  fault();
  await expect(deployed()).rejects.toThrow(words);
  expect(cloudflare.workers.get('muster')?.script ?? 'theirs').toBe('theirs');
});

it.each<[what: string, request: string, failure: [number, number, string], words: string]>([
  [
    'Workers Paid',
    'PUT /workers/scripts/muster',
    [400, 100328, 'CPU limits are not supported for the Free plan.'],
    'This account has no Workers Paid plan, which Muster needs.',
  ],
  [
    'an address',
    'GET /workers/subdomain',
    [404, 10007, 'You do not have a workers.dev subdomain.'],
    'This account has no workers.dev address yet.',
  ],
])('without %s, wrangler’s failure says what to do', async (_, request, failure, words) => {
  migratedDatabase();
  cloudflare.failures.set(request, failure);
  await expect(deployed()).rejects.toThrow(words);
});
