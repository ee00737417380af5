/** One caller cannot keep the database busy for everybody: their requests are counted before it is asked. */
import { env } from 'cloudflare:workers';
import { describe, expect, it, vi } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { type Around, watched } from '../../../worker/db/calls';
import { ask, checkIn, listen, signedIn, someone } from '../workplace';

/** Bindings that remember whom they counted, and how often D1 was asked. */
function counting(success: boolean) {
  const keys: string[] = [];
  const asked = vi.fn<Around>((_, call) => call());
  const limit = ({ key }: RateLimitOptions) => {
    keys.push(key);
    return Promise.resolve({ success });
  };
  return { keys, asked, env: { ...env, REQUESTS: { limit }, DB: watched(env.DB, asked) } };
}

describe('a person over the ceiling', () => {
  it('is refused reads, writes, sockets, polling and scans, before D1 is asked, and told when to try again', async () => {
    const [ben, over] = [await someone({ roles: ['admin'] }), counting(false)];
    const refused = [
      await ask('/me', { as: ben, env: over.env }),
      await ask('/reports/days?from=2026-01-01&to=2026-12-31', { as: ben, env: over.env }),
      await ask('/channels/heads?names=attendance', { as: ben, env: over.env }),
      await ask('/channels/attendance/events?since=0', { as: ben, env: over.env }),
      (await listen(ben, 'attendance', '', over.env)) as Response,
      await checkIn(ben, undefined, { env: over.env }),
      await ask(`/sessions/${uuidv7()}/tickets`, { as: ben, json: { code: '000000' }, env: over.env }),
      await ask('/session', { method: 'DELETE', as: ben, env: over.env }),
    ];
    for (const answer of refused)
      expect([answer.status, answer.headers.get('Retry-After')]).toEqual([429, '60']);
    expect(over.asked).not.toHaveBeenCalled();
  });

  it('is counted by person on all their devices, and until they are known by a hash of their session', async () => {
    const [ben, { keys, env: bindings }] = [await someone(), counting(true)];
    const phone = await signedIn(ben.id);
    for (const as of [ben, phone, ben, phone]) await ask('/me', { as, env: bindings });
    const [first = '', second = '', ...known] = keys;
    expect(known).toEqual([ben.id, ben.id]);
    expect(first).not.toBe(second);
    for (const key of [first, second]) {
      expect(key).toMatch(/^[0-9a-f]{64}$/);
      expect(`${ben.cookie} ${phone.cookie}`).not.toContain(key);
    }
  });

  it('reaches it after 600 requests a minute, and keeps no one else out', async () => {
    const [ben, eve] = [await someone(), await someone()];
    expect((await ask('/me', { as: ben })).status).toBe(200);
    await Promise.all(Array.from({ length: 600 }, () => env.REQUESTS.limit({ key: ben.id })));
    expect((await ask('/me', { as: ben })).status).toBe(429);
    expect((await ask('/me', { as: eve })).status).toBe(200);
  });
});

describe('a stranger', () => {
  it('with made-up links of customers’ screens is counted by address', async () => {
    const { keys, env: bindings } = counting(true);
    for (const n of [1, 2])
      await ask('/display', {
        as: { cookie: `muster-display=${`${n}`.repeat(64)}` },
        headers: { 'CF-Connecting-IP': '192.0.2.7' },
        env: bindings,
      });
    expect(keys).toEqual(['address 192.0.2.7', 'address 192.0.2.7']);
  });

  it('who opens a link, valid or not, is counted by address before D1 is asked', async () => {
    const over = counting(false);
    const headers = { 'CF-Connecting-IP': '192.0.2.7' };
    for (const [path, token] of [
      ['/receipts/open', '1'.repeat(32)],
      ['/display/open', '1'.repeat(64)],
    ] as const) {
      const answer = await ask(path, { json: { token }, headers, env: over.env });
      expect([answer.status, answer.headers.get('Retry-After')]).toEqual([429, '60']);
    }
    expect([over.keys, over.asked.mock.calls]).toEqual([Array(2).fill('address 192.0.2.7'), []]);
  });

  it('without any cookie, or with a session of their own making, costs D1 nothing', async () => {
    const { keys, asked, env: bindings } = counting(true);
    for (const as of [undefined, { cookie: `muster=${uuidv7()}.${'A'.repeat(43)}=` }])
      expect((await ask('/channels/heads?names=attendance', { as, env: bindings })).status).toBe(401);
    expect([keys, asked.mock.calls]).toEqual([[], []]);
  });
});
