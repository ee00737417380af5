/** A wrong request gets a precise refusal and changes nothing. */
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { api } from '../../../worker/api';
import { ask, everything, listen, newKey, ORIGIN, type Someone, someone } from '../workplace';

let ben: Someone;
let admin: Someone;
beforeAll(async () => {
  ben = await someone();
  admin = await someone({ roles: ['admin'] });
});

const checkIn = (json: unknown, headers: Record<string, string> = {}, key: string | undefined = newKey()) =>
  ask('/attendance/check-in', { as: ben, json, headers, key });

const wrong: [what: string, ask: () => Promise<Response>, status: number, code: string, path?: string][] = [
  ['malformed JSON', () => checkIn('{"id":'), 400, 'malformed_json'],
  ['an empty body', () => checkIn(''), 400, 'malformed_json'],
  ['a body that is no object', () => checkIn('[]'), 400, 'invalid_input', 'id'],
  ['null', () => checkIn('null'), 400, 'invalid_input', ''],
  ['an unknown field', () => checkIn({ id: uuidv7(), at: 5 }), 400, 'invalid_input', 'at'],
  ['a missing field', () => checkIn({}), 400, 'invalid_input', 'id'],
  ['a wrong type', () => checkIn({ id: 7 }), 400, 'invalid_input', 'id'],
  ['an id of another version', () => checkIn({ id: crypto.randomUUID() }), 400, 'invalid_input', 'id'],
  ['an id in capitals', () => checkIn({ id: uuidv7().toUpperCase() }), 400, 'invalid_input', 'id'],
  ['an oversize body', () => checkIn(JSON.stringify({ id: 'x'.repeat(70_000) })), 413, 'body_too_large'],
  [
    'another content type',
    () => checkIn({ id: uuidv7() }, { 'Content-Type': 'text/plain' }),
    415,
    'not_json',
  ],
  [
    'a content type that only begins like JSON',
    () => checkIn({ id: uuidv7() }, { 'Content-Type': 'application/jsonp' }),
    415,
    'not_json',
  ],
  [
    'a foreign Origin',
    () => checkIn({ id: uuidv7() }, { Origin: 'https://evil.example' }),
    403,
    'foreign_origin',
  ],
  [
    'an Origin that only begins like ours',
    () => checkIn({ id: uuidv7() }, { Origin: `${ORIGIN}.evil.example` }),
    403,
    'foreign_origin',
  ],
  ['the Origin null', () => checkIn({ id: uuidv7() }, { Origin: 'null' }), 403, 'foreign_origin'],
  ['no key', () => ask('/attendance/check-in', { as: ben, json: { id: uuidv7() } }), 400, 'key_required'],
  [
    'a key with strange letters',
    () => checkIn({ id: uuidv7() }, {}, 'drop table people;'),
    400,
    'key_required',
  ],
  ['a key too short', () => checkIn({ id: uuidv7() }, {}, 'abc'), 400, 'key_required'],
  [
    'no session',
    () => ask('/attendance/check-in', { json: { id: uuidv7() }, key: newKey() }),
    401,
    'not_signed_in',
  ],
  [
    'a forged cookie',
    () => ask('/me', { as: { cookie: 'muster=forged.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA%3D' } }),
    401,
    'not_signed_in',
  ],
  ...['/attendance/board', '/drawers', '/sales/report'].map((path): (typeof wrong)[number] => [
    `a date at the end of all dates for ${path}`,
    () => ask(`${path}?date=9999-12-31`, { as: admin }),
    400,
    'invalid_input',
    'date',
  ]),
  [
    'an impossible date',
    () => ask('/attendance/board?date=2026-13-01', { as: admin }),
    400,
    'invalid_input',
    'date',
  ],
  [
    'an unknown query field',
    () => ask('/attendance/board?day=2026-11-01', { as: admin }),
    400,
    'invalid_input',
    'day',
  ],
  [
    'a count out of range',
    () => ask('/attendance/mine?days=1000', { as: ben }),
    400,
    'invalid_input',
    'days',
  ],
  [
    'a cursor that is no number',
    () => ask('/channels/attendance/events?since=-1', { as: ben }),
    400,
    'invalid_input',
    'since',
  ],
  [
    'an epoch that is none',
    () => ask('/channels/attendance/events?since=0&epoch=x', { as: ben }),
    400,
    'invalid_input',
    'epoch',
  ],
  [
    'too many names',
    () =>
      ask(`/channels/heads?names=${Array.from({ length: 21 }, (_, n) => `n${n}`).join(',')}`, { as: ben }),
    400,
    'invalid_input',
    'names',
  ],
  [
    'a socket without an upgrade',
    () => ask('/channels/attendance/socket', { as: ben }),
    426,
    'upgrade_required',
  ],
  [
    'an unknown role',
    () =>
      ask(`/people/${ben.id}/roles`, { method: 'PUT', as: admin, json: { roles: ['king'] }, key: newKey() }),
    400,
    'invalid_input',
    'roles.0',
  ],
  [
    'no role at all',
    () => ask(`/people/${ben.id}/roles`, { method: 'PUT', as: admin, json: { roles: [] }, key: newKey() }),
    400,
    'invalid_input',
    'roles',
  ],
  [
    'a role twice',
    () =>
      ask(`/people/${ben.id}/roles`, {
        method: 'PUT',
        as: admin,
        json: { roles: ['host', 'host'] },
        key: newKey(),
      }),
    400,
    'invalid_input',
    'roles',
  ],
  [
    'a person who does not exist',
    () =>
      ask(`/people/${uuidv7()}/roles`, {
        method: 'PUT',
        as: admin,
        json: { roles: ['host'] },
        key: newKey(),
      }),
    404,
    'not_found',
  ],
  ['an address that does not exist', () => ask('/attendance/everything', { as: admin }), 404, 'not_found'],
  ['a method that does not exist', () => ask('/me', { method: 'DELETE', as: admin }), 404, 'not_found'],
];

describe('a request with', () => {
  it.each(wrong)(
    '%s is refused with the reason and changes nothing',
    async (_what, send, status, code, path) => {
      const before = await everything();
      const answer = await send();
      const problem = await answer.json<{
        code: string;
        status: number;
        title: string;
        issues?: { path: string; message: string }[];
      }>();
      expect([answer.status, problem.code]).toEqual([status, code]);
      expect(answer.headers.get('Content-Type')).toBe('application/problem+json');
      expect(problem).toMatchObject({ status, title: expect.stringMatching(/\.$/) as string });
      if (path !== undefined) expect(problem.issues?.map((issue) => issue.path)).toContain(path);
      expect(await everything()).toEqual(before);
    },
  );
});

it('a body in another encoding is refused, not decoded with replaced letters', async () => {
  const before = await everything();
  const name = new Uint8Array([...new TextEncoder().encode('{"active":true,"name":"J'), 0xfc, 0x22, 0x7d]);
  const answer = await ask(`/places/${uuidv7()}`, {
    ...{ method: 'PUT', as: admin, key: newKey(), bytes: name },
    headers: { 'Content-Type': 'application/json' },
  });
  expect([answer.status, (await answer.json<{ code: string }>()).code]).toEqual([400, 'malformed_json']);
  expect(await everything()).toEqual(before);
});

it('an upgrade from a foreign Origin, or without one, is refused', async () => {
  for (const origin of ['https://evil.example', 'null', '']) {
    const headers = { Upgrade: 'websocket', Origin: origin };
    expect((await ask('/channels/attendance/socket', { as: ben, headers })).status).toBe(403);
  }
});

it('only an exact origin of the list is allowed', async () => {
  const listed = { ...env, ALLOWED_ORIGINS: 'https://wall.example https://kiosk.example' };
  const from = (Origin: string) =>
    listen(ben, 'attendance', '', listed).then(() =>
      ask('/attendance/check-in', {
        as: ben,
        json: { id: uuidv7() },
        key: newKey(),
        headers: { Origin },
        env: listed,
      }),
    );
  expect((await from('https://kiosk.example')).status).toBe(200);
  expect((await from('https://kiosk.example.evil.example')).status).toBe(403);
});

it('an internal error is a problem without stack or SQL', async () => {
  const broken = {
    ...env,
    DB: {
      prepare: () => {
        throw new Error('SELECT secret FROM sessions');
      },
    } as unknown as D1Database,
  };
  const answer = await ask('/me', { as: ben, env: broken });
  expect(answer.status).toBe(500);
  expect(await answer.text()).not.toMatch(/SELECT|secret|\.ts/);
});

it('every answer forbids caching, sniffing and framing', async () => {
  const { headers } = await ask('/me', { as: ben });
  expect(Object.fromEntries(headers)).toMatchObject({
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-security-policy': expect.stringContaining("frame-ancestors 'none'") as string,
  });
  const secure = await api.fetch(new Request('https://muster.test/api/v1/me'), env);
  expect(secure.headers.get('Strict-Transport-Security')).toContain('max-age');
});

it('a person’s writes beyond the rate limit are refused', async () => {
  const eager = await someone();
  const full = { ...env, WRITES: { limit: () => Promise.resolve({ success: false }) } };
  const answer = await ask('/attendance/check-in', {
    as: eager,
    json: { id: uuidv7() },
    key: newKey(),
    env: full,
  });
  expect(answer.status).toBe(429);
  expect(answer.headers.get('Retry-After')).toBe('60');
});
