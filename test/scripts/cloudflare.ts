/**
 * Cloudflare's API on this machine, as far as a deploy uses it: accounts, D1 over SQLite, R2 buckets, Workers with their secrets.
 * Like the real one, D1's endpoint splits SQL at every semicolon.
 */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';

interface Binding {
  name: string;
  type: string;
  text?: string;
}
export interface Metadata {
  bindings: Binding[];
  keep_bindings?: string[];
  placement?: { region: string };
  limits?: { cpu_ms: number };
}
type Failure = [status: number, code: number, message: string];
type Reply = { result: unknown } | { failure: Failure };

const ACCOUNT = 'a1';
const TOKEN = 'a-token';
const missing: Reply = { failure: [404, 10007, 'This does not exist.'] };
const reply = (result: unknown): Reply => ({ result });

export class FakeCloudflare {
  accounts = [{ id: ACCOUNT, name: 'Harbour Clinic' }];
  region = 'WEUR';
  readonly databases = new Map<string, { uuid: string; name: string; sqlite: DatabaseSync }>();
  readonly buckets = new Set<string>();
  readonly workers = new Map<string, Metadata & { script: string }>();
  /** Failures by method and path below the account. */
  readonly failures = new Map<string, Failure>();
  /** Each request that could change something, without its query. */
  writes: string[] = [];
  readonly #server: Server = createServer((request, response) => {
    void this.#answer(request).then((it) => {
      const [status, code, message] = 'failure' in it ? it.failure : [200, 0, ''];
      const errors = status === 200 ? [] : [{ code, message }];
      response.writeHead(status, { 'Content-Type': 'application/json' });
      const result = 'result' in it ? it.result : null;
      response.end(JSON.stringify({ success: status === 200, errors, messages: [], result }));
    });
  });

  static async start(): Promise<FakeCloudflare> {
    const it = new FakeCloudflare();
    await new Promise<void>((resolve) => it.#server.listen(0, '127.0.0.1', resolve));
    return it;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}/client/v4`;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  addDatabase(name: string): { uuid: string; sqlite: DatabaseSync } {
    const uuid = crypto.randomUUID();
    const it = { uuid, name, sqlite: new DatabaseSync(':memory:') };
    this.databases.set(uuid, it);
    return it;
  }

  /** The rows of a statement in the only database. */
  rows(sql: string): unknown[] {
    const [database] = this.databases.values();
    return database?.sqlite.prepare(sql).all() ?? [];
  }

  async #answer(request: IncomingMessage): Promise<Reply> {
    const body = await text(request);
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
    const path = pathname.replace('/client/v4', '').replace(`/accounts/${ACCOUNT}/`, '/');
    const what = `${request.method ?? ''} ${path}`;
    const isRead = request.method === 'GET' || (path.endsWith('/query') && /^\{"sql":"SELECT/.test(body));
    if (!isRead) this.writes.push(what);
    if (request.headers.authorization !== `Bearer ${TOKEN}`)
      return { failure: [401, 1000, 'Invalid API Token'] };
    const failure = this.failures.get(what);
    if (failure) return { failure };
    return this.#route(what, body, searchParams);
  }

  #route(what: string, body: string, query: URLSearchParams): Reply {
    const [method, path = ''] = what.split(' ');
    const [, first, second, third = '', fourth] = path.split('/');
    if (path === '/accounts') return reply(this.accounts);
    if (first === 'd1') return this.#d1(method, third, fourth, body, query.get('name'));
    if (first === 'r2') return this.#r2(method, third, body);
    if (path === '/workers/subdomain') return reply({ subdomain: 'harbour' });
    if (second === 'scripts') return this.#script(method, third, fourth, body);
    // wrangler's other questions about a Worker.
    const worker = this.workers.get(third);
    if (second === 'workers' && worker)
      return reply({ id: 'w', name: third, subdomain: { enabled: true, previews_enabled: false } });
    if (second === 'services' && worker) {
      const script = { id: third, last_deployed_from: 'wrangler', migration_tag: 'v1' };
      return reply({ id: third, default_environment: { environment: 'production', script } });
    }
    return missing;
  }

  #d1(method = '', id: string, verb: string | undefined, body: string, named: string | null): Reply {
    const shown = ({ uuid, name }: { uuid: string; name: string }) => ({
      ...{ uuid, name, running_in_region: this.region },
    });
    if (id === '' && method === 'GET')
      return reply([...this.databases.values()].filter(({ name }) => name === named).map(shown));
    if (id === '') {
      const { name } = JSON.parse(body) as { name: string };
      const { uuid } = this.addDatabase(name);
      return reply({ uuid, name });
    }
    const found = this.databases.get(id);
    if (!found) return missing;
    if (verb !== 'query') return reply(shown(found));
    try {
      const { sql } = JSON.parse(body) as { sql: string };
      const results = sql
        .split(';')
        .filter((statement) => statement.trim() !== '')
        .map((statement) => ({ results: found.sqlite.prepare(statement).all(), success: true, meta: {} }));
      return reply(results);
    } catch (error) {
      return { failure: [400, 7500, String(error)] };
    }
  }

  #r2(method: string | undefined, name: string, body: string): Reply {
    if (method === 'GET') return this.buckets.has(name) ? reply({ name }) : missing;
    this.buckets.add((JSON.parse(body) as { name: string }).name);
    return reply({});
  }

  #upload(name: string, body: string): void {
    const [, metadata = '{}'] = /name="metadata"\r\n\r\n(.*)\r\n/.exec(body) ?? [];
    const it = JSON.parse(metadata) as Metadata;
    // The real one keeps secrets in the same way, but never shows their text.
    const before = this.workers.get(name)?.bindings ?? [];
    const kept = before.filter(({ type }) => it.keep_bindings?.includes(type));
    this.workers.set(name, { ...it, bindings: [...it.bindings, ...kept], script: body });
  }

  #script(method: string | undefined, name: string, part: string | undefined, body: string): Reply {
    const worker = this.workers.get(name);
    // wrangler puts a new Worker, and posts a version of one that is there.
    const isVersion = method === 'POST' && part === 'versions';
    if (isVersion || (method === 'PUT' && part === undefined)) {
      this.#upload(name, body);
      return reply({ id: name, startup_time_ms: 1, resources: { script: { etag: 'e' } } });
    }
    if (part === 'assets-upload-session') return reply({ jwt: 'a.b.c', buckets: [] });
    if (!worker) return missing;
    const bindings = worker.bindings.map(({ name: bound, type }) => ({ name: bound, type }));
    if (part === 'settings') return reply({ bindings, migration_tag: 'v1' });
    if (part === 'secrets') return reply(bindings.filter(({ type }) => type === 'secret_text'));
    if (part === 'subdomain') return reply({ enabled: true, previews_enabled: false });
    if (part === 'script-settings') return reply({});
    if (part === 'schedules') return reply({ schedules: [] });
    if (part === 'deployments') return reply({ deployments: [] });
    return missing;
  }
}

export const account = { id: ACCOUNT, token: TOKEN };
