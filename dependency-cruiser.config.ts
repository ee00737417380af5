/**
 * Who may import whom: the one table of it. `npm run check` reads every import of `worker/` and `web/src/` against it.
 * dependency-cruiser does not see type imports in `.svelte` files: the compiler has dropped them before.
 */
import type { IConfiguration, IForbiddenRuleType } from 'dependency-cruiser';

type Module = {
  name: string;
  /** Its rule as a sentence, printed with each violation. */
  comment: string;
  /** The files that belong to it, as expressions on the path. A file belongs to the first module that matches. */
  files: string;
  /** Files of ours that it may import. */
  imports: string[];
  /** Files of which it may import types only. */
  types?: string[];
  /** Packages that it may import: a name covers its subpaths. */
  packages: string[];
};

/**
 * A slice may import those before it, in whichever tree, never those after it. What it must set off in a later one is a
 * hook, which `worker/slices.ts` registers.
 */
const slices = [
  'settings',
  'notifications',
  'people',
  'schedules',
  'products',
  'attendance',
  'sessions',
  'sales',
  'reports',
  'journal',
  'system',
];
const anySlice = `(${slices.join('|')})`;

const contract = `^worker/contract/(${anySlice}/|[a-z-]+[.]ts$)`;
const db = '^worker/db/';
const scope = '^worker/(scope|scope-parts|session|refusal|bindings|hook|log)[.]ts$';
const health = '^worker/health[.]ts$';
/** What a route's declaration needs. */
const declaring = '^worker/http/(client|cookies|declare|env|photo|route)[.]ts$';
/** A slice with routes about two things has two files of them. */
const routes = `^worker/${anySlice}/.*routes[.]ts$`;
const domain = `^worker/${anySlice}/(?!.*routes[.]ts$)`;
const liveRoutes = '^worker/live/routes[.]ts$';
const liveWorker = '^worker/live/(?!routes)';
/** What a slice may use of it: it commits, reads a snapshot's cursor, and asks who may go on listening and how a channel is. */
const committing = '^worker/live/(access|commit|decision|epoch|object|replay)[.]ts$';
/** What asks by hook. */
const asking = '^worker/(http/(env|middleware)|live/(access|trim))[.]ts$';
const table = '^worker/http/table[.]ts$';
const api = '^worker/api[.]ts$';
const jobs = '^worker/jobs[.]ts$';
const hooks = '^worker/slices[.]ts$';
const channel = '^worker/live/channel[.]ts$';
const ui = '^web/src/lib/ui/';
const livePages = '^web/src/lib/live/';
const library = `^web/src/lib/(${anySlice}/|(docs|imports|offline|outbox|server|shell)/|[^/]+$)`;
const pages = '^web/src/(?!lib/)';

const components = ['svelte', 'svelte-sonner', 'bits-ui', '@lucide/svelte'];

const modules: Module[] = [
  {
    name: 'contract',
    comment: 'Both sides share the contract, so it imports neither.',
    files: contract,
    imports: [contract],
    packages: ['valibot'],
  },
  {
    name: 'db',
    comment: 'The database module knows nothing that uses it.',
    files: db,
    imports: [db],
    packages: [],
  },
  {
    name: 'live-routes',
    comment: 'The routes of live data know no slice.',
    files: liveRoutes,
    imports: [contract, db, scope, declaring, '^worker/live/'],
    packages: ['hono', 'valibot'],
  },
  {
    name: 'live',
    comment: 'Live data knows neither slices nor HTTP.',
    files: '^worker/live/',
    imports: [contract, db, scope, liveWorker],
    packages: ['valibot', 'cloudflare:workers'],
  },
  {
    name: 'tables',
    comment: 'Only one file writes CSV and spreadsheets, and it knows no domain.',
    files: table,
    imports: [contract],
    packages: ['hucre'],
  },
  {
    name: 'http',
    comment: 'The HTTP module knows no slice.',
    files: '^worker/http/',
    imports: [contract, db, scope, liveWorker, '^worker/http/'],
    packages: ['hono', 'hono-openapi', 'valibot', 'better-auth'],
  },
  {
    name: 'refusal-hook-and-log',
    comment: 'The typed error, hooks and the log know the contract only.',
    files: '^worker/(refusal|hook|log)[.]ts$',
    imports: [contract],
    packages: ['valibot'],
  },
  {
    name: 'bindings',
    comment: 'The bindings load nothing: they name the type of the channel object.',
    files: '^worker/bindings[.]ts$',
    imports: [],
    types: [channel],
    packages: [],
  },
  {
    name: 'scope',
    comment: 'The scope commits and delivers, and knows no slice.',
    files: '^worker/(scope|scope-parts|session)[.]ts$',
    imports: [contract, db, scope, '^worker/live/(access|answers|commit|decision|delivery|object)[.]ts$'],
    packages: ['uuidv7'],
  },
  {
    name: 'routes',
    comment: 'Routes call the domain. They reach neither the database, nor live data, nor other routes.',
    files: routes,
    imports: [contract, scope, declaring, table, domain],
    packages: ['hono', 'valibot'],
  },
  {
    name: 'domain',
    comment: 'The domain knows no HTTP but the writing of tables, and reaches live data only to commit.',
    files: domain,
    imports: [contract, db, scope, committing, table, domain],
    packages: ['drizzle-orm', 'valibot', 'uuidv7', 'better-auth', '@block65/webcrypto-web-push'],
  },
  {
    name: 'api',
    comment: 'The API mounts routes and knows no domain.',
    files: api,
    imports: [contract, scope, '^worker/http/', hooks, liveRoutes],
    packages: ['hono', 'valibot'],
  },
  {
    name: 'hooks',
    comment: 'One file lists the routes, hooks, jobs and retention of all slices.',
    files: hooks,
    imports: [scope, asking, routes, domain],
    packages: ['hono'],
  },
  {
    name: 'entry',
    comment: 'The entries join the API, the pages, the jobs and the channel object.',
    files: '^worker/(index|dev|entry)[.]ts$',
    imports: [
      scope,
      api,
      channel,
      jobs,
      health,
      '^worker/entry[.]ts$',
      '^worker/contract/secrets[.]ts$',
      '^worker/http/(problems|secret)[.]ts$',
      // Not resolved where the pages have not been built.
      'web/[.]svelte-kit/cloudflare/_worker[.]js$',
    ],
    packages: [],
  },
  {
    name: 'restoring',
    comment: 'The Worker of a restore verifies and erases by the slices’ own code.',
    files: '^worker/restoring[.]ts$',
    imports: [
      scope,
      hooks,
      channel,
      '^worker/journal/(chain|verify)[.]ts$',
      '^worker/people/erasure/erase[.]ts$',
    ],
    packages: [],
  },
  {
    name: 'health',
    comment: 'The health check asks a channel object and D1.',
    files: health,
    imports: [scope, '^worker/live/object[.]ts$'],
    packages: [],
  },
  {
    name: 'jobs',
    comment: 'The jobs run what slices list, and leave their runs to one of them.',
    files: jobs,
    imports: [db, scope, hooks, '^worker/system/runs[.]ts$'],
    packages: [],
  },
  {
    name: 'built-pages',
    comment: 'The declaration of the built pages imports nothing.',
    files: '^worker/pages[.]d[.]ts$',
    imports: [],
    packages: [],
  },
  {
    name: 'ui',
    comment: 'The design system knows nothing of ours.',
    files: ui,
    imports: [ui],
    packages: [...components, 'uplot', '@tanstack/svelte-virtual'],
  },
  {
    name: 'live-pages',
    comment: 'Live data in the browser knows no slice and no component.',
    files: livePages,
    imports: [livePages, contract],
    packages: ['svelte', 'valibot'],
  },
  {
    name: 'library',
    comment:
      'The library of the pages knows no page, and of the Worker the contract and the type of the API.',
    files: library,
    imports: [contract, library, ui, livePages],
    types: [api],
    packages: [
      ...components,
      '@sveltejs/kit',
      '$app',
      'hono',
      'valibot',
      'uuidv7',
      'set-cookie-parser',
      'idb',
      'papaparse',
      'uqr',
      'barcode-detector',
      'zxing-wasm',
      'leaflet',
    ],
  },
  {
    name: 'service-worker',
    comment:
      'The service worker knows the contract, how the outbox sends, what pages keep for it, and no page.',
    files: '^web/src/service-worker/',
    imports: [
      contract,
      '^web/src/service-worker/',
      '^web/src/lib/(outbox/(act|queue|names|send|store)|shell/signingOut)[.]ts$',
      '^web/src/lib/offline/(exact|kept|store)[.]ts$',
    ],
    packages: ['$service-worker', 'devalue', 'valibot'],
  },
  {
    name: 'pages',
    comment: 'The pages know of the Worker the contract and the type of the API.',
    files: pages,
    imports: [contract, library, ui, livePages, pages],
    types: [api],
    packages: [...components, '@sveltejs/kit', '$app', 'hono', 'valibot', 'uuidv7'],
  },
];

function importRules({ name, comment, files, imports, types = [], packages }: Module, at: number) {
  const from = { path: files, pathNot: modules.slice(0, at).map((earlier) => earlier.files) };
  const named = packages.map((each) => `(^|node_modules/)${each.replace('$', '[$]')}(/|$)`);
  const rule = { name, comment, severity: 'error', from } as const;
  return [
    { ...rule, to: { pathNot: [...imports, ...types, ...named, '^[.]/[$]types$'] } },
    ...types.map((path) => ({
      ...rule,
      name: `${name}-types-only`,
      to: { path, dependencyTypesNot: ['type-only' as const] },
    })),
  ];
}

const trees = '(worker|worker/contract|web/src/lib)';

const oneWay = slices.slice(0, -1).map((slice, at): IForbiddenRuleType => ({
  name: `one-way-${slice}`,
  comment: `${slice} imports no later slice: a hook in worker/slices.ts sets off what must follow there.`,
  severity: 'error',
  from: { path: `^${trees}/${slice}/` },
  to: { path: slices.slice(at + 1).map((later) => `^${trees}/${later}/`) },
}));

/** Matches each file on `path`, whatever imports it: of none, fewer than one is. */
const noFile = (name: string, comment: string, path: string, pathNot: string[] = []): IForbiddenRuleType => ({
  name,
  comment,
  severity: 'error',
  module: { path, pathNot, numberOfDependentsLessThan: 1 },
  from: { path: '^$' },
});

export default {
  forbidden: [
    ...modules.flatMap(importRules),
    ...oneWay,
    noFile(
      'no-module',
      'Every file belongs to a module of dependency-cruiser.config.ts.',
      '^(worker|web/src)/',
      modules.map(({ files }) => files),
    ),
    noFile(
      'empty-name',
      'A name says something of the business.',
      '^(worker|web/src)/(.*/)?(?i:utils?|helpers?|services?|managers?|common|misc|shared|stuff)[./]',
    ),
    {
      name: 'circle',
      comment: 'Files do not load one another in a circle. Types load nothing.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
  ],
  options: {
    // Type imports count.
    tsPreCompilationDeps: true,
    // The one that knows all aliases.
    tsConfig: { fileName: 'tsconfig.test.json' },
    doNotFollow: { path: ['node_modules', '[.]svelte-kit'] },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.svelte'],
      conditionNames: ['svelte', 'import', 'types', 'default'],
      exportsFields: ['exports'],
    },
  },
} satisfies IConfiguration;
