/** Deny by default: who may listen to a channel, by socket, events and heads. */
import { describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { channelKinds } from '../../../worker/contract/channels';
import { Role } from '../../../worker/contract/roles';
import { ask, listen, Listening, type Someone, someone } from '../workplace';

/** Repeated here on purpose. */
const everyone = Role.options;
const staff: readonly Role[] = ['employee', 'supervisor', 'host', 'cashier', 'releasing', 'admin'];

const listeners: Record<string, readonly Role[]> = {
  attendance: staff,
  'admin.dashboard': ['supervisor', 'admin'],
  'admin.employees': ['admin'],
  presence: staff,
  orders: ['cashier', 'releasing', 'admin'],
  registrations: ['cashier', 'releasing', 'admin'],
  tills: ['cashier', 'admin'],
  display: ['cashier', 'releasing', 'admin'],
  sessions: everyone,
  session: [],
  user: [],
};

describe('every channel', () => {
  it('is in this table', () => {
    expect([...channelKinds].sort()).toEqual(Object.keys(listeners).sort());
  });

  /** The statuses of socket, events and heads. */
  async function ways(as: Someone | undefined, channel: string): Promise<number[]> {
    const socket = await listen(as, channel);
    const answers = [
      await ask(`/channels/${channel}/events?since=0`, { as }),
      await ask(`/channels/heads?names=${channel}`, { as }),
    ];
    return [socket instanceof Listening ? 101 : socket.status, ...answers.map(({ status }) => status)];
  }

  it.each(Role.options)(
    'admits the role %s exactly as in the table, by socket, events and heads',
    async (role) => {
      const person = await someone({ roles: [role] });
      for (const [channel, roles] of Object.entries(listeners)) {
        const expected = roles.includes(role) ? [101, 200, 200] : [403, 403, 403];
        expect([channel, await ways(person, channel)]).toEqual([channel, expected]);
      }
    },
  );

  it('of a person admits that person only, and no admin', async () => {
    const [ben, eve, admin] = [await someone(), await someone(), await someone({ roles: ['admin'] })];
    expect(await ways(ben, `user.${ben.id}`)).toEqual([101, 200, 200]);
    expect(await ways(eve, `user.${ben.id}`)).toEqual([403, 403, 403]);
    expect(await ways(admin, `user.${ben.id}`)).toEqual([403, 403, 403]);
  });

  it('refuses a request without a session', async () => {
    for (const channel of [...channelKinds, `user.${uuidv7()}`])
      expect(await ways(undefined, channel)).toEqual([401, 401, 401]);
  });

  it('that does not exist is refused like a forbidden one', async () => {
    const admin = await someone({ roles: ['admin'] });
    for (const name of [
      'orders.secret',
      'constructor',
      '__proto__',
      'user.',
      'user.x',
      `user.${'a'.repeat(36)}`,
      'attendance ',
    ]) {
      expect([name, await ways(admin, encodeURIComponent(name))]).toEqual([name, [403, 403, 403]]);
    }
  });

  it('is refused also in one request with an allowed channel', async () => {
    const ben = await someone();
    expect((await ask('/channels/heads?names=attendance,admin.dashboard', { as: ben })).status).toBe(403);
  });

  it('cannot be joined as another person by a header', async () => {
    const [ben, eve] = [await someone(), await someone()];
    const answer = await ask(`/channels/user.${ben.id}/socket`, {
      as: eve,
      headers: { Upgrade: 'websocket', 'x-person': ben.id, 'x-session': ben.session },
    });
    expect(answer.status).toBe(403);
  });
});
