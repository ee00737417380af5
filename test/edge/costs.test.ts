/** No route costs much, and none is missing: each successful request of every test is held against the table (routes.ts). */
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { costs } from './costs';
import { Edge } from './edge';
import { mustCostLittle, routes } from './routes';

describe('the table of costs', () => {
  it('has each route, and no other', () => {
    expect(routes.filter((route) => !(route in costs))).toEqual([]);
    expect(Object.keys(costs).filter((route) => !routes.includes(route))).toEqual([]);
  });

  it('lets no request take more than four D1 calls, or call an object for each person', () => {
    for (const [route, [d1, others]] of Object.entries(costs)) {
      expect(d1, route).toBeLessThanOrEqual(4);
      expect(others, route).toBeLessThanOrEqual(24);
    }
  });

  it('refuses a request that takes more', async () => {
    const edge = new Edge(env);
    for (let n = 0; n < 5; n += 1) await edge.env.DB.prepare('SELECT 1').run();
    expect(() => mustCostLittle('GET /me', new Response(), edge)).toThrow('GET /me took 5 D1 calls');
  });
});

describe('the edge refuses, as production does,', () => {
  const db = () => new Edge(env).env.DB;
  it.each([
    [
      'a statement of more than 100 kB',
      () =>
        db()
          .prepare(`SELECT '${'a'.repeat(100_000)}'`)
          .run(),
    ],
    [
      'more than 100 parameters',
      () =>
        db()
          .prepare(`SELECT ${Array(101).fill('?').join()}`)
          .bind(...Array<number>(101).fill(1))
          .run(),
    ],
    [
      'a pattern of more than 50 bytes',
      () => db().prepare('SELECT 1 WHERE ? LIKE ?2').bind('a', 'é'.repeat(26)).run(),
    ],
    [
      'a pattern that the statement puts together',
      () => db().prepare(`SELECT 1 WHERE 'a' LIKE lower('A')`).run(),
    ],
    ['a value of more than 2 MB', () => db().prepare('SELECT length(?)').bind('a'.repeat(2_000_001)).run()],
    [
      'more than 1,000 calls',
      async () => {
        const { DB } = new Edge(env).env;
        for (let n = 0; n < 1_001; n += 1) await DB.prepare('SELECT 1').run();
      },
    ],
  ])('%s', async (_, act) => {
    await expect(act()).rejects.toThrow('D1_ERROR');
  });
});
