/** Days that a supervisor enters directly, for one or many. */
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { checkIn, checkOut } from '../../worker/attendance/attendance';
import { headsOf } from '../../worker/live/replay';
import { ask, everything, listening, newKey, scopeOf, type Someone, someone } from './workplace';
import {
  at,
  ana,
  ben,
  newPeople,
  worked,
  record,
  pause,
  days,
  enter,
  ok,
  problem,
  recordsOf,
  breaksOf,
} from './corrected';

beforeEach(newPeople);

describe('a supervisor', () => {
  it('enters, changes and removes somebody’s days at once, with a reason, and the person is told', async () => {
    const made = record('08T09:00', '08T17:00', { breaks: [pause('08T12:00', '08T12:30')] });
    const entered = await ok(enter(ana, ben, days('08', [made])));
    expect(entered).toMatchObject({ state: 'entered', decidedBy: { id: ana.id }, before: [] });
    expect(await recordsOf(ben)).toMatchObject([{ id: made.id, outAt: at('08T17:00') }]);
    await ok(enter(ana, ben, days('08', [])));
    expect(await recordsOf(ben)).toEqual([]);
    const { results } = await env.DB.prepare(
      `SELECT title, body FROM notifications WHERE person_id = ? AND kind = 'days.entered'`,
    )
      .bind(ben.id)
      .all<{ body: string }>();
    expect(results[0]?.body).toContain('09:00 – 17:00');
    expect(results[0]?.body).toContain('The door log says so');
  });

  it('may close the record of somebody who is in, and everybody hears that they are out', async () => {
    const id = await worked(ben, '08T09:00', null);
    const everyone = await listening(await someone(), 'attendance');
    await ok(enter(ana, ben, days('08', [record('08T09:00', '08T12:05', { id })])));
    await everyone.until(() => everyone.events.length === 1);
    expect(everyone.events[0]).toMatchObject({
      type: 'attendance.checked_out',
      data: { state: 'out', since: at('08T12:05') },
    });
  });

  it('says nothing of being out by correcting an old day of somebody who is in', async () => {
    await worked(ben, '08T09:00', '08T17:00');
    await worked(ben, '09T09:00', null);
    const everyone = await listening(await someone(), 'attendance');
    const before = (await headsOf(env.DB, ['attendance'])).heads['attendance'] ?? 0;
    await ok(enter(ana, ben, days('08', [])));
    const eve = await someone();
    await checkIn(scopeOf(eve, at('09T10:00')), uuidv7());
    await everyone.until(() => everyone.texts.some((text) => text.includes(eve.id)));
    // What was told before it listened may be told again: only its number counts.
    const fresh = everyone.events.filter(({ seq }) => seq > before);
    expect(fresh.map(({ type }) => type)).not.toContain('attendance.checked_out');
    expect(fresh.length).toBeGreaterThan(0);
  });

  it('never enters their own days, nor those of nobody', async () => {
    const before = await everything();
    expect(await problem(enter(ana, ana, days('08', [])))).toMatchObject({ code: 'own_day' });
    const nobody = { ...ben, id: uuidv7() };
    expect((await enter(ana, nobody, days('08', [record('08T09:00', '08T17:00')]))).status).toBe(404);
    expect(await everything()).toEqual(before);
  });

  it('enters one day for many, each by the clock of their own zone, with an outcome for each', async () => {
    const tokyo = await someone({ zone: 'Asia/Tokyo' });
    const busy = await someone();
    await worked(busy, '07T23:00', '08T10:00');
    const people = [ben, tokyo, busy, ana].map(({ id }) => ({ id: uuidv7(), personId: id }));
    const json = {
      ...{ date: '2026-06-08', people, reason: 'The terminal was broken' },
      records: [{ start: '09:00', end: '17:00', breaks: [{ kind: 'meal', start: '12:00', end: '12:30' }] }],
    };
    const key = newKey();
    const answer = await ask('/attendance/days', { as: ana, key, json });
    const first = await answer.json<{ people: { outcome: string; why: string | null }[] }>();
    expect(first.people.map(({ outcome }) => outcome)).toEqual(['entered', 'entered', 'refused', 'refused']);
    expect(first.people[2]?.why).toContain('overlap');
    expect((await recordsOf(ben))[0]).toMatchObject({ inAt: at('08T09:00'), outAt: at('08T17:00') });
    expect((await recordsOf(tokyo))[0]?.inAt).toBe(Date.parse('2026-06-08T09:00+09:00'));
    expect(await breaksOf(ben)).toHaveLength(1);
    const again = await ask('/attendance/days', { as: ana, key, json });
    expect((await again.json<typeof first>()).people.map(({ outcome }) => outcome)).toEqual([
      'entered',
      'entered',
      'refused',
      'refused',
    ]);
    expect(await recordsOf(ben)).toHaveLength(1);
  });

  it('enters fifty at once, and not one more', async () => {
    const crowd = await Promise.all(Array.from({ length: 51 }, () => someone()));
    const people = crowd.map(({ id }) => ({ id: uuidv7(), personId: id }));
    const json = {
      date: '2026-06-08',
      reason: 'Fire drill',
      records: [{ start: '09:00', end: '10:00', breaks: [] }],
    };
    expect(
      (await ask('/attendance/days', { as: ana, key: newKey(), json: { ...json, people } })).status,
    ).toBe(400);
    const answer = await ask('/attendance/days', {
      as: ana,
      key: newKey(),
      json: { ...json, people: people.slice(0, 50) },
    });
    const { people: outcomes } = await answer.json<{ people: { outcome: string }[] }>();
    expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(['entered']));
    expect(await recordsOf(crowd[49] as Someone)).toHaveLength(1);
  });

  it('who enters a day while its person taps does not lose the tap', async () => {
    const id = await worked(ben, '08T09:00', null);
    const [answer] = await Promise.all([
      enter(ana, ben, days('08', [record('08T08:00', null, { id })])),
      checkOut(scopeOf(ben, at('08T17:00')), id),
    ]);
    const [after] = await recordsOf(ben);
    expect(after?.outAt).toBe(at('08T17:00'));
    expect(after?.inAt).toBe(answer.status === 200 ? at('08T08:00') : at('08T09:00'));
  });
});
