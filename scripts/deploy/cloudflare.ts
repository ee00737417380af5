/** Cloudflare's API, as far as a deploy needs it. wrangler reads the same variables of the environment. */
import * as v from 'valibot';
import { run } from '../run.ts';
import { notSignedIn, withRemedy } from './remedies.ts';

const api = (): string => process.env['CLOUDFLARE_API_BASE_URL'] ?? 'https://api.cloudflare.com/client/v4';
const PATIENCE_MS = 30_000;

const Answer = v.object({
  success: v.boolean(),
  errors: v.optional(v.array(v.object({ code: v.number(), message: v.string() })), []),
  result: v.optional(v.unknown()),
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
        ? `You can use several accounts. Choose one: CLOUDFLARE_ACCOUNT_ID=… npm run deploy${listed}`
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
}

async function wranglersToken(): Promise<string> {
  const { ok, output } = await run('wrangler', ['auth', 'token', '--json']);
  if (!ok) throw new Error(/could not be reached/.test(output) ? withRemedy(output) : notSignedIn);
  return v.parse(v.object({ token: v.string() }), JSON.parse(output)).token;
}

/** @returns undefined for 404 */
async function request(token: string, method: string, path: string, body?: object): Promise<unknown> {
  const url = `${api()}${path}`;
  const what = `${method} ${url}`;
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      signal: AbortSignal.timeout(PATIENCE_MS),
      ...(body && { body: JSON.stringify(body) }),
    });
  } catch (error) {
    throw new Error(withRemedy(`${what}: ${String(error)}`), { cause: error });
  }
  if (response.status === 404 && method === 'GET') return undefined;
  const answer = v.safeParse(Answer, await response.json().catch(() => undefined));
  if (answer.success && answer.output.success) return answer.output.result;
  const errors = answer.success ? answer.output.errors : [];
  const said = errors.map(({ code, message }) => `${message} [code: ${String(code)}]`).join(', ');
  throw new Error(withRemedy(`${what} failed: ${said} (status ${String(response.status)}).`));
}
