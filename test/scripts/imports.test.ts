import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { root } from '../../scripts/place.ts';
import { run } from '../../scripts/run.ts';

/** Each file breaks the named rule. */
const wrong: [rule: string, what: string, path: string, text: string][] = [
  ['contract', 'a contract that reads the database', 'worker/contract/a.ts', `import '../db/queries';`],
  ['contract', 'a contract with another package', 'worker/contract/b.ts', `import 'hono';`],
  ['contract', 'a contract with a module of Node', 'worker/contract/c.ts', `import 'node:fs';`],
  ['db', 'a database that knows HTTP', 'worker/db/a.ts', `import '../http/route';`],
  ['live', 'live data that knows a slice', 'worker/live/a.ts', `import '../people/list';`],
  ['live', 'live data that knows HTTP', 'worker/live/b.ts', `import '../http/route';`],
  ['live', 'live data that knows its routes', 'worker/live/c.ts', `import './routes';`],
  ['live-routes', 'live routes that know a slice', 'worker/live/routes.ts', `import '../people/list';`],
  ['http', 'HTTP that knows a slice', 'worker/http/a.ts', `import '../people/list';`],
  ['refusal-hook-and-log', 'an error that reads the database', 'worker/refusal.ts', `import './db/queries';`],
  [
    'bindings-types-only',
    'bindings that load the object',
    'worker/bindings.ts',
    `import './live/channel'; import type { Channel } from './live/channel';`,
  ],
  ['scope', 'a scope that knows a slice', 'worker/scope.ts', `import './people/list';`],
  ['domain', 'a domain that knows the object', 'worker/people/a.ts', `import '../live/channel';`],
  ['domain', 'a domain that delivers by itself', 'worker/people/b.ts', `import '../live/delivery';`],
  ['domain', 'a domain that knows HTTP', 'worker/people/c.ts', `import '../http/route';`],
  ['domain', 'a domain that knows routes', 'worker/people/photos/d.ts', `import '../routes';`],
  ['routes', 'routes that know other routes', 'worker/sales/routes.ts', `import '../people/routes';`],
  [
    'routes',
    'routes that know the type of other routes',
    'worker/sales/orders/routes.ts',
    `import type { a } from '../../people/routes';`,
  ],
  ['routes', 'routes that read the database', 'worker/sales/cash-routes.ts', `import '../db/queries';`],
  ['tables', 'a table that knows a slice', 'worker/http/table.ts', `import '../people/list';`],
  ['api', 'an API that knows a domain', 'worker/api.ts', `import './people/list';`],
  ['entry', 'an entry that knows a slice', 'worker/index.ts', `import './people/list';`],
  ['jobs', 'jobs that know a slice', 'worker/jobs.ts', `import './people/list';`],
  ['hooks', 'a list of hooks that reads the database', 'worker/slices.ts', `import './db/queries';`],
  ['built-pages', 'a declaration that imports', 'worker/pages.d.ts', `import './people/list';`],
  [
    'ui',
    'a component of ui that knows the contract',
    'web/src/lib/ui/A.svelte',
    `<script lang="ts">import { people } from '$contract/people'; const it: string = people;</script>{it}`,
  ],
  ['ui', 'a part of ui that knows a slice', 'web/src/lib/ui/b.ts', `import '$lib/people/words';`],
  ['live-pages', 'live data that knows ui', 'web/src/lib/live/a.ts', `import '$lib/ui/tone';`],
  ['library', 'a library that knows a page', 'web/src/lib/a.ts', `import '../routes/+page';`],
  ['library-types-only', 'a library that loads the API', 'web/src/lib/b.ts', `import '$api';`],
  ['library', 'a library that knows the Worker', 'web/src/lib/c.ts', `import '../../../worker/jobs';`],
  [
    'service-worker',
    'a service worker that knows more of the pages than what they keep for it',
    'web/src/service-worker/a.ts',
    `import '$lib/offline/PageKeeper';`,
  ],
  ['pages-types-only', 'a page that loads the API', 'web/src/routes/a.ts', `import { api } from '$api';`],
  [
    'pages',
    'a page that loads the Worker lazily',
    'web/src/routes/B.svelte',
    `<script lang="ts">void import('../../../worker/people/list');</script>`,
  ],
  ['no-module', 'a file outside every module', 'worker/loose.ts', ''],
  ['no-module', 'a folder that is no slice', 'worker/orders/a.ts', ''],
  ['no-module', 'such a folder of the contract', 'worker/contract/orders/a.ts', ''],
  ['no-module', 'such a folder of the library', 'web/src/lib/orders/A.svelte', ''],
  ['one-way-people', 'a later slice', 'worker/people/later.ts', `import '../sales/due';`],
  ['one-way-people', 'its contract', 'worker/people/e.ts', `import '../contract/sales/moves';`],
  [
    'one-way-settings',
    'a later slice of the contract, as a type',
    'worker/contract/settings/a.ts',
    `import type { a } from '../sales/moves';`,
  ],
  [
    'one-way-reports',
    'a later slice of the library',
    'web/src/lib/reports/A.svelte',
    `<script lang="ts">import '$lib/journal/words';</script>`,
  ],
  ['empty-name', 'a file with an empty name', 'worker/people/Utils.ts', ''],
  ['empty-name', 'a folder with an empty name', 'web/src/lib/people/shared/a.ts', ''],
  ['circle', 'a file that loads what loads it', 'worker/people/one.ts', `import './two';`],
];

/** Allowed files, which the wrong ones import. */
const right: Record<string, string> = {
  'worker/contract/people.ts': `import 'valibot'; export const people = 'people';`,
  'worker/db/queries.ts': '',
  'worker/http/route.ts': `import 'hono';`,
  'worker/live/channel.ts': `import 'cloudflare:workers'; import type { Env } from '../bindings';`,
  'worker/live/delivery.ts': '',
  'worker/people/list.ts': `import type { a } from './rows'; import '../contract/people';`,
  'worker/people/rows.ts': `import './list';`,
  'worker/contract/sales/moves.ts': '',
  'worker/sales/due.ts': `import '../people/list'; import type { a } from '../settings/settings';`,
  'worker/settings/settings.ts': '',
  'worker/people/two.ts': `import type { a } from './one'; void import('./one');`,
  'worker/people/routes.ts': `import './list'; import '../http/route';`,
  'web/src/routes/+page.ts': `import type { Api } from '$api'; import './$types'; import '$app/paths';`,
  'web/src/lib/people/words.ts': `import type { Api } from '$api';`,
  'web/src/lib/journal/words.ts': `import '$lib/reports/words'; import '$lib/ui/tone';`,
  'web/src/lib/reports/words.ts': '',
  'web/src/lib/ui/tone.ts': '',
  // A tsconfig without files is an error.
  'test/worker/a.ts': '',
};

const Cruise = v.object({
  summary: v.object({
    violations: v.array(v.object({ from: v.string(), rule: v.object({ name: v.string() }) })),
  }),
});
let broken: string[] = [];
const place = mkdtempSync(join(tmpdir(), 'muster-imports-'));

beforeAll(async () => {
  const files = { ...right, ...Object.fromEntries(wrong.map(([, , path, text]) => [path, text])) };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(place, path)), { recursive: true });
    writeFileSync(join(place, path), text);
  }
  for (const each of ['tsconfig.base.json', 'tsconfig.test.json', 'package.json'])
    cpSync(join(root, each), join(place, each));
  symlinkSync(join(root, 'node_modules'), join(place, 'node_modules'));
  const config = join(root, 'dependency-cruiser.config.ts');
  const { output } = await run('depcruise', ['-c', config, '-T', 'json', 'worker', 'web/src'], {
    cwd: place,
  });
  const { violations } = v.parse(Cruise, JSON.parse(output)).summary;
  broken = violations.map(({ from, rule }) => `${rule.name}: ${from}`);
});

afterAll(() => {
  rmSync(place, { recursive: true });
});

it.each(wrong)('the rule %s refuses %s', (rule, _, path) => {
  expect(broken).toContain(`${rule}: ${path}`);
});

it('no rule refuses an allowed import', () => {
  expect(new Set(broken)).toEqual(new Set(wrong.map(([rule, , path]) => `${rule}: ${path}`)));
});
