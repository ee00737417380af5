/** Corrections of days: requested by their person and decided, or entered by a supervisor. */
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { checkIn, checkOut } from '../../../../worker/attendance/check-in';
import { endBreak, startBreak } from '../../../../worker/attendance/breaks';
import type { Corrections } from '../../../../worker/contract/attendance/corrections/requests';
import { requestCorrection } from '../../../../worker/attendance/corrections/request';
import {
  at,
  breaksOf,
  days,
  decide,
  enter,
  ok,
  breakAt,
  problem,
  propose,
  reason,
  record,
  recordsOf,
  worked,
} from './corrected';
import { follow, jobsAt } from '../../schedules/rota';
import { ask, crowd, everything, listening, newKey, scopeOf, type Someone, someone } from '../../workplace';

let ana: Someone;
let ben: Someone;
beforeEach(async () => {
  [ana, ben] = [await someone({ roles: ['supervisor'] }), await someone({ name: 'Ben Okafor' })];
  await follow([ben], { start: '09:00', end: '17:00', breakMinutes: 30 });
});

describe('a request', () => {
  it('for a record and its break is pending, keeps the originals, and changes the day when approved', async () => {
    const id = await worked(ben, '08T09:00', '08T17:00');
    const break_ = breakAt('08T12:00', '08T12:05');
    const request = await ok(
      propose(ben, days('08', [record('08T09:00', '08T12:05', { id, breaks: [break_] })])),
    );
    expect(request).toMatchObject({ state: 'pending', before: [{ record: { id, outAt: at('08T17:00') } }] });
    expect((await recordsOf(ben))[0]?.outAt).toBe(at('08T17:00'));
    const own = await listening(ben, `user.${ben.id}`);
    const board = await listening(ana, 'admin.dashboard');
    await ok(decide(ana, 'approve', request.id));
    expect(await recordsOf(ben)).toEqual([
      { id, date: '2026-06-08', inAt: at('08T09:00'), outAt: at('08T12:05') },
    ]);
    expect(await breaksOf(ben)).toEqual([{ startAt: at('08T12:00'), endAt: at('08T12:05') }]);
    for (const channel of [own, board]) {
      await channel.until(() => channel.events.some(({ type }) => type === 'days.replaced'));
      const [event] = channel.events.filter(({ type }) => type === 'days.replaced');
      expect(event?.data).toMatchObject({
        personId: ben.id,
        from: '2026-06-08',
        to: '2026-06-08',
        days: [{ record: { id }, breaks: [{ id: break_.id }] }],
      });
    }
  });

  it('corrects two days at once, and the date follows the times', async () => {
    await worked(ben, '09T08:58', '09T17:00');
    const wrong = await worked(ben, '09T18:59', '10T03:00');
    const [first] = await recordsOf(ben);
    const both = [
      record('09T08:58', '09T18:59', { id: first?.id ?? '' }),
      record('10T08:55', '10T17:03', { id: wrong }),
    ];
    const { id } = await ok(propose(ben, days('09', both, '10')));
    await ok(decide(ana, 'approve', id));
    expect((await recordsOf(ben)).map(({ date, outAt }) => [date, outAt])).toEqual([
      ['2026-06-09', at('09T18:59')],
      ['2026-06-10', at('10T17:03')],
    ]);
  });

  it('for no record removes the day’s records; the journal keeps them', async () => {
    const id = await worked(ben, '08T20:00', '08T20:01');
    const request = await ok(propose(ben, days('08', [])));
    await ok(decide(ana, 'approve', request.id));
    expect(await recordsOf(ben)).toEqual([]);
    const { results } = await env.DB.prepare('SELECT before FROM journal WHERE subject = ? AND action = ?')
      .bind(`correction/${request.id}`, 'correction.approved')
      .all<{ before: string }>();
    expect(results[0]?.before).toContain(id);
  });

  it('made while in corrects the start and leaves the end open; its approval keeps later taps', async () => {
    const id = await worked(ben, '08T09:40', null);
    const scope = scopeOf(ben, at('08T10:00'));
    const request = await requestCorrection(scope, {
      id: uuidv7(),
      days: days('08', [record('08T09:02', null, { id })]),
      reason,
    });
    const meal = uuidv7();
    await startBreak(scopeOf(ben, at('08T12:00')), { id: meal, recordId: id, kind: 'meal' });
    await endBreak(scopeOf(ben, at('08T12:30')), meal);
    await checkOut(scopeOf(ben, at('08T17:10')), id);
    await ok(decide(ana, 'approve', request.id));
    expect(await recordsOf(ben)).toEqual([
      { id, date: '2026-06-08', inAt: at('08T09:02'), outAt: at('08T17:10') },
    ]);
    expect(await breaksOf(ben)).toEqual([{ startAt: at('08T12:00'), endAt: at('08T12:30') }]);
  });

  it('made while in does not confirm an end that was assumed later', async () => {
    const id = await worked(ben, '08T08:58', null);
    const request = await requestCorrection(scopeOf(ben, at('08T10:00')), {
      id: uuidv7(),
      days: days('08', [record('08T08:30', null, { id })]),
      reason,
    });
    await jobsAt(at('08T23:30'));
    await ok(decide(ana, 'approve', request.id));
    const row = await env.DB.prepare(
      'SELECT in_at AS inAt, out_at AS outAt, auto, unconfirmed FROM attendance WHERE id = ?',
    )
      .bind(id)
      .first();
    expect(row).toEqual({ inAt: at('08T08:30'), outAt: at('08T17:00'), auto: 1, unconfirmed: 1 });
  });

  it('may not close its person’s open record', async () => {
    const id = await worked(ben, '08T09:00', null);
    const before = await everything();
    const refused = await propose(ben, days('08', [record('08T09:00', '08T17:00', { id })]));
    expect([refused.status, (await problem(refused)).issues?.[0]?.path]).toEqual([400, 'days.records']);
    expect(await everything()).toEqual(before);
  });

  it('is refused while another is pending for the same days, with that one as current', async () => {
    await worked(ben, '08T09:00', '08T17:00');
    const answers = await Promise.all([1, 2, 3].map(() => propose(ben, days('08', []))));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    const refused = await problem(propose(ben, days('08', [], '09')));
    expect(refused).toMatchObject({ code: 'correction_pending', current: { state: 'pending' } });
  });

  it('sent twice, with one key or two, is one request with one answer', async () => {
    await worked(ben, '08T09:00', '08T17:00');
    const [id, key] = [uuidv7(), newKey()];
    const first = await ok(propose(ben, days('08', []), { id, key }));
    expect(await ok(propose(ben, days('08', []), { id, key }))).toEqual(first);
    expect(await ok(propose(ben, days('08', []), { id }))).toEqual(first);
    const other = await propose(ben, days('09', []), { id, key });
    expect(other.status).toBe(422);
    expect(
      await env.DB.prepare('SELECT count(*) AS n FROM corrections WHERE person_id = ?')
        .bind(ben.id)
        .first('n'),
    ).toBe(1);
  });

  it.each<[string, () => ReturnType<typeof days>, string, RegExp]>([
    [
      'that ends before it begins',
      () => days('08', [record('08T09:00', '08T08:00')]),
      'days.records.0.outAt',
      /after the check-in/,
    ],
    [
      'whose records overlap',
      () => days('08', [record('08T09:00', '08T12:00'), record('08T11:00', '08T13:00')]),
      'days.records.1.inAt',
      /before the end/,
    ],
    [
      'with a break outside',
      () => days('08', [record('08T09:00', '08T12:00', { breaks: [breakAt('08T12:00', '08T12:30')] })]),
      'days.records.0.breaks.0.endAt',
      /after the check-out/,
    ],
    [
      'with breaks that overlap',
      () =>
        days('08', [
          record('08T09:00', '08T17:00', {
            breaks: [breakAt('08T12:00', '08T12:30'), breakAt('08T12:10', '08T12:40')],
          }),
        ]),
      'days.records.0.breaks.1.startAt',
      /before the end of the break/,
    ],
    [
      'of an unknown kind of break',
      () =>
        days('08', [
          record('08T09:00', '08T17:00', { breaks: [{ ...breakAt('08T12:00', '08T12:30'), kind: 'nap' }] }),
        ]),
      'days.records.0.breaks.0.kind',
      /kinds of break/,
    ],
    [
      'whose times belong to another day',
      () => days('08', [record('09T09:00', '09T17:00')]),
      'days.records.0.inAt',
      /belongs to Tuesday 9 June/,
    ],
    [
      'with two records of one id',
      () => {
        const first = record('08T09:00', '08T12:00');
        return days('08', [first, record('08T13:00', '08T17:00', { id: first.id })]);
      },
      'days.records.1.id',
      /an id twice/,
    ],
    [
      'with two breaks of one id',
      () => {
        const first = breakAt('08T10:00', '08T10:15');
        const breaks = [first, { ...breakAt('08T12:00', '08T12:30'), id: first.id }];
        return days('08', [record('08T09:00', '08T17:00', { breaks })]);
      },
      'days.records.0.breaks.1.id',
      /an id twice/,
    ],
    ['of four days', () => days('08', [], '11'), 'days.to', /one to three days/],
    [
      'with an open end for a record that is not open',
      () => days('08', [record('08T09:00', null)]),
      'days.records.0.outAt',
      /must be given/,
    ],
    ['in the future', () => ({ from: '2099-01-01', to: '2099-01-01', records: [] }), 'days.to', /future/],
    ['without a reason', () => days('08', [record('08T09:00', '08T17:00')]), 'reason', /5 characters/],
    ['that changes nothing', () => days('08', []), 'days.records', /differ/],
  ])('%s is refused in words, and nothing is written', async (what, of, path, words) => {
    const before = await everything();
    const answer = await propose(ben, of(), what === 'without a reason' ? { reason: 'no' } : {});
    const { code, issues } = await problem(answer);
    expect([answer.status, code]).toEqual([400, 'invalid_input']);
    expect(issues).toContainEqual({ path, message: expect.stringMatching(words) as string });
    expect(await everything()).toEqual(before);
  });

  it('that overlaps a record of an adjacent day is refused with that record', async () => {
    const id = await worked(ben, '08T22:00', '09T06:00');
    const refused = await propose(ben, days('09', [record('09T05:30', '09T17:00')]));
    expect(await problem(refused)).toMatchObject({ code: 'overlap', current: { id } });
  });

  it('distinguishes the two times of an hour that comes twice', async () => {
    const night = { from: '2026-10-24', to: '2026-10-24' };
    const [inAt, first, second] = ['T00:00Z', 'T00:30Z', 'T01:30Z'].map((time) =>
      Date.parse(`2026-10-25${time}`),
    );
    const made = { id: uuidv7(), inAt: inAt ?? 0, breaks: [] };
    for (const outAt of [first, second]) {
      await enter(ana, ben, { ...night, records: [{ ...made, outAt: outAt ?? 0 }] });
      expect((await recordsOf(ben))[0]).toMatchObject({ date: '2026-10-24', outAt });
    }
    const { results } = await env.DB.prepare('SELECT body FROM notifications WHERE person_id = ? ORDER BY id')
      .bind(ben.id)
      .all<{ body: string }>();
    expect(results.map(({ body }) => /– 02:30 \((.*) time\)/.exec(body)?.[1])).toEqual(['first', 'second']);
  });
});

describe('a decision', () => {
  it('of two supervisors at the same moment is made once; the other is refused with who and when', async () => {
    await worked(ben, '08T09:00', '08T17:00');
    const { id } = await ok(propose(ben, days('08', [])));
    const eve = await someone({ roles: ['admin'] });
    const answers = await Promise.all([decide(ana, 'approve', id), decide(eve, 'reject', id)]);
    const lost = answers.find(({ status }) => status === 409);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(await problem(lost as Response)).toMatchObject({
      code: 'already_decided',
      current: { decidedBy: { name: expect.any(String) as string } },
    });
  });

  it('on days that have changed since is refused with the current days', async () => {
    const id = await worked(ben, '08T09:00', '08T17:00');
    const request = await ok(propose(ben, days('08', [record('08T09:00', '08T18:00', { id })])));
    await ok(enter(ana, ben, days('08', [record('08T08:00', '08T16:00', { id })])));
    const refused = await problem(decide(ana, 'approve', request.id));
    expect(refused).toMatchObject({
      code: 'changed_meanwhile',
      current: [{ record: { inAt: at('08T08:00') } }],
    });
    expect((await recordsOf(ben))[0]?.outAt).toBe(at('08T16:00'));
  });

  it('whose answer was lost is made once and returns the first answer by its key', async () => {
    await worked(ben, '08T09:00', '08T17:00');
    const { id } = await ok(propose(ben, days('08', [])));
    const key = newKey();
    const first = await ok(decide(ana, 'approve', id, key));
    expect(await ok(decide(ana, 'approve', id, key))).toEqual(first);
    const { results } = await env.DB.prepare('SELECT action FROM journal WHERE subject = ?')
      .bind(`correction/${id}`)
      .all();
    expect(results).toEqual([{ action: 'correction.requested' }, { action: 'correction.approved' }]);
  });

  it('on one’s own request is refused while another person may decide', async () => {
    await worked(ana, '08T09:00', '08T17:00');
    const { id } = await ok(propose(ana, days('08', [])));
    for (const what of ['approve', 'reject'] as const)
      expect(await problem(decide(ana, what, id))).toMatchObject({ code: 'own_correction' });
    expect(await problem(decide(await someone({ roles: ['admin'] }), 'withdraw', id))).toMatchObject({
      code: 'not_found',
    });
    expect((await ok(decide(ana, 'withdraw', id))).state).toBe('withdrawn');
  });

  it('on one’s own request is allowed to a sole admin, under an action of its own', async () => {
    await env.DB.prepare(
      `UPDATE people SET active = 0 WHERE roles LIKE '%supervisor%' OR roles LIKE '%admin%'`,
    ).run();
    const boss = await someone({ roles: ['admin'] });
    await worked(boss, '08T09:00', '08T17:00');
    const { id } = await ok(propose(boss, days('08', [])));
    expect((await ok(decide(boss, 'approve', id))).state).toBe('approved');
    const { results } = await env.DB.prepare(
      'SELECT action FROM journal WHERE subject = ? ORDER BY id DESC LIMIT 1',
    )
      .bind(`correction/${id}`)
      .all();
    expect(results).toEqual([{ action: 'correction.self_approved' }]);
    expect(await recordsOf(boss)).toEqual([]);
  });
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

it('the queue lists pending requests, oldest first, with the person and a cursor', async () => {
  await worked(ben, '08T09:00', '08T17:00');
  await worked(ben, '09T09:00', '09T17:00');
  const first = await ok(propose(ben, days('08', [])));
  const second = await ok(propose(ben, days('09', [])));
  const queue = await (await ask('/corrections?state=pending&limit=200', { as: ana })).json<Corrections>();
  const mine = queue.corrections.filter(({ person }) => person.id === ben.id);
  expect(mine.map(({ correction }) => correction.id)).toEqual([first.id, second.id]);
  expect(mine[0]?.person.name).toBe('Ben Okafor');
  expect(queue.pending).toBeGreaterThanOrEqual(2);
  expect(queue.breakKinds.map(({ kind }) => kind)).toContain('meal');
});
