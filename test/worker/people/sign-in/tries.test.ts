/** Sign-ins at the same moment: right passwords all pass, and many guesses find out no more than one after another. */
import { env } from 'cloudflare:workers';
import { describe, expect, it, vi } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { watched } from '../../../../worker/db/calls';
import { PASSWORD, signIn, withPassword } from './account';

const count = (key: string, tries: number, forMs = 60_000) =>
  env.DB.prepare('INSERT OR REPLACE INTO tries (key, count, resets_at) VALUES (?, ?, ?)')
    .bind(key, tries, Date.now() + forMs)
    .run();
const counted = (key: string) =>
  env.DB.prepare('SELECT count FROM tries WHERE key = ?').bind(key).first<number>('count');
const sessionsOf = (personId: string) =>
  env.DB.prepare('SELECT count(*) AS n FROM sessions WHERE user_id = ?').bind(personId).first<number>('n');
const statuses = (answers: readonly Response[]) => answers.map(({ status }) => status).sort();

describe('right passwords', () => {
  it('of 150 people at one address all pass at once, and count for no limit of it', async () => {
    const address = '192.0.2.50';
    await count(`address:${address}`, 99);
    const people = await Promise.all(Array.from({ length: 150 }, withPassword));
    const answers = await Promise.all(people.map(({ email }) => signIn(email, PASSWORD, address)));
    expect(statuses(answers)).toEqual(Array<number>(150).fill(200));
    expect(await counted(`address:${address}`)).toBe(99);
  }, 120_000);

  it('of one person make thirty sessions a minute', async () => {
    const ben = await withPassword();
    await count(`sessions:${ben.email}`, 28);
    const answers = await Promise.all(Array.from({ length: 4 }, () => signIn(ben.email, PASSWORD)));
    expect(statuses(answers)).toEqual([200, 200, 429, 429]);
    expect(await sessionsOf(ben.id)).toBe(3); // with the one that they had
    expect((await signIn(ben.email, PASSWORD)).status).toBe(429);
    vi.useFakeTimers({ now: Date.now() + 60_001, toFake: ['Date'] });
    expect((await signIn(ben.email, PASSWORD)).status).toBe(200);
    vi.useRealTimers();
  });

  it('keep a hundred sessions of a person: a further one ends the oldest', async () => {
    const [ben, eve] = [await withPassword(), await withPassword()];
    await env.DB.prepare(
      `INSERT INTO sessions (id, user_id, token, expires_at, created_at, updated_at)
       SELECT 'ben ' || value, ?1, 'ben ' || value, ?2 + 9e6, ?2 - 1000 * value, ?2 FROM json_each(?3)`,
    )
      .bind(ben.id, Date.now(), JSON.stringify(Array.from({ length: 100 }, (_, n) => n + 1)))
      .run();
    expect((await signIn(ben.email, 'guess')).status).toBe(401);
    expect(await sessionsOf(ben.id)).toBe(101);
    expect((await signIn(ben.email, PASSWORD)).status).toBe(200);
    const { results } = await env.DB.prepare(
      'SELECT id FROM sessions WHERE user_id = ? ORDER BY created_at LIMIT 1',
    )
      .bind(ben.id)
      .all();
    expect([await sessionsOf(ben.id), results]).toEqual([100, [{ id: 'ben 98' }]]);
    expect(await sessionsOf(eve.id)).toBe(1);
  });

  it('are not kept from a person by the wrong ones of strangers, who make no sessions', async () => {
    const ben = await withPassword();
    for (let n = 0; n < 2; n += 1) expect((await signIn(ben.email, 'guess')).status).toBe(401);
    expect(await counted(`sessions:${ben.email}`)).toBeNull();
    expect((await signIn(ben.email, PASSWORD)).status).toBe(200);
  });
});

describe('wrong passwords', () => {
  it('for many accounts at once are answered up to the limit of the address, then refused', async () => {
    const address = '192.0.2.51';
    await count(`address:${address}`, 95);
    const emails = Array.from({ length: 12 }, () => `${uuidv7()}@example.org`);
    const answers = await Promise.all(emails.map((email) => signIn(email, 'guess', address)));
    expect(statuses(answers)).toEqual([...Array<number>(5).fill(401), ...Array<number>(7).fill(429)]);
    expect(await counted(`address:${address}`)).toBe(100);
  });

  it('hide a right one that is found with them once the limit is used up', async () => {
    const [ben, address] = [await withPassword(), '192.0.2.52'];
    const wrong = await signIn(`${uuidv7()}@example.org`, 'guess', address);
    expect(wrong.status).toBe(401);
    let [calls, refused] = [0, 0];
    /** The other guesses are counted while this one is looked at. */
    const DB = watched(env.DB, async (sent, call) => {
      if (!sent.some(({ sql }) => sql.startsWith('EXPLAIN'))) calls += 1; // a plan is asked for by the tests
      if (sent.some(({ sql }) => sql.startsWith('INSERT INTO sessions'))) {
        refused += 1;
        await count(`address:${address}`, 100);
      }
      return call();
    });
    const found = await signIn(ben.email, PASSWORD, address, { ...env, DB });
    const [right, work] = [await found.json<{ code: string }>(), calls];
    expect([found.status, right.code, refused]).toEqual([429, 'too_many_tries', 1]);
    expect(found.headers.getSetCookie()).toEqual([]);
    expect(await sessionsOf(ben.id)).toBe(1);
    // It also costs what a wrong one costs, and stays counted for the account as a wrong one does.
    await count(`address:${address}`, 1);
    calls = 0;
    await signIn(`${uuidv7()}@example.org`, 'guess', address, { ...env, DB });
    expect(calls).toBe(work);
    expect(await counted(`account:${ben.email}`)).toBe(1);
  });

  it('after a right one still count', async () => {
    const [ben, address] = [await withPassword(), '192.0.2.53'];
    await count(`address:${address}`, 98);
    expect((await signIn(ben.email, PASSWORD, address)).status).toBe(200);
    const answers = [];
    for (let n = 0; n < 3; n += 1) answers.push(await signIn(ben.email, 'wrong', address));
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 429]);
  });
});
