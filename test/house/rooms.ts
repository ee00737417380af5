/** The rooms of the house and who may import whom: the one table of it (ARCHITECTURE.md tells why). */

type Room = {
  name: string;
  /** The files that belong to it; the first room that matches is a file's room. */
  files: RegExp;
  /** Files of ours that it may import, by path from the root. */
  imports: RegExp[];
  /** Packages that it may import: a name covers its subpaths. */
  packages: string[];
  /** Files of which it may import types only. */
  types?: RegExp[];
};

const contract = /^worker\/contract\//;
const db = /^worker\/db\//;
const scope = /^worker\/(scope|refusal|bindings|hook)\.ts$/;
/** What a request's declaration needs. */
const route = /^worker\/http\/(door|env|photo|route|writes|session|table)\.ts$/;
const slice = /^worker\/(?!contract|db|live|http)[a-z-]+\//;
const domain = /^worker\/(?!contract|db|live|http)(?:[a-z-]+\/)+(?!(?:[a-z]+-)?routes\.ts)[a-z-]+\.ts$/;
/** A slice with routes about two things has two files of them. */
const routes = /^worker\/(?:[a-z-]+\/)+(?:[a-z]+-)?routes\.ts$/;
/** What a slice may use of the live room: it commits, reads a snapshot's cursor, and asks who may go on listening. */
const commit = /^worker\/live\/(access|commit|replay)\.ts$/;
const ui = /^web\/src\/lib\/ui\//;
const live = /^web\/src\/lib\/live\//;

export const rooms: Room[] = [
  { name: 'contract', files: contract, imports: [contract], packages: ['valibot'] },
  { name: 'db', files: db, imports: [db], packages: ['drizzle-orm'] },
  {
    name: 'live routes',
    files: /^worker\/live\/routes\.ts$/,
    imports: [contract, db, scope, route, /^worker\/live\//],
    packages: ['hono', 'valibot'],
  },
  {
    name: 'live',
    files: /^worker\/live\//,
    imports: [contract, db, scope, /^worker\/live\/(?!routes)/],
    packages: ['valibot', 'cloudflare:workers'],
  },
  {
    name: 'http',
    files: /^worker\/http\//,
    imports: [contract, db, scope, /^worker\/live\/(?!routes)/, /^worker\/http\//],
    packages: ['hono', 'hono-openapi', 'valibot', 'better-auth', 'hucre'],
  },
  { name: 'refusal', files: /^worker\/(refusal|hook)\.ts$/, imports: [contract], packages: [] },
  {
    name: 'bindings',
    files: /^worker\/bindings\.ts$/,
    imports: [],
    types: [/^worker\/live\/channel\.ts$/],
    packages: [],
  },
  {
    name: 'scope',
    files: /^worker\/scope\.ts$/,
    imports: [contract, db, scope, /^worker\/live\/(access|commit|hand-over)\.ts$/],
    packages: ['uuidv7'],
  },
  {
    name: 'the routes of a slice',
    files: routes,
    imports: [contract, scope, route, domain],
    packages: ['hono', 'valibot'],
  },
  {
    name: 'the domain of a slice',
    files: slice,
    imports: [contract, db, scope, commit, domain, /^worker\/http\/table\.ts$/],
    packages: ['drizzle-orm', 'valibot', 'uuidv7', 'better-auth', 'temporal-polyfill'],
  },
  {
    name: 'the API',
    files: /^worker\/(api|slices)\.ts$/,
    imports: [contract, scope, /^worker\/(http|live)\//, /^worker\/slices\.ts$/, routes, domain],
    packages: ['hono', 'valibot'],
  },
  {
    name: 'the Worker',
    files: /^worker\/(index|dev)\.ts$/,
    imports: [
      scope,
      /^worker\/api\.ts$/,
      /^worker\/live\/channel\.ts$/,
      /^worker\/jobs\.ts$/,
      /^worker\/http\/scheme\.ts$/,
      /^web\/\.svelte-kit\/cloudflare\/_worker\.js$/,
    ],
    packages: [],
  },
  {
    name: 'the jobs',
    files: /^worker\/jobs\.ts$/,
    imports: [scope, /^worker\/slices\.ts$/],
    packages: [],
  },
  { name: 'the pages’ declaration', files: /^worker\/pages\.d\.ts$/, imports: [], packages: [] },
  {
    name: 'ui',
    files: ui,
    imports: [ui],
    packages: [
      ...['svelte', 'svelte-sonner', 'bits-ui', '@lucide/svelte', 'mode-watcher'],
      ...['uplot', '@tanstack/svelte-virtual', '@tanstack/svelte-table'],
    ],
  },
  {
    name: 'live pages',
    files: live,
    imports: [live, contract],
    packages: ['svelte', 'valibot'],
  },
  {
    name: 'the pages’ library',
    files: /^web\/src\/lib\//,
    imports: [contract, /^web\/src\/lib\//],
    types: [/^worker\/api\.ts$/],
    packages: [
      ...['svelte', '@sveltejs/kit', '$app', '@lucide/svelte', 'mode-watcher', 'svelte-sonner', 'bits-ui'],
      ...['hono', 'valibot', 'uuidv7', 'set-cookie-parser', 'idb', 'tinykeys', 'papaparse'],
      ...['uqr', 'barcode-detector', 'zxing-wasm', 'leaflet'],
    ],
  },
  {
    name: 'the pages',
    files: /^web\/src\//,
    imports: [contract, /^web\/src\//],
    types: [/^worker\/api\.ts$/],
    packages: [
      ...['svelte', '@sveltejs/kit', '$app', '@lucide/svelte', 'mode-watcher', 'svelte-sonner', 'bits-ui'],
      ...['hono', 'valibot', 'uuidv7'],
    ],
  },
];

/** Names that say nothing of the business. */
export const emptyNames = /^(utils?|helpers?|services?|managers?|common|misc|shared|stuff)$/i;
