/** An isolate remembers whom it has served: a write then takes one question and one commit, and never trusts what it remembers. */
import { env } from 'cloudflare:workers';
import { uuidv7 } from 'uuidv7';
import { expect, it } from 'vitest';
import { place, product } from '../sales/shop';
import { ask, everything, newKey, type Someone, someone } from '../workplace';

/** The real database, which counts its calls. */
function counted() {
  const calls = { count: 0 };
  const DB = new Proxy(env.DB, {
    get(db, name: keyof D1Database) {
      const value = db[name];
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        if (name === 'batch') calls.count += 1;
        return (value as (...args: unknown[]) => unknown).apply(db, args);
      };
    },
  });
  return { calls, env: { ...env, DB } };
}

const checkIn = (as: Someone, bindings: Cloudflare.Env = env) =>
  ask('/attendance/check-in', { as, json: { id: uuidv7() }, key: newKey(), env: bindings });

const remembered = async (roles: Parameters<typeof someone>[0]) => {
  const person = await someone(roles);
  await ask('/me', { as: person });
  return person;
};

const setRoles = ({ id }: Someone, roles: string[]) =>
  env.DB.prepare('UPDATE people SET roles = ?2 WHERE id = ?1').bind(id, JSON.stringify(roles)).run();

const makePlace = (as: Someone) =>
  ask(`/places/${uuidv7()}`, {
    method: 'PUT',
    as,
    json: { name: 'Canteen', active: true, asksReceiver: false },
    key: newKey(),
  });

it('checks a remembered person in with one question and one commit', async () => {
  const ben = await remembered({});
  const { calls, env: bindings } = counted();
  expect((await checkIn(ben, bindings)).status).toBe(200);
  expect(calls.count).toBe(2);
});

it('writes nothing for a remembered session that has ended', async () => {
  const ben = await remembered({});
  await env.DB.prepare('DELETE FROM sessions WHERE id = ?').bind(ben.session).run();
  const before = await everything();
  expect((await checkIn(ben)).status).toBe(401);
  expect(await everything()).toEqual(before);
});

it('draws no queue number for a remembered session that has ended', async () => {
  const [ann, it, placeId] = [await remembered({ roles: ['cashier'] }), await product(), await place()];
  await env.DB.prepare('DELETE FROM sessions WHERE id = ?').bind(ann.session).run();
  const before = await everything();
  const json = { id: uuidv7(), placeId, lines: [{ productId: it.id, quantity: 1 }] };
  expect((await ask('/orders', { as: ann, json, key: newKey() })).status).toBe(401);
  expect(await everything()).toEqual(before);
});

it('refuses what a remembered person may no longer do, and writes nothing', async () => {
  const ana = await remembered({ roles: ['admin'] });
  await setRoles(ana, ['employee']);
  const before = await everything();
  expect((await makePlace(ana)).status).toBe(403);
  expect(await everything()).toEqual(before);
});

it('lets a remembered person do what they may since then', async () => {
  const ana = await remembered({});
  await setRoles(ana, ['admin']);
  expect((await makePlace(ana)).status).toBe(200);
});

it('decides a remembered person’s write with their present state', async () => {
  const ben = await remembered({});
  await env.DB.prepare(`UPDATE people SET name = 'Ben Married' WHERE id = ?`).bind(ben.id).run();
  await checkIn(ben);
  const event = await env.DB.prepare('SELECT data FROM events ORDER BY seq DESC LIMIT 1').first<string>(
    'data',
  );
  expect(event).toContain('Ben Married');
});

it('decides with the latest state where a person changes again while their request runs', async () => {
  const ben = await remembered({});
  let changes = 0;
  const DB = new Proxy(env.DB, {
    get(db, name: keyof D1Database) {
      if (name !== 'batch') return db[name].bind(db);
      return async (statements: D1PreparedStatement[]) => {
        changes += 1;
        const change = env.DB.prepare('UPDATE people SET name = ?2 WHERE id = ?1');
        if (changes <= 2) await change.bind(ben.id, `Ben ${changes}`).run();
        return db.batch(statements);
      };
    },
  });
  const how = { as: ben, json: { id: uuidv7() }, key: newKey(), env: { ...env, DB } };
  expect((await ask('/attendance/check-in', { ...how, atAnyCost: true })).status).toBe(200);
  const event = 'SELECT data FROM events ORDER BY seq DESC LIMIT 1';
  expect(await env.DB.prepare(event).first<string>('data')).toContain('Ben 2');
});
