/** One person's days as a supervisor sees and changes them. */
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import type { Corrections, PersonDays } from '../../../../worker/contract/attendance/corrections/requests';
import { proposedOf } from '../../../../worker/attendance/corrections/days';
import {
  at,
  days,
  decide,
  enter,
  ok,
  breakAt,
  problem,
  propose,
  record,
  recordsOf,
  worked,
} from './corrected';
import { follow } from '../../schedules/rota';
import { ask, closeThrough, everything, type Someone, someone } from '../../workplace';

let ana: Someone;
let ben: Someone;
beforeEach(async () => {
  [ana, ben] = [await someone({ roles: ['supervisor'] }), await someone({ name: 'Ben Okafor' })];
  await follow([ben], { start: '09:00', end: '17:00', breakMinutes: 30 });
});

const see = (as: Someone, who: { id: string }, date = '2026-06-09') =>
  ask(`/attendance/people/${who.id}/days?date=${date}`, { as });
const seen = async (date?: string) => (await see(ana, ben, date)).json<PersonDays>();

describe('a person’s days', () => {
  it('are shown with two days on each side, shifts, breaks and the pending request', async () => {
    const [monday, tuesday] = [
      await worked(ben, '08T08:58', '08T17:02'),
      await worked(ben, '09T08:30', '09T16:00'),
    ];
    await worked(ben, '12T09:00', '12T17:00'); // three days later
    const request = await ok(propose(ben, days('09', [record('09T08:30', '09T17:00', { id: tuesday })])));
    const shown = await seen();
    expect(shown.person).toMatchObject({
      id: ben.id,
      name: 'Ben Okafor',
      email: ben.email,
      staffNumber: null,
    });
    expect(shown.days.map((day) => day.record.id)).toEqual([monday, tuesday]);
    expect(shown.shifts['2026-06-09']).toMatchObject({ startsAt: at('09T09:00'), endsAt: at('09T17:00') });
    expect(shown).toMatchObject({ date: '2026-06-09', zone: 'Europe/Berlin', closedThrough: null });
    expect(shown.breakKinds.length).toBeGreaterThan(0);
    expect(shown.pending?.id).toBe(request.id);
    expect((await seen('2026-06-08')).pending).toBeNull();
  });

  it('contain the last closed date', async () => {
    await closeThrough('2026-06-08');
    expect((await seen()).closedThrough).toBe('2026-06-08');
  });

  it('are shown to supervisors only, of people who work here or did', async () => {
    expect((await see(ana, { id: uuidv7() })).status).toBe(404);
    expect((await see(ben, ben)).status).toBe(403);
    expect((await see(ana, ben, '2026-02-30')).status).toBe(400);
  });

  it('are written if they have not changed since they were read', async () => {
    const id = await worked(ben, '09T08:30', '09T16:00');
    const before = (await seen()).days.map(proposedOf);
    const meal = breakAt('09T12:00', '09T12:30');
    const made = record('09T08:30', '09T17:00', { id, breaks: [meal] });
    await ok(enter(ana, ben, days('09', [made]), { before }));
    expect((await seen()).days.map(proposedOf)).toEqual([made]);
  });

  it('are not written if a tap came after they were read', async () => {
    const id = await worked(ben, '09T08:30', '09T12:00');
    const before = (await seen()).days.map(proposedOf);
    await worked(ben, '09T13:00', '09T17:00');
    const was = await everything();
    const refused = enter(ana, ben, days('09', [record('09T08:00', '09T12:00', { id })]), { before });
    expect(await problem(refused)).toMatchObject({ code: 'changed_meanwhile' });
    const { idempotency: _keys, ...now } = await everything();
    expect({ ...now, idempotency: was['idempotency'] }).toEqual(was);
    expect(await recordsOf(ben)).toHaveLength(2);
  });
});

describe('the queue', () => {
  it('says whether no other person may decide', async () => {
    const alone = async (as: Someone) =>
      (await (await ask('/corrections?state=pending', { as })).json<Corrections>()).alone;
    await env.DB.prepare('UPDATE people SET active = 0 WHERE id <> ?').bind(ana.id).run();
    expect(await alone(ana)).toBe(true);
    const own = await ok(propose(ana, days('09', [record('09T09:00', '09T10:00')])));
    const other = await someone({ roles: ['admin'] });
    expect([await alone(ana), await alone(other)]).toEqual([false, false]);
    expect(await problem(decide(ana, 'approve', own.id))).toMatchObject({ code: 'own_correction' });
  });
});
