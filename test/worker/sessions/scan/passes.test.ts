/** Passes from before the sign-in, as someone in the room could make them for others who are not. */
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Ticket } from '../../../../worker/contract/sessions/sessions';
import { begun, code, MINUTE, newHosts, outcome, rowOf, send } from '../hosted';
import { ask, type Someone, someone } from '../../workplace';

const START = Date.parse('2026-06-10T08:00Z');
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: START });
  await newHosts();
});
afterEach(() => void vi.useRealTimers());

const cookieOf = (answer: Response) => answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
const join = (...cookies: string[]) => ({ cookie: cookies.filter(Boolean).join('; ') });

/** A pass, and the cookie of the device that got it. */
async function scanned(id: string, token: string | null, device = '') {
  const answer = await ask(`/sessions/${id}/passes`, { as: join(device), json: { token } });
  const { pass = '', code: refusal } = await answer.json<{ pass?: string; code?: string }>();
  return { pass, refusal, device: device || cookieOf(answer) };
}

const exchanged = (who: Someone, id: string, pass: string, device: string) =>
  ask(`/sessions/${id}/tickets`, { as: join(who.cookie, device), json: { pass } });

async function attended(who: Someone, id: string, { pass, device }: { pass: string; device: string }) {
  const answer = await exchanged(who, id, pass, device);
  if (!answer.ok) return outcome(answer);
  const { ticket } = await answer.json<Ticket>();
  return outcome(
    await send({ ...who, cookie: join(who.cookie, device).cookie }, 'POST', `/sessions/${id}/attendance`, {
      ticket,
    }),
  );
}

describe('a pass', () => {
  it('counts on the device that scanned, and tells the host how long before the sign-in it did', async () => {
    const mia = await someone();
    const { id } = await begun([mia]);
    const scan = await scanned(id, (await code(id)).token);
    vi.setSystemTime(START + 26_000);
    expect(await attended(mia, id, scan)).toBe('in');
    expect(await rowOf(id, mia)).toMatchObject({
      status: 'present',
      at: START,
      flags: [{ kind: 'before_sign_in', words: 'Scanned 26 s before signing in' }],
    });
  });

  it('given to another device is refused, and stays good on its own', async () => {
    const [mia, noa] = [await someone(), await someone()];
    const { id } = await begun([mia, noa]);
    const scan = await scanned(id, (await code(id)).token);
    for (const device of ['', `muster-device=${crypto.randomUUID()}`])
      expect(await attended(noa, id, { ...scan, device })).toBe('ticket_spent');
    expect(await rowOf(id, noa)).toMatchObject({ status: null });
    expect(await attended(mia, id, scan)).toBe('in');
  });

  it('is one for a device and a code: the latest before its use, and none after', async () => {
    const [mia, noa] = [await someone(), await someone()];
    const { id } = await begun([mia, noa]);
    const { token } = await code(id);
    const first = await scanned(id, token);
    vi.setSystemTime(START + 3_000);
    const second = await scanned(id, token, first.device);
    expect(await attended(mia, id, first)).toBe('ticket_spent');
    expect(await attended(mia, id, second)).toBe('in');
    expect((await rowOf(id, mia))?.at).toBe(START); // the first scan of that code
    expect((await scanned(id, token, first.device)).refusal).toBe('ticket_spent');
    const passes = env.DB.prepare(
      'SELECT count(*) AS n FROM session_tickets WHERE session_id = ? AND person_id IS NULL',
    ).bind(id);
    expect(await passes.first('n')).toBe(1);
    vi.setSystemTime(START + 16_000);
    const next = await scanned(id, (await code(id)).token, first.device);
    expect(await attended(noa, id, next)).toBe('in');
    expect((await rowOf(id, noa))?.flags.map(({ kind }) => kind)).toEqual([
      'shared_device',
      'before_sign_in',
    ]);
  });

  it('of many made at once on one device is one', async () => {
    const mia = await someone();
    const { id } = await begun([mia]);
    const { token } = await code(id);
    const device = `muster-device=${crypto.randomUUID()}`;
    const passes = await Promise.all(Array.from({ length: 10 }, () => scanned(id, token, device)));
    const answers = await Promise.all(passes.map(({ pass }) => exchanged(mia, id, pass, device)));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
  });
});

describe('tries are counted', () => {
  const usedUp = (key: string, count: number) =>
    env.DB.prepare('INSERT INTO tries (key, count, resets_at) VALUES (?, ?, ?)')
      .bind(key, count, Date.now() + MINUTE)
      .run();

  it('by person wherever they are, over all sessions, also for passes', async () => {
    const mia = await someone();
    const [one, two] = [await begun([mia]), await begun([mia])];
    const at = (n: number) => ({ 'CF-Connecting-IP': `192.0.2.${n}` });
    for (let n = 0; n < 12; n += 1) {
      const { id } = n % 2 === 0 ? one : two;
      const answer = await ask(`/sessions/${id}/tickets`, {
        as: mia,
        json: { code: '000000' },
        headers: at(n),
      });
      expect(answer.status).toBe(409);
    }
    const { token } = await code(one.id);
    for (const path of ['tickets', 'passes'])
      expect(
        (await ask(`/sessions/${one.id}/${path}`, { as: mia, json: { token }, headers: at(99) })).status,
      ).toBe(429);
  });

  const triesFor = (key: string) =>
    env.DB.prepare('SELECT count FROM tries WHERE key = ?').bind(key).first<number>('count');

  it('only where they fail: tickets and passes of right codes count for no one', async () => {
    const mia = await someone();
    const { id } = await begun([mia]);
    const wrong = () => ask(`/sessions/${id}/tickets`, { as: mia, json: { code: '000000' } });
    for (let n = 0; n < 11; n += 1) expect((await wrong()).status).toBe(409);
    const { token } = await code(id);
    for (const path of ['tickets', 'passes', 'tickets', 'passes'])
      expect((await ask(`/sessions/${id}/${path}`, { as: mia, json: { token } })).status).toBe(200);
    expect(await triesFor(`scan ${mia.id}`)).toBe(11);
    expect([(await wrong()).status, (await wrong()).status]).toEqual([409, 429]);
  });

  it('only where they fail: a hall of strangers gets its passes from an address with 1,199 wrong scans', async () => {
    const { id } = await begun([await someone()]);
    const { token } = await code(id);
    await usedUp(`pass ${id} local`, 1_199);
    for (let n = 0; n < 3; n += 1) expect((await scanned(id, token)).pass).not.toBe('');
    expect(await triesFor(`pass ${id} local`)).toBe(1_199);
    expect(await triesFor(`passes ${id} local`)).toBe(3);
    const wrong = () => ask(`/sessions/${id}/passes`, { json: { token: 'x'.repeat(22) } });
    expect([(await wrong()).status, (await wrong()).status]).toEqual([409, 429]);
    await env.DB.prepare('DELETE FROM tries').run();
    await usedUp(`passes ${id} local`, 6_000);
    expect((await ask(`/sessions/${id}/passes`, { json: { token } })).status).toBe(429);
  });

  it('not before the session opens, as the refusal says', async () => {
    const mia = await someone();
    const { id } = await begun([mia]);
    await env.DB.prepare(
      `UPDATE live_sessions SET state = 'scheduled', starts_at = ?2, ends_at = ?2 + 600000 WHERE id = ?1`,
    )
      .bind(id, START + 60 * MINUTE)
      .run();
    for (const path of ['tickets', 'passes'])
      expect(
        await outcome(await ask(`/sessions/${id}/${path}`, { as: mia, json: { token: 'x'.repeat(22) } })),
      ).toBe('too_early');
    expect(await triesFor(`scan ${mia.id}`)).toBe(0);
  });

  it('by address for strangers only: signed-in people scan while strangers use it up', async () => {
    const mia = await someone();
    const { id } = await begun([mia]);
    const { token } = await code(id);
    await usedUp(`pass ${id} local`, 1_200);
    expect((await ask(`/sessions/${id}/passes`, { json: { token } })).status).toBe(429);
    expect((await ask(`/sessions/${id}/passes`, { as: mia, json: { token } })).status).toBe(200);
    expect((await ask(`/sessions/${id}/tickets`, { as: mia, json: { token } })).status).toBe(200);
  });
});
