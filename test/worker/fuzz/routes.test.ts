/** Any request to any route, by anyone: it is answered as the document says, and a refused one writes nothing. */
import { env } from 'cloudflare:workers';
import { beforeEach, expect, it, vi } from 'vitest';
import { watched } from '../../../worker/db/calls';
import { ask, closeThrough } from '../workplace';
import { again, amount, Dice, SEED } from './dice';
import { type Attempt, attempt, type Mistake } from './request';
import { faults, type Operation, operations } from './schema';
import { ASKERS, type As, World } from './world';

/** Times that each route is asked. */
const ROUNDS = amount(3, 150);
/** Requests between two looks at what there is. */
const LOOK_EVERY = 15;
/** What a refused request may write: counts of tries, what failed for the host to see, and keys of photos to delete. */
const COUNTED = ['tries', 'session_failures', 'orphaned_photos'];
const LIMIT_MS = amount(120_000, 3_600_000);

let logged: string[] = [];
beforeEach(() => {
  logged = [];
  for (const level of ['error', 'warn'] as const)
    vi.spyOn(console, level).mockImplementation((...line: unknown[]) => void logged.push(line.join(' ')));
  vi.spyOn(globalThis, 'fetch').mockImplementation(() =>
    Promise.resolve(new Response(null, { status: 201 })),
  );
});

/** The database, which notes the tables that are written: the first of each statement that changed a row. */
function noting(): { DB: D1Database; written: Set<string> } {
  const written = new Set<string>();
  const DB = watched(env.DB, async (sent, call) => {
    const answer = await call();
    for (const [index, it] of [answer].flat().entries())
      if ((it as D1Result | null)?.meta?.changes)
        written.add(/(?:INTO|UPDATE|FROM)\s+"?(\w+)/i.exec(sent[index]?.sql ?? '')?.[1] ?? '?');
    return answer;
  });
  return { DB, written };
}

const unlimited: RateLimit = { limit: () => Promise.resolve({ success: true }) };

/** Sends it. @returns the status, and what is wrong with the answer */
async function outcome(operation: Operation, { body, ...it }: Attempt, as: { cookie: string } | undefined) {
  const { DB, written } = noting();
  logged = [];
  const answer = await ask(it.path, {
    ...it,
    as,
    ...(typeof body === 'string' ? { json: body } : body && { bytes: body }),
    env: { ...env, DB, WRITES: unlimited, REQUESTS: unlimited },
    atAnyCost: true,
  }).catch((error: unknown) => String(error));
  if (typeof answer === 'string') return { status: 0, wrong: [answer], text: '' };
  answer.webSocket?.accept();
  answer.webSocket?.close();
  const text = new TextDecoder().decode(await answer.arrayBuffer());
  const wrong = [...wrongOf(operation, answer, text)];
  const foreign = [...written].filter((table) => !COUNTED.includes(table));
  if (answer.status >= 400 && foreign.length > 0) wrong.push(`wrote ${foreign.join()}`);
  return { status: answer.status, wrong, text };
}

function* wrongOf(
  operation: Operation,
  { status, headers }: Response,
  text: string,
): Generator<string, void> {
  if (status >= 500) yield `failed: ${logged.join('\n')}`;
  const described = operation.responses[String(status)];
  if (!described) {
    yield 'its status is not in the document';
    return;
  }
  const type = (headers.get('Content-Type') ?? '').split(';')[0] ?? '';
  const schema = described.content?.[type]?.schema;
  if (!schema) {
    if (described.content) yield `its type is ${type}`;
    return;
  }
  const value: unknown = JSON.parse(text);
  yield* faults(schema, value);
  if (status < 400) return;
  const problem = value as { status: number; code: string; detail?: string };
  if (problem.code === 'invalid_input' && !problem.detail) yield 'it does not say what is wrong';
  if (problem.status !== status) yield `its problem says ${problem.status}`;
  if (!operation['x-problems'].includes(problem.code)) yield `the route does not list ${problem.code}`;
  if (/SQLITE|D1_|SELECT |\.ts:\d/.test(text)) yield 'it tells how it is made';
}

/** What others refer to, in this order: it is there before the first round. */
const FIRST = [
  ...['PUT /places/{id}', 'PUT /departments/{id}', 'PUT /courses/{id}', 'PUT /groups/{id}', 'POST /people'],
  ...['POST /products', 'POST /packages', 'POST /schedules', 'POST /sessions/live', 'POST /drawers'],
  ...[
    'POST /orders',
    'POST /registrations',
    'POST /displays',
    'POST /attendance/check-in',
    'POST /corrections',
  ],
];

class Fuzz {
  readonly failures: string[] = [];
  readonly served = new Set<string>();

  constructor(
    private readonly dice: Dice,
    private readonly world: World,
  ) {}

  /** @returns the status */
  async send(operation: Operation, as: As, mistake?: Mistake): Promise<number> {
    const me = await this.world.personAs(as);
    const it = attempt(this.dice, operation, this.world, me, mistake);
    const { status, wrong, text } = await outcome(operation, it, me);
    const route = `${operation.method} ${operation.path}`;
    if (status < 400) this.served.add(route);
    // Their session or their role is gone, by one of these requests.
    if (status === 401 || (as === 'admin' && status === 403)) this.world.leave(as);
    if (status < 400 && route === 'PUT /closing') await closeThrough(null);
    const request = `${as} ${it.method} ${it.path} ${JSON.stringify(it.headers)} ${String(it.body).slice(0, 600)}`;
    if (wrong.length > 0)
      this.failures.push(`${request}\n→ ${status} ${wrong.join('; ')} ${text.slice(0, 300)}`);
    return status;
  }
}

it(`answers ${ROUNDS} requests to each route as its document says`, { timeout: LIMIT_MS }, async () => {
  const dice = new Dice(SEED);
  const world = await World.begin();
  const fuzz = new Fuzz(dice, world);
  const routes = await operations();
  for (const route of FIRST) {
    const operation = routes.find(({ method, path }) => `${method} ${path}` === route);
    for (let tries = 0; operation && tries < 10; tries += 1)
      if ((await fuzz.send(operation, 'admin', 'none')) < 400) break;
    await world.look();
  }
  let sent = 0;
  for (let round = 0; round < ROUNDS; round += 1)
    for (const operation of dice.shuffled(routes)) {
      if (sent++ % LOOK_EVERY === 0) await world.look();
      await fuzz.send(operation, dice.chance(0.5) ? 'admin' : dice.one(ASKERS));
    }
  // Else it would knock at closed doors only.
  expect(fuzz.served.size).toBeGreaterThan(routes.length / 3);
  expect(fuzz.failures, again).toEqual([]);
});
