/**
 * Cloudflare's API on this machine, as far as our scripts use it: accounts, D1 over SQLite, R2 buckets, Workers with their secrets.
 * Like the real one, D1's endpoint splits SQL at every semicolon.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { buffer } from 'node:stream/consumers';
import { exported, imported } from './exports.ts';

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
type Raw = { bytes: Buffer; etag: string };
type Reply = { result: unknown; cursor?: string } | { failure: Failure } | Raw;
export interface StoredObject {
  bytes: Buffer;
  type: string | undefined;
}

const ACCOUNT = 'a1';
const TOKEN = 'a-token';
const missing: Reply = { failure: [404, 10007, 'This does not exist.'] };
const reply = (result: unknown): Reply => ({ result });
const md5 = (bytes: Buffer): string => createHash('md5').update(bytes).digest('hex');
/** Objects in one page of a list. */
const PAGE = 2;

export class FakeCloudflare {
  accounts = [{ id: ACCOUNT, name: 'Harbour Clinic' }];
  region = 'WEUR';
  readonly databases = new Map<string, { uuid: string; name: string; sqlite: DatabaseSync }>();
  readonly buckets = new Set<string>();
  /** By key, of all buckets. */
  readonly objects = new Map<string, StoredObject>();
  /** Requests about objects that are refused at first, as too many. */
  busy = 0;
  readonly workers = new Map<string, Metadata & { script: string }>();
  /** Failures by method and path below the account. */
  readonly failures = new Map<string, Failure>();
  /** Each request that could change something, without its query. */
  writes: string[] = [];
  readonly #server: Server = createServer((request, response) => {
    void this.#answer(request).then((it) => {
      if ('bytes' in it) {
        response.writeHead(200, { etag: `"${it.etag}"` });
        response.end(it.bytes);
        return;
      }
      const [status, code, message] = 'failure' in it ? it.failure : [200, 0, ''];
      const errors = status === 200 ? [] : [{ code, message }];
      response.writeHead(status, { 'Content-Type': 'application/json', 'Retry-After': '0' });
      const [result, cursor] = 'result' in it ? [it.result, it.cursor] : [null];
      const result_info = { cursor, is_truncated: cursor !== undefined };
      response.end(JSON.stringify({ success: status === 200, errors, messages: [], result, result_info }));
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
    const bytes = await buffer(request);
    const body = bytes.toString();
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
    const path = pathname.replace('/client/v4', '').replace(`/accounts/${ACCOUNT}/`, '/');
    const what = `${request.method ?? ''} ${path}`;
    if (path.startsWith('/files/')) return this.#file(request.method, path, bytes);
    const isQuery = path.endsWith('/export') || (path.endsWith('/query') && /^\{"sql":"SELECT/.test(body));
    const isRead = request.method === 'GET' || isQuery;
    if (!isRead) this.writes.push(what);
    if (request.headers.authorization !== `Bearer ${TOKEN}`)
      return { failure: [401, 1000, 'Invalid API Token'] };
    const failure = this.failures.get(what);
    if (failure) return { failure };
    const [, key] = /^\/r2\/buckets\/[^/]+\/objects\/?(.*)/.exec(path) ?? [];
    if (key !== undefined)
      return this.#object(request, decodeURIComponent(key), bytes, Number(searchParams.get('cursor') ?? 0));
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
    if (verb === 'export') {
      this.#files.set('export', exported(found.sqlite));
      const result = { filename: 'export.sql', signed_url: `${this.url}/files/export` };
      return reply({ success: true, status: 'complete', messages: [], result });
    }
    if (verb === 'import') return this.#import(found.sqlite, body);
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

  /** What the signed addresses of exports and imports hold. */
  readonly #files = new Map<string, Buffer>();

  #file(method = '', path: string, bytes: Buffer): Reply {
    const name = path.slice('/files/'.length);
    if (method === 'PUT') this.#files.set(name, bytes);
    const stored = this.#files.get(name);
    return stored ? { bytes: method === 'PUT' ? Buffer.of() : stored, etag: md5(stored) } : missing;
  }

  #import(sqlite: DatabaseSync, body: string): Reply {
    if ((JSON.parse(body) as { action: string }).action === 'init')
      return reply({ upload_url: `${this.url}/files/import`, filename: 'import' });
    try {
      const num_queries = imported(sqlite, String(this.#files.get('import')));
      const meta = { duration: 1, rows_read: 0, rows_written: 0, size_after: 0 };
      const result = { num_queries, final_bookmark: 'b', meta };
      return reply({ success: true, status: 'complete', messages: [], result });
    } catch (error) {
      return reply({ success: true, status: 'error', messages: [], errors: [String(error)] });
    }
  }

  #object(request: IncomingMessage, key: string, bytes: Buffer, from: number): Reply {
    if (this.busy > 0) {
      this.busy -= 1;
      return { failure: [429, 971, 'Please wait and consider throttling your request speed'] };
    }
    const stored = this.objects.get(key);
    if (request.method === 'PUT') this.objects.set(key, { bytes, type: request.headers['content-type'] });
    if (request.method === 'DELETE') this.objects.delete(key);
    if (request.method !== 'GET') return reply({ key });
    if (key !== '') return stored ? { bytes: stored.bytes, etag: md5(stored.bytes) } : missing;
    const listed = [...this.objects].map(([each, it]) => ({
      key: each,
      etag: md5(it.bytes),
      http_metadata: it.type === undefined ? {} : { contentType: it.type },
    }));
    const next = from + PAGE;
    const page = { result: listed.slice(from, next) };
    return next < listed.length ? { ...page, cursor: String(next) } : page;
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
