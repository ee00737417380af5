/**
 * Serves the built Worker on this machine: pages, API, objects and database in Cloudflare's own runtime, without the development
 * proxy. `npm start`, the benchmarks, the browser tests and the screenshots use it.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare, type Request, type Response } from 'miniflare';
import { unstable_getMiniflareWorkerOptions } from 'wrangler';
import { isAuthSecret } from '../worker/contract/secrets.ts';
import { everyMinute } from './cron.ts';
import { migrate, type Database } from './migrate.ts';
import { config, databases, root } from './place.ts';
import { crons } from './settings.ts';

/** What runs around the Worker on this machine, where production's edge would. */
const around = (name: string): string => readFileSync(join(root, 'scripts', name), 'utf8');

export type Served = {
  /** `http://localhost:<port>` */
  origin: string;
  port: number;
  db: Database;
  /** Runs the scheduled jobs now, in addition to every minute. */
  runJobs: () => Promise<void>;
  /** Lets every object finish and ends the runtime. */
  close(): Promise<void>;
};

/** The output of a build. */
export type Build = { worker: string; pages: string };

type Options = {
  /** 0 takes any free port. */
  port: number;
  /** The folder that keeps the data. */
  state: string;
  /** Variables and secrets, over those of wrangler.toml. */
  vars: { AUTH_SECRET: string } & Record<string, string>;
  /** The output of `build()` if missing. */
  build?: Build;
  /** Opens the runtime's inspector there. */
  inspectorPort?: number;
  /** Answers what the Worker asks other hosts; they do if missing. */
  elsewhere?: (request: Request) => Promise<Response>;
};

/**
 * Serves a build to this machine only, after all migrations.
 * @throws if the secret is missing or short
 */
export async function serve({
  port,
  state,
  vars,
  build,
  inspectorPort,
  elsewhere,
}: Options): Promise<Served> {
  if (!isAuthSecret(vars.AUTH_SECRET))
    throw new Error('AUTH_SECRET is missing or shorter than 32 characters. Give it 32 random ones or more.');
  // The bundle is complete, and the runtime refuses rules for further modules.
  const {
    modulesRules: _rules,
    assets,
    ...worker
  } = unstable_getMiniflareWorkerOptions(config).workerOptions;
  const compatibilityDate = String(worker['compatibilityDate']);
  const entry = build?.worker ?? join(root, 'dist', 'index.js');
  const rootPath = build ? dirname(entry) : root;
  const beside = (name: string): string => join(dirname(entry), name);
  const options = convertV4MiniflareOptions({
    workers: [
      {
        ...worker,
        name: 'muster',
        rootPath,
        modules: [
          { type: 'ESModule', path: beside('local.mjs'), contents: around('local.mjs') },
          { type: 'ESModule', path: entry },
        ],
        bindings: Object.assign({}, worker.bindings, vars, {
          ADDRESS_HEADER: process.env['ADDRESS_HEADER'] ?? '',
        }),
        serviceBindings: { SITE: 'files', FILES: { name: 'files', entrypoint: 'Files' } },
        // The runtime's own limiter is an object that writes to disk.
        ratelimits: {},
        ...(elsewhere && { outboundService: elsewhere }),
        // Objects keep nothing, so they need no files.
        unsafeEphemeralDurableObjects: true,
        // Miniflare's proxy would hold every socket a second time.
        unsafeDirectSockets: [{ host: '127.0.0.1', port }],
      },
      {
        name: 'files',
        rootPath,
        compatibilityDate,
        modules: [{ type: 'ESModule', path: beside('files.mjs'), contents: around('files.mjs') }],
        assets: Object.assign({}, assets, build && { directory: build.pages }),
        serviceBindings: { SITE: 'files', PAGES: { name: 'muster', entrypoint: 'Pages' } },
      },
    ],
    ...(inspectorPort !== undefined && { inspectorPort }),
    port: 0,
    host: '127.0.0.1',
    cf: false,
    log: new Log(LogLevel.WARN),
  });
  const miniflare = new Miniflare({ ...options, resourcePersistencePath: databases(state) });
  const address = await miniflare.unsafeGetDirectURL('muster');
  const db = await miniflare.getD1Database('DB');
  await migrate(db);

  // Miniflare restarts a runtime that crashed, and then the handles of the former one throw: each run takes a new one.
  const fire = async (cron: string, scheduledTime: Date): Promise<void> => {
    const handler = await miniflare.getWorker();
    await handler.scheduled({ cron, scheduledTime });
  };
  const stopCrons = everyMinute(crons, fire);
  return {
    origin: `http://localhost:${address.port}`,
    port: Number(address.port),
    db,
    runJobs: () => fire(crons[0] ?? '', new Date()),
    close: () => {
      stopCrons();
      return miniflare.dispose();
    },
  };
}
