/** No one changes the terms and schedules of their own past days while another person may. */
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { addDays, dateIn } from '../../../../worker/contract/zones';
import type { Person } from '../../../../worker/contract/people/people';
import { day, follow } from '../../schedules/rota';
import { ask, everything, newKey, type Someone, someone } from '../../workplace';

const today = dateIn('Europe/Berlin', Date.now());
const past = addDays(today, -10);

let ana: Someone;
let omar: Someone;
beforeEach(async () => {
  await env.DB.prepare('UPDATE people SET active = 0').run();
  [ana, omar] = [await someone({ roles: ['admin'] }), await someone({ roles: ['supervisor'] })];
  await follow([ana, omar], day);
});

const unassign = (as: Someone, who: readonly Someone[], validFrom: string) =>
  ask('/schedules/assignments', {
    as,
    key: newKey(),
    json: { people: who.map(({ id }) => id), scheduleId: null, validFrom },
  });

async function edit(as: Someone, who: Someone, some: object): Promise<Response> {
  const { name, email, department, position, category, zone, staffNumber, updatedAt } = await (
    await ask(`/people/${who.id}`, { as })
  ).json<Person>();
  const form = { name, email, department, position, category, zone, staffNumber, seenAt: updatedAt };
  return ask(`/people/${who.id}`, { as, key: newKey(), method: 'PATCH', json: { ...form, ...some } });
}

async function isRefused(act: () => Promise<Response>): Promise<void> {
  const before = await everything();
  const answer = await act();
  expect([answer.status, await answer.json()]).toMatchObject([403, { code: 'own_day' }]);
  expect(await everything()).toEqual(before);
}

describe('the terms and schedule of one’s own past days', () => {
  it('cannot be another schedule by one’s own assignment, alone or among others', async () => {
    await isRefused(() => unassign(omar, [omar], past));
    await isRefused(() => unassign(omar, [omar, ana], addDays(today, -1)));
    expect((await unassign(omar, [ana], past)).status).toBe(200);
    expect((await unassign(ana, [omar], past)).status).toBe(200);
    expect((await unassign(omar, [omar], today)).status).toBe(200);
  });

  it.each([{ weeklyMinutes: 600 }, { zone: 'Asia/Tokyo' }])(
    'cannot be changed to %o by oneself from a past date',
    async (some) => {
      const noor = await someone({ roles: ['admin'] });
      await isRefused(() => edit(ana, ana, { ...some, validFrom: past }));
      expect((await edit(ana, ana, { position: 'Director', validFrom: past })).status).toBe(200);
      expect((await edit(noor, ana, { ...some, validFrom: past })).status).toBe(200);
      expect((await edit(ana, ana, { ...some, zone: null, validFrom: today })).status).toBe(200);
    },
  );

  it('can be changed by the only person who may', async () => {
    expect((await edit(ana, ana, { weeklyMinutes: 600, validFrom: past })).status).toBe(200);
    await isRefused(() => unassign(ana, [ana], past));
    await env.DB.prepare('UPDATE people SET active = 0 WHERE id = ?').bind(omar.id).run();
    expect((await unassign(ana, [ana], past)).status).toBe(200);
  });
});
