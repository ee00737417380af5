import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it, vi } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { api } from '../../../../worker/api';
import { watched } from '../../../../worker/db/calls';
import { sha256 } from '../../../../worker/contract/secrets';
import { ask, everything, someone } from '../../workplace';
import { PASSWORD, signIn, withPassword } from './account';

describe('signing in', () => {
  it('with the right password sets a cookie that opens the API', async () => {
    const ben = await withPassword();
    const answer = await signIn(`  ${ben.email.toUpperCase()} `, PASSWORD);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      id: ben.id,
      name: ben.name,
      email: ben.email,
      roles: ['employee'],
      zone: 'Europe/Berlin',
      organisation: 'Our workplace',
    });
    const [cookie] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/^muster=/);
    expect(cookie).toMatch(/HttpOnly/i);
    expect(cookie).toMatch(/SameSite=Lax/i);
    expect(cookie).toMatch(/Path=\//i);
    const me = await ask('/me', { as: { cookie: (cookie as string).split(';')[0] as string } });
    expect(await me.json()).toMatchObject({ id: ben.id });
  });

  it('over https names the cookie so that only this host can set it', async () => {
    const ben = await withPassword();
    const origin = 'https://muster.test';
    const ctx = createExecutionContext();
    const answer = await api.fetch(
      new Request(`${origin}/api/v1/session`, {
        method: 'POST',
        headers: { Origin: origin, 'Content-Type': 'application/json' },
        body: JSON.stringify({ email: ben.email, password: PASSWORD }),
      }),
      env,
      ctx,
    );
    await waitOnExecutionContext(ctx);
    const [cookie] = answer.headers.getSetCookie() as [string];
    expect(cookie).toMatch(/^__Host-muster=/);
    expect(cookie).toMatch(/; Secure/i);
    expect(cookie).not.toMatch(/Domain=/i);
    const me = await api.fetch(
      new Request(`${origin}/api/v1/me`, { headers: { Cookie: cookie.split(';')[0] as string } }),
      env,
      createExecutionContext(),
    );
    expect(me.status).toBe(200);
  });

  it('is refused in the same words for a wrong password, an unknown account and a deactivated person', async () => {
    const [ben, gone] = [await withPassword(), await withPassword()];
    await env.DB.prepare('UPDATE people SET active = 0 WHERE id = ?').bind(gone.id).run();
    const answers = [
      await signIn(ben.email, 'wrong'),
      await signIn('nobody@example.org', PASSWORD),
      await signIn(gone.email, PASSWORD),
    ];
    const bodies = await Promise.all(answers.map((answer) => answer.json<{ code: string }>()));
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
    // Only the request's own id differs.
    for (const body of bodies) expect({ ...body, instance: '' }).toEqual({ ...bodies[0], instance: '' });
    expect(answers.flatMap(({ headers }) => headers.getSetCookie())).toEqual([]);
  });

  it('is refused after ten tries of an account from one address, even with the right password', async () => {
    const ben = await withPassword();
    for (const email of [ben.email, `${uuidv7()}@example.org`]) {
      const guesses = await Promise.all(
        Array.from({ length: 12 }, () => signIn(email, 'guess', '192.0.2.1')),
      );
      expect(guesses.map(({ status }) => status).sort()).toEqual([...Array<number>(10).fill(401), 429, 429]);
      const right = await signIn(email, PASSWORD, '192.0.2.1');
      expect(right.status).toBe(429);
      expect(Number(right.headers.get('Retry-After'))).toBeGreaterThan(800);
    }
    expect((await signIn(ben.email, PASSWORD, '192.0.2.2')).status).toBe(200); // a stranger's guesses do not lock out other addresses
    vi.useFakeTimers({ now: Date.now() + 15 * 60_000 + 1, toFake: ['Date'] });
    expect((await signIn(ben.email, PASSWORD, '192.0.2.1')).status).toBe(200);
    vi.useRealTimers();
  });

  it('is refused after a hundred tries from one address, for any account', async () => {
    await env.DB.prepare('INSERT INTO tries (key, count, resets_at) VALUES (?, 100, ?)')
      .bind('address:192.0.2.7', Date.now() + 60_000)
      .run();
    const ben = await withPassword();
    expect((await signIn(ben.email, PASSWORD, '192.0.2.7')).status).toBe(429);
    expect((await signIn(ben.email, PASSWORD, '192.0.2.8')).status).toBe(200);
  });

  it('is refused after fifty tries of an account from anywhere, and tries of a blocked address count for no account', async () => {
    const ben = await withPassword();
    const tried = (key: string, count: number) =>
      env.DB.prepare('INSERT INTO tries (key, count, resets_at) VALUES (?, ?, ?)')
        .bind(key, count, Date.now() + 60_000)
        .run();
    await tried(`account:${ben.email}`, 49);
    await tried('address:192.0.2.66', 100);
    for (let n = 0; n < 3; n += 1) expect((await signIn(ben.email, 'guess', '192.0.2.66')).status).toBe(429);
    expect((await signIn(ben.email, 'guess')).status).toBe(401);
    expect((await signIn(ben.email, PASSWORD)).status).toBe(429);
  });

  it('counts a whole IPv6 network as one address', async () => {
    const { email } = await withPassword();
    const guesses = await Promise.all(
      Array.from({ length: 12 }, (_, n) => signIn(email, 'guess', `2001:db8:1:2::${n}`)),
    );
    expect(guesses.filter(({ status }) => status === 429)).toHaveLength(2);
  });

  it('is not refused after successful tries', async () => {
    const ben = await withPassword();
    for (let n = 0; n < 12; n += 1) expect((await signIn(ben.email, PASSWORD, '192.0.2.9')).status).toBe(200);
  });
});

describe('a device on which the person has signed in', () => {
  const guessedUp = async (email: string) => {
    const row = 'INSERT OR REPLACE INTO tries (key, count, resets_at) VALUES (?, 50, ?)';
    await env.DB.prepare(row)
      .bind(`account:${email}`, Date.now() + 60_000)
      .run();
  };
  const cookiesOf = (answer: Response) =>
    answer.headers
      .getSetCookie()
      .map((it) => it.split(';')[0])
      .join('; ');

  it('still gets in when strangers have used up the account’s tries, and has its own limit', async () => {
    const [ben, eve] = [await withPassword(), await withPassword()];
    const cookie = cookiesOf(await signIn(ben.email, PASSWORD));
    const on = (email: string, password: string) =>
      ask('/session', { as: { cookie }, json: { email, password } });
    await guessedUp(ben.email);
    await guessedUp(eve.email);
    expect((await signIn(ben.email, PASSWORD)).status).toBe(429);
    expect((await on(ben.email, PASSWORD)).status).toBe(200);
    expect((await on(eve.email, PASSWORD)).status).toBe(429);
    const guesses = await Promise.all(Array.from({ length: 11 }, () => on(ben.email, 'guess')));
    expect(guesses.map(({ status }) => status).sort()).toEqual([...Array<number>(10).fill(401), 429]);
  });

  it('is not one with a cookie of another’s making', async () => {
    const ben = await withPassword();
    await guessedUp(ben.email);
    const forged = `muster-known=${encodeURIComponent(`x.${await sha256(ben.email)}.${'A'.repeat(43)}=`)}`;
    const json = { email: ben.email, password: PASSWORD };
    expect((await ask('/session', { as: { cookie: forged }, json })).status).toBe(429);
  });
});

describe('a session', () => {
  it('ends when its person signs out, and the cookie is cleared', async () => {
    const ben = await withPassword();
    const [set] = (await signIn(ben.email, PASSWORD)).headers.getSetCookie() as [string];
    const as = { cookie: set.split(';')[0] as string };
    const answer = await ask('/session', { method: 'DELETE', as });
    expect(answer.status).toBe(204);
    expect(answer.headers.getSetCookie().join()).toMatch(/muster=;.*Max-Age=0/i);
    expect((await ask('/me', { as })).status).toBe(401);
  });

  it('ends after its time, and when its person is deactivated', async () => {
    const [ben, eve] = [await someone(), await someone()];
    await env.DB.prepare('UPDATE sessions SET expires_at = ? WHERE id = ?')
      .bind(Date.now() - 1, ben.session)
      .run();
    await env.DB.prepare('UPDATE people SET active = 0 WHERE id = ?').bind(eve.id).run();
    expect((await ask('/me', { as: ben })).status).toBe(401);
    expect((await ask('/me', { as: eve })).status).toBe(401);
  });
});

describe('signing out', () => {
  it('fails if the session cannot be ended', async () => {
    const ben = await someone();
    const DB = watched(env.DB, (sent, call) => {
      if (sent.some(({ sql }) => /^delete from "sessions"/.test(sql))) throw new Error('D1 is away');
      return call();
    });
    const answer = await ask('/session', { method: 'DELETE', as: ben, env: { ...env, DB } });
    expect(answer.status).toBe(500);
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect((await ask('/me', { as: ben })).status).toBe(200);
  });
});

describe('the setup link', () => {
  const token = 'ab'.repeat(32);
  const admin = { token, name: 'Ana Kovač', email: 'ana@example.org', password: 'a long enough password' };
  const setUp = (json: object) =>
    ask('/setup', { json, headers: { 'CF-Connecting-IP': crypto.randomUUID() } });
  const link = async (expires = Date.now() + 60_000) =>
    env.DB.prepare('INSERT OR REPLACE INTO setup_links (hash, expires_at) VALUES (?, ?)')
      .bind(await sha256(token), expires)
      .run();
  const emptied = () =>
    env.DB.batch(
      ['attendance', 'terms', 'accounts', 'sessions', 'people', 'setup_links', 'tries'].map((table) =>
        env.DB.prepare(`DELETE FROM ${table}`),
      ),
    );

  it('creates the first admin once and signs them in, from the real link only', async () => {
    await emptied();
    await link();
    expect((await setUp({ ...admin, token: 'cd'.repeat(32) })).status).toBe(410);
    const answers = await Promise.all([setUp(admin), setUp({ ...admin, email: 'eve@example.org' })]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 410]);
    const [made] = answers.filter(({ status }) => status === 200) as [Response];
    const as = { cookie: (made.headers.getSetCookie()[0] as string).split(';')[0] as string };
    expect(await (await ask('/me', { as })).json()).toMatchObject({ name: 'Ana Kovač', roles: ['admin'] });
    const { results } = await env.DB.prepare('SELECT email FROM people').all();
    expect(results).toHaveLength(1);
  });

  it('is refused when the workplace has people, or after it expires', async () => {
    await emptied();
    await link(Date.now() - 1);
    expect(await (await setUp(admin)).json()).toMatchObject({ code: 'setup_link_spent' });
    await someone();
    await link();
    const before = await everything();
    expect(await (await setUp(admin)).json()).toMatchObject({ code: 'already_set_up' });
    expect(await everything()).toEqual(before);
  });

  it('cannot be blocked by guesses from another address', async () => {
    await emptied();
    await link();
    for (let n = 0; n < 12; n += 1)
      expect((await setUp({ ...admin, token: 'cd'.repeat(32) })).status).toBe(410);
    expect((await setUp(admin)).status).toBe(200);
  });

  it('refuses a short password, naming the field', async () => {
    await emptied();
    await link();
    const answer = await setUp({ ...admin, password: 'short' });
    expect(await answer.json()).toMatchObject({
      code: 'invalid_input',
      issues: [{ path: 'password', message: 'must be at least 12 characters' }],
    });
  });
});
