/** One request to a route of the document: mostly as it should be, else wrong in one way. */
import { newKey, type Someone } from '../workplace';
import { jpeg, png, webp } from '../people/photos/pictures';
import type { Dice } from './dice';
import type { Fit } from './fitting';
import { type Around, channelName, inOrder, spoiled, valid } from './inputs';
import type { Operation, Schema } from './schema';
import type { World } from './world';

export interface Attempt {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer>;
  /** What is wrong with it. */
  wrong: Mistake;
}

export type Mistake = 'none' | 'part' | 'body' | 'headers' | 'large';

const mistake = (dice: Dice): Mistake =>
  dice.chance(0.6) ? 'none' : dice.one(['part', 'part', 'part', 'part', 'body', 'headers', 'large']);

export function attempt(
  dice: Dice,
  operation: Operation,
  world: World,
  me: Someone | undefined,
  wrong = mistake(dice),
  fit?: Fit,
): Attempt {
  const { method, path, requestBody, parameters = [] } = operation;
  const steps = path.split('/').slice(1);
  const rows = world.rowsOf(steps[0] ?? '');
  const row = dice.one(fit && rows.length > 0 ? rows : [undefined, ...rows]);
  // The id in a collection is of a new thing.
  const refers = path.includes('{') || steps.length === 1 ? [] : world.idsOf(steps.at(-1) ?? '');
  const around: Around = { world, me: me?.id, row, refers, fits: fit !== undefined };
  const address = steps.map((step) => {
    const name = /^\{(\w+)\}$/.exec(step)?.[1];
    if (name === undefined) return step;
    const fitting = fit?.params?.[name];
    if (fitting !== undefined) return encodeURIComponent(fitting);
    if (name === 'name') return encodeURIComponent(channelName(dice, around));
    if (name === 'id' && row && (fit || dice.chance(0.9))) return row.id;
    const schema = parameters.find((it) => it.in === 'path' && it.name === name)?.schema ?? {};
    const given = valid(dice, schema, name, around);
    const text = printed(wrong === 'part' && dice.chance(0.2) ? spoiled(dice, given) : given);
    // An empty one would make it another path.
    return encodeURIComponent(text) || '-';
  });
  const query = parameters.filter((it) => it.in === 'query' && (it.required || dice.chance(0.4)));
  const values = inOrder(
    Object.fromEntries(query.map(({ name, schema }) => [name, part(dice, wrong, schema, name, around)])),
  );
  const asked = new URLSearchParams(Object.entries(values).map(([name, it]) => [name, printed(it)]));
  const sent = bodyOf(dice, wrong, requestBody?.content ?? {}, around, fit);
  return {
    wrong,
    method,
    path: `/${address.join('/')}${asked.size > 0 ? `?${asked.toString()}` : ''}`,
    headers: { ...headersOf(dice, wrong, operation, sent?.type), ...fit?.headers },
    ...(sent && { body: sent.body }),
  };
}

/** A value of the schema; spoiled if a part of the request is to be wrong. */
function part(dice: Dice, wrong: Mistake, schema: Schema, name: string, around: Around): unknown {
  const given = valid(dice, schema, name, around);
  return wrong === 'part' ? spoiled(dice, given) : given;
}

const printed = (value: unknown): string =>
  (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 2_000).toWellFormed();

function bodyOf(
  dice: Dice,
  wrong: Mistake,
  content: Record<string, { schema: Schema }>,
  around: Around,
  { only, body }: Fit = {},
) {
  const [[type, described] = []] = dice.shuffled(Object.entries(content));
  if (type === undefined || described === undefined) return undefined;
  if (type.startsWith('image/')) return { type, body: picture(dice, wrong) };
  if (wrong === 'body') return { type, body: broken(dice) };
  if (wrong === 'large')
    return { type, body: JSON.stringify({ id: 'x'.repeat(dice.whole(60_000, 70_000)) }) };
  if (only) return { type, body: JSON.stringify(only) };
  const given = part(dice, wrong, described.schema, '', around);
  return { type, body: JSON.stringify(body ? { ...(given as object), ...body } : given) };
}

function picture(dice: Dice, wrong: Mistake): Uint8Array<ArrayBuffer> {
  const whole = dice.one([jpeg, png, webp])();
  return wrong === 'none' ? whole : whole.slice(0, dice.whole(0, whole.length));
}

/** No JSON, or no text. */
const broken = (dice: Dice): string | Uint8Array<ArrayBuffer> =>
  dice.one([
    ...['', '{', '{"id":', 'null', '[]', '"x"', '1e999', '{"__proto__":{"id":1}}', '{"id":1,"id":2}', 'NaN'],
    ...[`${'['.repeat(20_000)}${']'.repeat(20_000)}`, Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d)],
  ]);

function headersOf(
  dice: Dice,
  wrong: Mistake,
  { parameters = [], path }: Operation,
  type: string | undefined,
) {
  const of = (name: string) => parameters.some((it) => it.in === 'header' && it.name === name);
  const headers = {
    ...(type !== undefined && { 'Content-Type': type }),
    ...(of('Idempotency-Key') && { 'Idempotency-Key': newKey() }),
    ...(of('Sent-At') && dice.chance(0.9) && { 'Sent-At': String(Date.now() + dice.whole(-5_000, 5_000)) }),
    ...(path.endsWith('/socket') && dice.chance(0.8) && { Upgrade: 'websocket' }),
  };
  if (wrong !== 'headers') return headers;
  const [name, value] = dice.one([
    ...[
      ['Content-Type', 'text/plain'],
      ['Content-Type', 'application/json;charset=utf-16'],
      ['Content-Type', ''],
    ],
    ...[
      ['Idempotency-Key', ''],
      ['Idempotency-Key', 'x'.repeat(65)],
      ['Idempotency-Key', 'same-key'],
    ],
    ...[
      ['Origin', 'https://example.org'],
      ['Origin', 'null'],
      ['Sent-At', '-1'],
      ['Sent-At', '9'.repeat(16)],
    ],
    ...[
      ['Cookie', 'muster=x.y'],
      ['Cookie', 'muster-display=x; muster-device=y'],
      ['Accept', 'text/html'],
    ],
  ] as [string, string][]);
  return { ...headers, [name]: value };
}
