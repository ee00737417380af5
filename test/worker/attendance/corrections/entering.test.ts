/** Days that a supervisor enters, for one person or for many. */
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { checkIn, checkOut } from '../../../../worker/attendance/check-in';
import { at, breaksOf, days, enter, ok, breakAt, problem, record, recordsOf, worked } from './corrected';
import { follow } from '../../schedules/rota';
import { ask, crowd, everything, listening, newKey, scopeOf, type Someone, someone } from '../../workplace';

let ana: Someone;
let ben: Someone;
beforeEach(async () => {
  [ana, ben] = [await someone({ roles: ['supervisor'] }), await someone({ name: 'Ben Okafor' })];
  await follow([ben], { start: '09:00', end: '17:00', breakMinutes: 30 });
});

describe('a supervisor', () => {
  it('enters, changes and removes a person’s days with a reason, and the person is notified', async () => {
    const made = record('08T09:00', '08T17:00', { breaks: [breakAt('08T12:00', '08T12:30')] });
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

  it('may close an open record, which publishes that the person is out', async () => {
    const id = await worked(ben, '08T09:00', null);
    const everyone = await listening(await someone(), 'attendance');
    await ok(enter(ana, ben, days('08', [record('08T09:00', '08T12:05', { id })])));
    await everyone.until(() => everyone.events.length === 1);
    expect(everyone.events[0]).toMatchObject({
      type: 'attendance.checked_out',
      data: { state: 'out', since: at('08T12:05') },
    });
  });

  it('publishes no presence by correcting an old day of a person who is in', async () => {
    await worked(ben, '08T09:00', '08T17:00');
    await worked(ben, '09T09:00', null);
    const everyone = await listening(await someone(), 'attendance');
    const head = await env.DB.prepare(`SELECT seq FROM heads WHERE channel = 'attendance'`).first<number>(
      'seq',
    );
    await ok(enter(ana, ben, days('08', [])));
    const eve = await someone();
    await checkIn(scopeOf(eve, at('09T10:00')), uuidv7());
    await everyone.until(() => everyone.texts.some((text) => text.includes(eve.id)));
    // Events of earlier taps may reach this socket again; their numbers distinguish them.
    const since = everyone.events.filter(({ seq }) => seq > (head ?? 0));
    expect(since.map(({ type }) => type)).toEqual(['attendance.checked_in']);
  });

  it('may not enter their own days, nor days of an unknown person', async () => {
    const before = await everything();
    expect(await problem(enter(ana, ana, days('08', [])))).toMatchObject({ code: 'own_day' });
    const stranger = { ...ben, id: uuidv7() };
    expect((await enter(ana, stranger, days('08', [record('08T09:00', '08T17:00')]))).status).toBe(404);
    expect(await everything()).toEqual(before);
  });

  it('enters one day for many people, in each person’s zone, with an outcome for each', async () => {
    const tokyo = await someone({ zone: 'Asia/Tokyo' });
    const busy = await someone();
    await worked(busy, '07T23:00', '08T10:00');
    const people = [ben, tokyo, busy, ana].map(({ id }) => ({ id: uuidv7(), personId: id }));
    const json = {
      date: '2026-06-08',
      people,
      reason: 'The terminal was broken',
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

  describe('who enters a night on which clocks change', () => {
    const entered = async (date: string, of: Someone, wall: object) => {
      const json = { date, reason: 'The terminal was broken', records: [{ breaks: [], ...wall }] };
      const people = [{ id: uuidv7(), personId: of.id }];
      const answer = await ask('/attendance/days', { as: ana, key: newKey(), json: { ...json, people } });
      expect(answer.status).toBe(200);
      const [outcome] = (await answer.json<{ people: { outcome: string; why: string | null }[] }>()).people;
      return outcome;
    };
    const utc = (iso: string) => Date.parse(`${iso}Z`);

    it('chooses between two times, also of a break and across midnight', async () => {
      const breakAt = { kind: 'meal', start: '02:10', secondStart: true, end: '02:40', secondEnd: true };
      const night = { start: '23:00', end: '02:50', secondEnd: true, breaks: [breakAt] };
      expect(await entered('2026-10-24', ben, night)).toMatchObject({ outcome: 'entered' });
      expect((await recordsOf(ben))[0]).toMatchObject({
        date: '2026-10-24',
        inAt: utc('2026-10-24T21:00'),
        outAt: utc('2026-10-25T01:50'),
      });
      expect(await breaksOf(ben)).toEqual([
        { startAt: utc('2026-10-25T01:10'), endAt: utc('2026-10-25T01:40') },
      ]);
    });

    it('gets the first of two times by default', async () => {
      await entered('2026-10-24', ben, { start: '23:00', end: '02:30' });
      expect((await recordsOf(ben))[0]?.outAt).toBe(utc('2026-10-25T00:30'));
    });

    it('may use both times of one hour in one record', async () => {
      const early = await someone();
      await follow([early], { start: '02:00', end: '08:00', breakMinutes: 0 });
      await entered('2026-10-25', early, { start: '02:30', end: '02:15', secondEnd: true });
      expect((await recordsOf(early))[0]).toMatchObject({
        inAt: utc('2026-10-25T00:30'),
        outAt: utc('2026-10-25T01:15'),
      });
    });

    it('changes nothing with that choice where the time comes once', async () => {
      const tokyo = await someone({ zone: 'Asia/Tokyo' });
      await entered('2026-10-24', tokyo, { start: '23:00', end: '02:30', secondEnd: true });
      expect((await recordsOf(tokyo))[0]?.outAt).toBe(Date.parse('2026-10-25T02:30+09:00'));
    });

    it('is refused a skipped time in words, and nothing is written', async () => {
      expect(await entered('2026-03-28', ben, { start: '22:00', end: '02:30' })).toEqual({
        personId: ben.id,
        outcome: 'refused',
        why: 'The clock did not show 02:30 on Sunday 29 March. Choose another time.',
      });
      expect(await recordsOf(ben)).toEqual([]);
      expect(await entered('2026-03-28', ben, { start: '22:00', end: '03:30' })).toMatchObject({
        outcome: 'entered',
      });
    });

    it('gets other refusals as whole sentences', async () => {
      const early = { kind: 'meal', start: '23:50', end: '00:20' };
      expect(
        await entered('2026-06-08', ben, { start: '09:00', end: '17:00', breaks: [early] }),
      ).toMatchObject({
        why: 'The end of the break must not be after the check-out.',
      });
    });
  });

  it('enters at most fifty people at once', async () => {
    const many = await crowd(51);
    const people = many.map(({ id }) => ({ id: uuidv7(), personId: id }));
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
    expect(await recordsOf(many[49] as Someone)).toHaveLength(1);
  });

  it('does not lose a tap at the same moment', async () => {
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
