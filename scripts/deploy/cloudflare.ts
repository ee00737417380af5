/** Cloudflare's API, as far as a deploy, a backup and a restore need it. wrangler reads the same variables of the environment. */
import { setTimeout } from 'node:timers/promises';
import * as v from 'valibot';
import { run } from '../run.ts';
import { notSignedIn, withRemedy } from './remedies.ts';

const api = (): string => process.env['CLOUDFLARE_API_BASE_URL'] ?? 'https://api.cloudflare.com/client/v4';
const PATIENCE_MS = 30_000;
/** For an object: a day of the journal on a slow line. */
const OBJECT_MS = 300_000;
/** Cloudflare takes 1,200 requests in five minutes (developers.cloudflare.com/fundamentals/api/reference/limits). */
const LIMIT_MS = 300_000;
const MOST_WAITS = 12;

const Answer = v.object({
  success: v.boolean(),
  errors: v.optional(v.array(v.object({ code: v.number(), message: v.string() })), []),
  result: v.optional(v.unknown()),
  result_info: v.optional(v.nullable(v.object({ cursor: v.optional(v.string()) }))),
});
const Accounts = v.array(v.object({ id: v.string(), name: v.string() }));
const Rows = v.array(v.object({ results: v.array(v.unknown()) }));

/** Requests to one account. Each throws an `Error` that says what failed and what to do. */
export class Cloudflare {
  readonly #token: string;
  readonly account: string;

  private constructor(token: string, account: string) {
    this.#token = token;
    this.account = account;
  }

  /**
   * Signs in as wrangler does, to the only account or to that of `CLOUDFLARE_ACCOUNT_ID` or wrangler.toml.
   * @throws when nobody is signed in, or when there are several accounts to choose from
   */
  static async signIn(accountId: string | undefined): Promise<Cloudflare> {
    const token = process.env['CLOUDFLARE_API_TOKEN'] || (await wranglersToken());
    const chosen = process.env['CLOUDFLARE_ACCOUNT_ID'] || accountId;
    if (chosen) return new Cloudflare(token, chosen);
    const accounts = v.parse(Accounts, await request(token, 'GET', '/accounts'));
    const [only] = accounts;
    if (only && accounts.length === 1) return new Cloudflare(token, only.id);
    const listed = accounts.map(({ id, name }) => `\n  ${id}  ${name}`).join('');
    throw new Error(
      only
        ? `You can use several accounts. Choose one by CLOUDFLARE_ACCOUNT_ID=… before the command:${listed}`
        : withRemedy('The sign-in shows no account [code: 10000].'),
    );
  }

  /** @returns undefined if there is nothing at that path */
  async find<Schema extends v.GenericSchema>(
    path: string,
    Result: Schema,
  ): Promise<v.InferOutput<Schema> | undefined> {
    const result = await request(this.#token, 'GET', `/accounts/${this.account}${path}`);
    return result === undefined ? undefined : v.parse(Result, result);
  }

  async make<Schema extends v.GenericSchema>(
    path: string,
    body: object,
    Result: Schema,
  ): Promise<v.InferOutput<Schema>> {
    return v.parse(Result, await request(this.#token, 'POST', `/accounts/${this.account}${path}`, body));
  }

  /** The rows of one statement. */
  async query<Row extends v.GenericSchema>(
    databaseId: string,
    sql: string,
    Row: Row,
  ): Promise<v.InferOutput<Row>[]> {
    const [answer] = await this.make(`/d1/database/${databaseId}/query`, { sql }, Rows);
    return (answer?.results ?? []).map((row) => v.parse(Row, row));
  }

  /** All pages of a list that goes on by a cursor. */
  async list<Item extends v.GenericSchema>(path: string, Item: Item): Promise<v.InferOutput<Item>[]> {
    const items: v.InferOutput<Item>[] = [];
    for (let cursor = ''; ;) {
      const after = cursor && `&cursor=${encodeURIComponent(cursor)}`;
      const page = `GET /accounts/${this.account}${path}?per_page=1000${after}`;
      const answer = await answerOf(page, await this.#unhurried(page));
      for (const item of v.parse(v.array(v.unknown()), answer?.result ?? [])) items.push(v.parse(Item, item));
      cursor = answer?.result_info?.cursor ?? '';
      if (cursor === '') return items;
    }
  }

  /** @returns undefined if there is nothing at that path */
  async download(path: string): Promise<Uint8Array | undefined> {
    const what = `GET /accounts/${this.account}${path}`;
    const response = await this.#unhurried(what);
    if (response.ok) return new Uint8Array(await response.arrayBuffer());
    await answerOf(what, response);
    return undefined;
  }

  async upload(path: string, bytes: Uint8Array, type: string | undefined): Promise<void> {
    const what = `PUT /accounts/${this.account}${path}`;
    await answerOf(what, await this.#unhurried(what, { bytes: new Uint8Array(bytes), type }));
  }

  async remove(path: string): Promise<void> {
    const what = `DELETE /accounts/${this.account}${path}`;
    await answerOf(what, await this.#unhurried(what));
  }

  /** Waits when Cloudflare asks to: a bucket has more objects than it takes requests in five minutes. */
  async #unhurried(what: string, body?: Body): Promise<Response> {
    for (let waits = 0; ; waits += 1) {
      const response = await send(this.#token, what, body, OBJECT_MS);
      if (response.status !== 429 || waits === MOST_WAITS) return response;
      const seconds = Number(response.headers.get('Retry-After') ?? Number.NaN);
      await setTimeout(Number.isNaN(seconds) ? LIMIT_MS : Math.min(seconds * 1000, LIMIT_MS));
    }
  }
}

async function wranglersToken(): Promise<string> {
  const { ok, output } = await run('wrangler', ['auth', 'token', '--json']);
  if (!ok) throw new Error(/could not be reached/.test(output) ? withRemedy(output) : notSignedIn);
  return v.parse(v.object({ token: v.string() }), JSON.parse(output)).token;
}

type Body = { bytes: Uint8Array<ArrayBuffer> | string; type: string | undefined };

/** @returns undefined for 404 */
async function request(token: string, method: string, path: string, body?: object): Promise<unknown> {
  const what = `${method} ${path}`;
  const response = await send(token, what, body && { bytes: JSON.stringify(body), type: 'application/json' });
  return (await answerOf(what, response))?.result;
}

/** @param what method and path */
async function send(token: string, what: string, body?: Body, patience = PATIENCE_MS): Promise<Response> {
  const [method = '', path = ''] = what.split(' ');
  const type = body?.type;
  try {
    return await fetch(`${api()}${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, ...(type !== undefined && { 'Content-Type': type }) },
      signal: AbortSignal.timeout(patience),
      ...(body && { body: body.bytes }),
    });
  } catch (error) {
    throw new Error(withRemedy(`${what}: ${String(error)}`), { cause: error });
  }
}

/** @returns undefined for 404 of what is read or removed */
async function answerOf(what: string, response: Response): Promise<v.InferOutput<typeof Answer> | undefined> {
  if (response.status === 404 && /^(GET|DELETE)/.test(what)) return undefined;
  const answer = v.safeParse(Answer, await response.json().catch(() => undefined));
  if (answer.success && answer.output.success) return answer.output;
  const errors = answer.success ? answer.output.errors : [];
  const said = errors.map(({ code, message }) => `${message} [code: ${String(code)}]`).join(', ');
  throw new Error(withRemedy(`${what} failed: ${said} (status ${String(response.status)}).`));
}
