/** The heads of many channels: each name needs its right, and all of them cost three D1 calls (test/edge/costs.ts). */
import { beforeEach, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { sessionChannel } from '../../../worker/contract/channels';
import { begun, host, newHosts, other } from '../sessions/hosted';
import { ask, type Someone, someone } from '../workplace';

beforeEach(newHosts);

const heads = (as: Someone, names: readonly string[]) =>
  ask(`/channels/heads?names=${names.join(',')}`, { as });
const sessions = (count: number, as = host) =>
  Promise.all(Array.from({ length: count }, async () => sessionChannel((await begun([], {}, as)).id)));

it('a host gets those of all their sessions at once, for no more than one', async () => {
  const names = await sessions(20);
  const answer = await heads(host, names);
  expect(answer.status).toBe(200);
  const { heads: found } = await answer.json<{ heads: Record<string, number> }>();
  expect(Object.keys(found).sort()).toEqual([...names].sort());
});

it.each([
  ['another host’s session', async () => (await sessions(1, other))[0]],
  ['a session that does not exist', () => Promise.resolve(sessionChannel(uuidv7()))],
  ['another person’s own channel', async () => `user.${(await someone()).id}`],
  ['a channel of another role', () => Promise.resolve('tills')],
  ['no channel', () => Promise.resolve('x'.repeat(10_000))],
])('one name among many that is %s is refused, wherever it stands', async (_, name) => {
  const own = await sessions(2);
  for (const names of [
    [await name(), ...own],
    [...own, await name()],
  ])
    expect((await heads(host, names.map(String))).status).toBe(403);
});
