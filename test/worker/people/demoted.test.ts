/** A role that is taken away ends what it opened, at once. */
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import {
  ask,
  checkIn,
  impatiently,
  listen,
  Listening,
  listening,
  newKey,
  type Someone,
  someone,
} from '../workplace';

/** Bindings without reachable objects. */
const withDeafObjects = () => ({
  ...env,
  CHANNELS: {
    idFromName: (name: string) => name,
    get: () => ({
      revoke: () => Promise.reject(new Error('lost')),
      deliver: () => Promise.reject(new Error('lost')),
    }),
  } as unknown as typeof env.CHANNELS,
});

describe('an admin who is demoted', () => {
  it('loses the sockets immediately, and the board with the next request', async () => {
    const [chief, ana] = [await someone({ roles: ['admin'] }), await someone({ roles: ['admin'] })];
    const sockets = [
      await listening(ana, 'admin.dashboard'),
      await listening(ana, 'admin.employees'),
      await listening(ana, `user.${ana.id}`),
    ];
    const answer = await ask(`/people/${ana.id}/roles`, {
      method: 'PUT',
      as: chief,
      json: { roles: ['employee'] },
      key: newKey(),
    });
    expect(answer.status).toBe(200);
    for (const socket of sockets) {
      await socket.until(() => socket.closed !== undefined);
      expect(socket.closed?.code).toBe(4001);
    }
    expect(await listen(ana, 'admin.dashboard')).toMatchObject({ status: 403 });
    expect((await ask('/attendance/board', { as: ana })).status).toBe(403);
    await checkIn(await someone());
    expect(sockets[0]?.seqs).toEqual([]);
    expect(await listen(ana, 'attendance')).toBeInstanceOf(Listening);
  });

  it('loses the sockets by the repeated request when the first revoke was lost', async () => {
    const [chief, ana] = [await someone({ roles: ['admin'] }), await someone({ roles: ['admin'] })];
    const board = await listening(ana, 'admin.dashboard');
    const key = newKey();
    const demote = (bindings = env) =>
      ask(`/people/${ana.id}/roles`, {
        method: 'PUT',
        as: chief,
        json: { roles: ['employee'] },
        key,
        env: bindings,
      });
    await impatiently(() => demote(withDeafObjects()));
    expect(board.closed).toBeUndefined();
    expect((await demote()).status).toBe(200);
    await board.until(() => board.closed !== undefined);
  });

  it('is published to other admins, and journalled with before and after', async () => {
    const [chief, ana] = [await someone({ roles: ['admin'] }), await someone({ roles: ['admin', 'host'] })];
    const people = await listening(chief, 'admin.employees');
    await ask(`/people/${ana.id}/roles`, {
      method: 'PUT',
      as: chief,
      json: { roles: ['host'] },
      key: newKey(),
    });
    await people.until(() => people.events.some(({ data }) => (data as { id: string }).id === ana.id));
    expect(people.events.at(-1)).toMatchObject({
      type: 'person.updated',
      data: { id: ana.id, roles: ['host'] },
    });
  });

  it('is never the last one', async () => {
    await env.DB.prepare(`UPDATE people SET roles = '["employee"]'`).run();
    const [ana, ben] = [await someone({ roles: ['admin'] }), await someone({ roles: ['admin'] })];
    const demote = (who: Someone, by: Someone) =>
      ask(`/people/${who.id}/roles`, { method: 'PUT', as: by, json: { roles: ['employee'] }, key: newKey() });
    const answers = await Promise.all([demote(ana, ben), demote(ben, ana)]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const admins = await env.DB.prepare(`SELECT count(*) AS n FROM people WHERE roles LIKE '%admin%'`).first(
      'n',
    );
    expect(admins).toBe(1);
  });
});
