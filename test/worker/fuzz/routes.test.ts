/** Any request to any route, by anyone: it is answered as the document says, and a refused one writes nothing. */
import { env } from 'cloudflare:workers';
import { beforeEach, expect, it, vi } from 'vitest';
import { watched } from '../../../worker/db/calls';
import { ask, closeThrough } from '../workplace';
import { again, amount, Dice, SEED } from './dice';
import { type Fit, type Recipes, Unfit, unlimited } from './fitting';
import { ofPeople } from './fitting-people';
import { ofSales } from './fitting-sales';
import { ofSessions } from './fitting-sessions';
import { type Attempt, attempt, type Mistake } from './request';
import { faults, type Operation, operations } from './schema';
import { ASKERS, type As, World } from './world';

/** Times that each route is asked by chance, after once as it fits. */
const ROUNDS = amount(2, 150);
/** How often a later request fits what is there. */
const FITTING = amount(0, 0.15);
/** Routes that nothing here is served by. */
const NEVER: Readonly<Record<string, string>> = {
  'POST /setup': 'is served while there is no admin',
};
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

/** What others refer to: it is there before they are asked. */
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

const recipes: Recipes = { ...ofPeople, ...ofSales, ...ofSessions };
const routeOf = ({ method, path }: Operation): string => `${method} ${path}`;

class Fuzz {
  readonly failures: string[] = [];
  readonly served = new Set<string>();
  /** Why what some routes need could not be made. */
  readonly unfit = new Set<string>();

  constructor(
    private readonly dice: Dice,
    private readonly world: World,
  ) {}

  /** @returns the status */
  async send(operation: Operation, as: As, mistake?: Mistake, fit?: Fit): Promise<number> {
    const me = await this.world.personAs(as);
    const it = attempt(this.dice, operation, this.world, me, mistake, fit);
    const { status, wrong, text } = await outcome(operation, it, me);
    const route = routeOf(operation);
    if (status < 400) this.served.add(route);
    // Their session or their role is gone, by one of these requests.
    if (status === 401 || (as === 'admin' && status === 403)) this.world.leave(as);
    if (status < 400 && route === 'PUT /closing') await closeThrough(null);
    const request = `${as} ${it.method} ${it.path} ${JSON.stringify(it.headers)} ${String(it.body).slice(0, 600)}`;
    if (wrong.length > 0)
      this.failures.push(`${request}\n→ ${status} ${wrong.join('; ')} ${text.slice(0, 300)}`);
    return status;
  }

  /** Asks as someone who may, with what the route needs. */
  async sendFitting(operation: Operation): Promise<void> {
    const as = operation['x-capability'] === 'membership.see' ? 'member' : 'admin';
    const me = await this.world.personAs(as);
    try {
      await this.send(
        operation,
        as,
        'none',
        (me && (await recipes[routeOf(operation)]?.(me, this.world))) ?? {},
      );
    } catch (error) {
      if (!(error instanceof Unfit)) throw error;
      this.unfit.add(error.message);
      if (error.status === 401 || error.status === 403) this.world.leave(as);
    }
  }
}

it(`answers ${ROUNDS} requests to each route as its document says`, { timeout: LIMIT_MS }, async () => {
  const dice = new Dice(SEED);
  const world = await World.begin();
  const fuzz = new Fuzz(dice, world);
  const routes = await operations();
  const [first, later] = [true, false].map((is) => routes.filter((it) => FIRST.includes(routeOf(it)) === is));
  for (const operation of first ?? []) await fuzz.sendFitting(operation);
  await world.look();
  for (const operation of later ?? []) await fuzz.sendFitting(operation);
  let sent = 0;
  for (let round = 0; round < ROUNDS; round += 1)
    for (const operation of dice.shuffled(routes)) {
      if (sent++ % LOOK_EVERY === 0) await world.look();
      if (dice.chance(FITTING)) await fuzz.sendFitting(operation);
      else await fuzz.send(operation, dice.chance(0.5) ? 'admin' : dice.one(ASKERS));
    }
  // Else it would knock at closed doors only. By chance a few are, until they are asked again and again.
  const refused = routes.map(routeOf).filter((it) => !fuzz.served.has(it) && !(it in NEVER));
  expect(refused.slice(amount(10, 0)), [again, ...refused, ...fuzz.unfit].join('\n')).toEqual([]);
  expect(fuzz.failures, again).toEqual([]);
});
