/** Inputs by a schema: what a client sends, what one sends by mistake, and what one sends on purpose. */
import { uuidv7 } from 'uuidv7';
import type { Dice } from './dice';
import type { Schema } from './schema';
import type { World } from './world';

const DAY = 86_400_000;

/** What is known of the request around a value. */
export interface Around {
  world: World;
  me: string | undefined;
  /** The row that its path names, if it names one. */
  row: { id: string; seen: number | null } | undefined;
  /** Whether it is to be served, so that no text is hard to store. */
  fits: boolean;
  /** What the body's `id` refers to, if it names no new thing. */
  refers: readonly string[];
}

const HARD = [
  ...['\u0000', '\u001b', '\ud800', '\ufffe', '\u202e', '\u2028', '\u200b', '\ufeff', 'e\u0301', '\u{1F600}'],
  ...[
    '%',
    '_',
    "'",
    '"',
    '\\',
    '<b>',
    '=1+1',
    '${x}',
    '../..',
    '\n',
    '\t',
    ' ',
    'ß',
    '漢字',
    'ا',
    '__proto__',
  ],
];
const WORDS = ['Ana', 'Kovač', 'tea', 'Müßig', 'Ward 3', 'a good reason', '北京', 'o’Brien', '0', 'x'];

/** Mostly plain, sometimes with characters that are hard to store. */
export function text(dice: Dice, least = 0, most = 80, howHard = 0.1): string {
  const hard = dice.chance(howHard);
  const parts = Array.from({ length: dice.whole(1, 6) }, () =>
    dice.one(hard && dice.chance(0.5) ? HARD : WORDS),
  );
  const it = parts.join(' ').slice(0, most);
  return it.length >= least ? it : it.padEnd(Math.min(least, most), 'long enough ');
}

const hex = (dice: Dice, length: number) =>
  Array.from({ length }, () => dice.whole(0, 15).toString(16)).join('');
const base64 = (dice: Dice, length: number) =>
  Array.from({ length }, () => dice.one(['a', 'Z', '7', '_', '-'])).join('');

const SERVICES = ['https://fcm.googleapis.com/fcm/send/a', 'https://web.push.apple.com/b'];

/** A text that matches a pattern of the document. A new pattern must be added here. */
const matching: Record<string, (dice: Dice, field: string, around: Around) => string> = {
  '^[0-9a-f]{64}$': (dice, field, { world }) => dice.one(field === 'hash' ? world.hashes : world.tokens),
  '^[0-9a-f]{32}$': (dice, _field, { world }) => dice.one(world.tokens).slice(32),
  '^D\\d{4,9}-[A-Z]{0,3}\\d{3,9}$': (dice) => dice.one(['D0001-001', 'D0002-001', 'D12345-A1000']),
  '^D\\d{4,9}-[A-Z]{1,3}\\d{3,9}$': (dice) =>
    `D000${dice.whole(1, 3)}-${dice.one(['A', 'B', 'AA'])}00${dice.whole(1, 4)}`,
  '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$': (dice) =>
    `0000000${dice.whole(1, 3)}-0000-4000-8000-000000000000`,
  '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$': id,
  '^\\d{1,16}$': (dice) =>
    String(dice.chance(0.9) ? dice.whole(0, 60) : dice.whole(0, Number.MAX_SAFE_INTEGER)),
  '^[\\w-]{8,64}$': () => uuidv7(),
  '^[\\p{L}\\p{N}][\\p{L}\\p{N} ./-]{0,29}$': (dice) => `N ${dice.whole(1, 10_000)}`,
  '^([01]\\d|2[0-3]):[0-5]\\d$': (dice) =>
    [dice.whole(0, 23), dice.whole(0, 59)].map((it) => String(it).padStart(2, '0')).join(':'),
  '^[a-z][a-z0-9_]{0,29}$': (dice) => dice.one(['meal', 'rest', 'nap']),
  '^[A-Z]{3}$': (dice) => dice.one(['EUR', 'USD', 'XXX', 'JPY']),
  '^https:\\/\\/[!-~]+$': (dice) =>
    dice.one([...SERVICES, ...SERVICES, 'https://example.org/', 'https://[/']),
  '^B[A-P][\\w-]{85}$': (dice) => `BA${base64(dice, 85)}`,
  '^[\\w-]{22}$': (dice) => base64(dice, 22),
  '^\\d{6}$': (dice) => String(dice.whole(100_000, 999_999)),
  '^[\\w.-]{1,40}$': (dice) => `SKU-${dice.whole(1, 10_000)}`,
  '^[\\w-]{4,32}$': (dice) => `B-${dice.whole(1_000, 99_999)}`,
  '^\\+[1-9]\\d{6,14}$': (dice) => `+49${dice.whole(10_000_000, 99_999_999)}`,
  '^[0-9a-f]{16}$': (dice) => hex(dice, 16),
};

/** Of what is there for a field that refers to something; else mostly a new one, as the client makes it. */
function id(dice: Dice, field: string, { world, me, refers }: Around): string {
  if (field === 'id' && refers.length > 0 && dice.chance(0.9)) return dice.one(refers);
  if (field === 'person' && me !== undefined && dice.chance(0.7)) return me;
  const known = world.idsOf(field);
  if (known.length > 0 && dice.chance(0.9)) return dice.one(known);
  return dice.chance(0.85) ? uuidv7() : dice.one(world.all);
}

/** A text by the name of its field, if it has a form that the document does not give. */
const named: Record<string, (dice: Dice, around: Around) => string> = {
  email: (dice, { world }) =>
    dice.chance(0.3)
      ? dice.one(world.emails)
      : `p${dice.whole(1, 1e9)}@${dice.one(['example.org', 'münchen.de'])}`,
  zone: (dice) =>
    dice.one(['Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Apia', 'UTC', 'Mars/Olympus']),
  password: (dice) => dice.one(['long enough to be one', 'long enough to be one', 'x', 'a'.repeat(128)]),
  kind: (dice) => dice.one(['meal', 'rest', 'nap']),
  roles: (dice) => dice.one(['employee', 'Employee, supervisor', 'king', '']),
  firstDay: (dice) => dice.one(['', '2026-01-15', '15.1.2026', '1/2/2026', 'never']),
  names: (dice, around) => channel(dice, around) + (dice.chance(0.5) ? `,${channel(dice, around)}` : ''),
};

const channel = (dice: Dice, { world, me }: Around): string =>
  dice.one([
    ...['attendance', 'admin.dashboard', 'admin.employees', 'presence', 'orders', 'registrations', 'tills'],
    ...['display', 'sessions', 'user', '__proto__', `user.${me ?? ''}`, `session.${dice.one(world.all)}`],
  ]);

/** @param field its name, or that of the list that it is in */
export function valid(dice: Dice, schema: Schema, field: string, around: Around): unknown {
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return valid(dice, dice.one(choices), field, around);
  if ('const' in schema) return schema.const;
  if (schema.enum) return dice.one(schema.enum);
  if (schema.type === 'object') return object(dice, schema, around);
  if (schema.type === 'array') return list(dice, schema, field, around);
  if (schema.type === 'boolean') return dice.chance(0.5);
  if (schema.type === 'null') return null;
  if (schema.type === 'integer' || schema.type === 'number') return number(dice, schema, field, around);
  return string(dice, schema, field, around);
}

function object(dice: Dice, { properties = {}, required = [] }: Schema, around: Around): object {
  const sent = Object.entries(properties).filter(([key]) => required.includes(key) || dice.chance(0.5));
  return inOrder(Object.fromEntries(sent.map(([key, schema]) => [key, valid(dice, schema, key, around)])));
}

const SPANS = [
  ['from', 'to'],
  ['startsAt', 'endsAt'],
  ['inAt', 'outAt'],
  ['startAt', 'endAt'],
] as const;

/** Begins before it ends, soon after. */
export function inOrder(it: Record<string, unknown>): Record<string, unknown> {
  for (const [first, last] of SPANS) {
    const [from, to] = [it[first], it[last]];
    if (typeof from === 'number' && typeof to === 'number')
      return { ...it, [last]: from + 1 + (Math.abs(to - from) % (DAY / 3)) };
    if (typeof from === 'string' && typeof to === 'string' && from > to)
      return { ...it, [first]: to, [last]: from };
  }
  return it;
}

function list(dice: Dice, { items = {}, minItems = 0, maxItems = 3 }: Schema, field: string, around: Around) {
  const length = Math.min(maxItems, Math.max(minItems, dice.one([0, 1, 1, 1, 2])));
  return Array.from({ length }, () => valid(dice, items, field, around));
}

function number(
  dice: Dice,
  { minimum = 0, maximum = 1e9, type }: Schema,
  field: string,
  around: Around,
): number {
  if (field === 'seenAt' && around.row?.seen != null && dice.chance(0.9)) return around.row.seen;
  const near = /At$|^at$/.test(field) && maximum > 1e12;
  if (near) return Date.now() + dice.one([0, -3_600_000, dice.whole(-DAY, DAY)]);
  if (type === 'number') return minimum + dice.next() * (maximum - minimum);
  return dice.chance(0.9)
    ? Math.min(maximum, Math.max(minimum, 0) + dice.whole(0, 5))
    : dice.whole(minimum, maximum);
}

function string(dice: Dice, schema: Schema, field: string, around: Around): string {
  if (schema.format === 'date') return date(dice);
  if (schema.pattern !== undefined) {
    const make = matching[schema.pattern];
    if (!make) throw new Error(`no text for the pattern ${schema.pattern} of ${field}`);
    return make(dice, field, around);
  }
  return (
    named[field]?.(dice, around) ??
    text(dice, schema.minLength, schema.maxLength, around.fits ? 0 : undefined)
  );
}

/** Mostly within some weeks of today. */
const date = (dice: Dice): string =>
  dice.chance(0.97)
    ? new Date(Date.now() + dice.one([-1, 0, 0, 1, dice.whole(-30, 30)]) * DAY).toISOString().slice(0, 10)
    : dice.one(['0000-01-01', '9998-12-31', '1969-12-31', '2026-02-28', '2400-02-29']);

/** A channel's name, for the address of a socket. */
export const channelName = channel;

/** What no schema of a field allows, or hardly. */
const wrong = (dice: Dice): unknown =>
  dice.one<unknown>([
    ...[null, true, -1, 0, 0.5, 1e308, -1e308, 2 ** 53, 8_640_000_000_000_001, '', ' ', [], {}, [[]], [null]],
    ...[{ $ne: 1 }, 'x'.repeat(5_000), '9999-12-31', '0000-00-00', '2026-02-31', `\u{1F600}`.repeat(70)],
    ...[uuidv7(), uuidv7().toUpperCase(), text(dice), { __proto__: null, constructor: 1 }],
  ]);

/** The value with one mistake: a part that is wrong, is missing, or is too much. */
export function spoiled(dice: Dice, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || dice.chance(0.1)) return wrong(dice);
  if (Array.isArray(value)) {
    const first: unknown = value[0];
    const many = dice.chance(0.2) ? 2_000 : 0;
    if (value.length === 0 || many > 0) return Array.from({ length: many || 1 }, () => first ?? wrong(dice));
    return value.toSpliced(dice.whole(0, value.length - 1), 1, spoiled(dice, first));
  }
  const entries = Object.entries(value);
  if (entries.length === 0 || dice.chance(0.1)) return { ...value, [dice.one(HARD)]: wrong(dice) };
  const [key, it] = dice.one(entries) as [string, unknown];
  if (dice.chance(0.2)) return Object.fromEntries(entries.filter(([other]) => other !== key));
  return { ...value, [key]: spoiled(dice, it) };
}
