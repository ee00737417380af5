/** A workplace for tests: people with real sessions, their requests, and their sockets. */
import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { serializeSigned } from 'hono/utils/cookie';
import { uuidv7 } from 'uuidv7';
import { vi } from 'vitest';
import { answer as answerOf } from '../../worker/api';
import type { Bindings } from '../../worker/bindings';
import { type Role, worksHere } from '../../worker/contract/roles';
import { defaultSettings, type Settings } from '../../worker/contract/settings/settings';
import { sortKey } from '../../worker/contract/search-key';
import type { Heads } from '../../worker/contract/wire';
import { LOOK_MS } from '../../worker/db/calls';
import { known, type Query, query, statement } from '../../worker/db/queries';
import { Scope } from '../../worker/scope';
import { Edge } from '../edge/edge';
import { mustCostLittle } from '../edge/routes';
import { type Asker, Session } from '../../worker/session';

export const ORIGIN = 'http://muster.test';
const DAY = 86_400_000;

/** A row of a table, to write. */
export const insertion = (table: string, row: Record<string, string | number | null>): Query =>
  query(
    `INSERT INTO ${table} (${Object.keys(row).join(', ')}) VALUES (${Object.keys(row).fill('?').join(', ')})`,
    Object.values(row),
  );

export const insert = (...row: Parameters<typeof insertion>): Promise<unknown> =>
  statement(env.DB, insertion(...row)).run();

export interface Someone {
  id: string;
  name: string;
  email: string;
  session: string;
  cookie: string;
}

interface About {
  roles?: Role[];
  name?: string;
  zone?: string;
}

/** A signed-in person who works here. */
export const someone = async (about?: About): Promise<Someone> => (await crowd(1, about))[0] as Someone;

export async function crowd(count: number, about: About = {}): Promise<Someone[]> {
  const made = await Promise.all(Array.from({ length: count }, () => newcomer(about)));
  await env.DB.batch(made.flatMap(({ rows }) => rows.map((row) => statement(env.DB, row))));
  return made.map(({ it }) => it);
}

async function newcomer({
  roles = ['employee'],
  zone,
  ...about
}: About): Promise<{ it: Someone; rows: Query[] }> {
  const id = uuidv7();
  const name = about.name ?? `Person ${id.slice(-6)}`;
  const email = `${id}@example.org`;
  const now = Date.now();
  const { row, ...session } = await newSession(id);
  const person = insertion('people', {
    id,
    name,
    email,
    email_verified: 1,
    sort_key: sortKey(name),
    roles: JSON.stringify(roles),
    zone: zone ?? null,
    created_at: now,
    updated_at: now,
  });
  const rows = worksHere({ roles }) ? [person, employment(id, zone), row] : [person, row];
  return { it: { id, name, email, ...session }, rows };
}

/** From a date before any test's. */
const employment = (personId: string, zone: string | null = null) =>
  insertion('terms', { person_id: personId, valid_from: '2020-01-01', employed: 1, zone });

/** Closes the days up to a date; null opens all days. */
export const closeThrough = (date: string | null): Promise<unknown> =>
  env.DB.prepare('UPDATE closing SET through = ?').bind(date).run();

/** Another session of the person, as on another device. */
export async function signedIn(personId: string): Promise<{ session: string; cookie: string }> {
  const { row, ...session } = await newSession(personId);
  await statement(env.DB, row).run();
  return session;
}

async function newSession(personId: string) {
  const [session, token, now] = [uuidv7(), crypto.randomUUID(), Date.now()];
  const row = insertion('sessions', {
    id: session,
    user_id: personId,
    token,
    expires_at: now + 30 * DAY,
    created_at: now,
    updated_at: now,
  });
  const [cookie] = (await serializeSigned('muster', token, env.AUTH_SECRET)).split(';');
  return { session, cookie: cookie as string, row };
}

interface Options {
  method?: string;
  as?: { cookie: string } | undefined;
  json?: unknown;
  /** A picture as the body; its type is in `headers`. */
  bytes?: Uint8Array<ArrayBuffer>;
  key?: string | undefined;
  headers?: Record<string, string>;
  /** The bindings of this request, for faults. */
  env?: Bindings;
  /** Whether it may take more calls than the table says, which is for a workplace of a test's size. */
  atAnyCost?: boolean;
}

/** Sends a request through the whole API and waits for its work after the answer (deliveries). */
export async function ask(
  path: string,
  { method, as, json, bytes, key, headers = {}, env: bindings = env, atAnyCost = false }: Options = {},
): Promise<Response> {
  const ctx = createExecutionContext();
  const edge = new Edge(bindings);
  const verb = method ?? (json === undefined ? 'GET' : 'POST');
  const answer = await answerOf(
    new Request(`${ORIGIN}/api/v1${path}`, {
      method: verb,
      headers: {
        Origin: ORIGIN,
        ...(as && { Cookie: as.cookie }),
        ...(json !== undefined && { 'Content-Type': 'application/json' }),
        ...(key && { 'Idempotency-Key': key }),
        ...headers,
      },
      ...(json !== undefined && { body: typeof json === 'string' ? json : JSON.stringify(json) }),
      ...(bytes && { body: bytes }),
    }),
    edge.env,
    ctx,
  );
  const request = `${verb} ${path.split('?')[0] ?? ''}`;
  const socket = answer.status === 101;
  // What a socket asks for after its upgrade is no part of the request.
  if (socket && !atAnyCost) mustCostLittle(request, answer, edge);
  await waitOnExecutionContext(ctx);
  if (!socket && !atAnyCost) mustCostLittle(request, answer, edge);
  return answer;
}

export const newKey = () => crypto.randomUUID();

export const checkIn = (as: Someone, id: string = uuidv7(), it: { key?: string; env?: Bindings } = {}) =>
  ask('/attendance/check-in', { as, json: { id }, key: it.key ?? newKey(), ...(it.env && { env: it.env }) });

export const checkOut = (as: Someone, id: string, it: { key?: string; env?: Bindings } = {}) =>
  ask('/attendance/check-out', { as, json: { id }, key: it.key ?? newKey(), ...(it.env && { env: it.env }) });

/** @param kind of the workplace's kinds of break, `meal` (45 minutes) and `rest` (20) unless set otherwise */
export const startBreak = (
  as: Someone,
  recordId: string,
  it: { id?: string; kind?: string; key?: string; env?: Bindings } = {},
) =>
  ask('/attendance/break-start', {
    as,
    json: { id: it.id ?? uuidv7(), recordId, kind: it.kind ?? 'meal' },
    key: it.key ?? newKey(),
    ...(it.env && { env: it.env }),
  });

export const endBreak = (as: Someone, id: string, it: { key?: string; env?: Bindings } = {}) =>
  ask('/attendance/break-end', { as, json: { id }, key: it.key ?? newKey(), ...(it.env && { env: it.env }) });

/** A listener's socket: every frame it received, and how it ended. */
export class Listening {
  readonly frames: unknown[] = [];
  readonly texts: string[] = [];
  closed: { code: number; reason: string } | undefined;
  #woken: (() => void)[] = [];

  constructor(readonly socket: WebSocket) {
    socket.addEventListener('message', ({ data }) => {
      const text = String(data);
      this.texts.push(text);
      if (text.startsWith('{')) this.frames.push(JSON.parse(text));
      this.#wake();
    });
    socket.addEventListener('close', ({ code, reason }) => {
      this.closed = { code, reason };
      this.#wake();
    });
    socket.accept();
  }

  /** The sequence numbers of all events, in order of arrival. */
  get seqs(): number[] {
    return this.events.map(({ seq }) => seq);
  }

  get events(): { seq: number; type: string; entry: number; data: unknown }[] {
    return this.frames.flatMap((frame) => (frame as { events?: [] }).events ?? []);
  }

  /** Waits until the condition is true; the test's own timeout limits the wait. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#woken.push(resolve));
  }

  #wake(): void {
    for (const resume of this.#woken.splice(0)) resume();
  }
}

/** Opens a socket through the API. @returns the refusal otherwise */
export async function listen(
  as: { cookie: string } | undefined,
  channel: string,
  query = '',
  bindings: Bindings = env,
): Promise<Listening | Response> {
  const answer = await ask(`/channels/${channel}/socket${query}`, {
    as,
    headers: { Upgrade: 'websocket' },
    env: bindings,
  });
  return answer.webSocket ? new Listening(answer.webSocket) : answer;
}

/** @throws if the socket is refused */
export async function listening(as: { cookie: string }, channel: string, query = ''): Promise<Listening> {
  const socket = await listen(as, channel, query);
  if (socket instanceof Response) throw new Error(`refused: ${await socket.text()}`);
  await socket.until(() => socket.frames.length > 0);
  return socket;
}

export const channelObject = (name: string) => env.CHANNELS.get(env.CHANNELS.idFromName(name));

/** A session whose person the database need not know. */
export const sessionOf = (asker: Asker): Session => new Session(asker.session, known(asker), asker);

/** The person's scope at a given moment. */
/** The bindings of one invocation, as production limits them. */
export const edged = (): Bindings => new Edge(env).env;

export function scopeOf(
  person: Someone,
  at: number,
  zone = 'Europe/Berlin',
  settings: Partial<Settings> = {},
): Scope {
  const { id, name, email, session } = person;
  const asker = {
    id,
    name,
    email,
    session,
    zone,
    ownZone: zone,
    organisation: 'Our workplace',
    roles: ['employee' as const],
    department: null,
    position: null,
    category: null,
    photo: null,
    settings: { ...defaultSettings(env.WORKPLACE_ZONE), ...settings },
  };
  return new Scope(edged(), createExecutionContext(), { session: sessionOf(asker), now: () => at });
}

/** All rows of all tables, to prove that a request changed nothing. */
export async function everything(): Promise<Record<string, unknown[]>> {
  const tables = [
    'people',
    'departments',
    'terms',
    'closing',
    'sessions',
    'accounts',
    'setup_links',
    'heads',
    'events',
    'journal',
    'idempotency',
    'attendance',
    'breaks',
    'marks',
    'corrections',
    'settings',
    'schedules',
    'schedule_weeks',
    'assignments',
    'holidays',
    'invitations',
    'notifications',
    'muted_kinds',
    'push_subscriptions',
    'push_kinds',
    'pushes',
    'quiet_hours',
    'orphaned_photos',
    'courses',
    'groups',
    'group_members',
    'live_sessions',
    'session_hosts',
    'session_groups',
    'session_people',
    'session_attendance',
    'session_excuses',
    'session_requests',
    'session_tickets',
    'session_failures',
    'places',
    'products',
    'packages',
    'package_products',
    'sales',
    'queues',
    'sale_lines',
    'registrants',
    'drawers',
    'payments',
    'refunds',
    'refund_lines',
    'receipts',
    'receipt_links',
    'drawer_devices',
    'day_reports',
    'order_comments',
    'displays',
    'progress',
    'seals',
    'erased_entries',
  ];
  const results = await env.DB.batch(tables.map((table) => env.DB.prepare(`SELECT * FROM ${table}`)));
  return Object.fromEntries(tables.map((table, index) => [table, results[index]?.results ?? []]));
}

/** Skips the pauses between tries: the clock advances by each instead. */
export async function impatiently<T>(act: () => Promise<T>): Promise<T> {
  const { now } = Date;
  let skipped = 0;
  const clock = vi.spyOn(Date, 'now').mockImplementation(() => now() + skipped);
  try {
    return await timed((then, ms, later) => {
      if (ms >= 10_000) return later(then, ms);
      const due = now() + skipped + Math.ceil(ms);
      return later(() => {
        skipped = Math.max(skipped, due - now());
        then();
      }, 0);
    }, act);
  } finally {
    clock.mockRestore();
  }
}

/** Runs every timer twenty times as fast, in the same proportions. */
export const hurriedly = <T>(act: () => Promise<T>): Promise<T> =>
  timed((then, ms, later) => later(then, ms / 20), act);

type Timer = ReturnType<typeof setTimeout>;

async function timed<T>(
  set: (then: () => void, ms: number, later: (then: () => void, ms: number) => Timer) => Timer,
  act: () => Promise<T>,
): Promise<T> {
  const { setTimeout } = globalThis;
  const spy = vi
    .spyOn(globalThis, 'setTimeout')
    // What D1 takes is no pause.
    .mockImplementation((then: () => void, ms = 0) =>
      ms === LOOK_MS ? setTimeout(then, ms) : set(then, ms, setTimeout),
    );
  try {
    return await act();
  } finally {
    spy.mockRestore();
  }
}

/** A channel's cursor in a snapshot, as a query. */
export const fromIn = ({ epoch, heads }: Heads, channel: string): string =>
  `?epoch=${epoch}&since=${heads[channel]}`;
/** The path of a channel's events after a snapshot. */
export const sinceIn = (at: Heads, channel: string): string =>
  `/channels/${channel}/events${fromIn(at, channel)}`;
