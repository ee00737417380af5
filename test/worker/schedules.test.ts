import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import type { Board } from '../../worker/contract/attendance';
import type { Problem } from '../../worker/contract/errors';
import type { MyDays } from '../../worker/contract/my-days';
import { addDays, dateIn } from '../../worker/contract/dates';
import type { Inbox } from '../../worker/contract/notifications';
import type { Assignments, Holidays, Schedules, Week, WeekShift } from '../../worker/contract/schedules';
import { defaultSettings } from '../../worker/contract/settings';
import { closeThrough, ask, everything, listening, newKey, type Someone, someone } from './workplace';

const today = dateIn(env.WORKPLACE_ZONE, Date.now());
const yesterday = addDays(today, -1);
const later = addDays(today, 7);
/** The first day of last month. */
const open = `${addDays(`${today.slice(0, 7)}-01`, -1).slice(0, 7)}-01`;

const shift = (start: string, end: string, breakMinutes = 30): WeekShift => ({ start, end, breakMinutes });
const week = (...days: (WeekShift | null)[]): Week => ({
  days: Array.from({ length: 7 }, (_, index) => days[index] ?? null),
  graceMinutes: null,
  earlyMinutes: 0,
  halfDayMinutes: 240,
});
const weekdays = (it: WeekShift) => week(it, it, it, it, it);
const always = (it: WeekShift) => week(it, it, it, it, it, it, it);
const day = weekdays(shift('08:00', '16:30'));
const night = always(shift('22:00', '06:00'));

const send = (method: string, path: string, json?: unknown, it: { as?: Someone; key?: string } = {}) =>
  ask(path, { method, as: it.as ?? ana, key: it.key ?? newKey(), ...(json !== undefined && { json }) });

let ana: Someone;
beforeEach(async () => {
  ana = await someone({ roles: ['supervisor'] });
});

/** A schedule that holds since last month, with a name of its own. */
async function made(first: Week = day, name = `Schedule ${uuidv7().slice(-12)}`): Promise<string> {
  const id = uuidv7();
  const answer = await send('POST', '/schedules', { id, name, validFrom: open, week: first });
  expect(answer.status).toBe(200);
  return id;
}

const all = async () => (await ask('/schedules', { as: ana })).json<Schedules>();
const one = async (id: string) => (await all()).schedules.find((it) => it.id === id);
const code = async (answer: Response) => (await answer.json<{ code: string }>()).code;
const issues = async (answer: Response) =>
  (await answer.json<{ issues: { path: string; message: string }[] }>()).issues;
const assign = (people: Someone[], scheduleId: string | null, validFrom: string, key = newKey()) =>
  send(
    'POST',
    '/schedules/assignments',
    { people: people.map(({ id }) => id), scheduleId, validFrom },
    { key },
  );
const follows = async (who: Someone, date = today) => {
  const { people } = await (
    await ask(`/schedules/assignments?date=${date}`, { as: ana })
  ).json<Assignments>();
  return people.find(({ id }) => id === who.id);
};
const journal = async (subject: string) => {
  const { results } = await env.DB.prepare(
    'SELECT action, before, after FROM journal WHERE subject = ? ORDER BY id',
  )
    .bind(subject)
    .all<{ action: string; before: string | null; after: string }>();
  return results.map(({ action, before, after }) => ({
    action,
    before: before === null ? null : (JSON.parse(before) as unknown),
    after: JSON.parse(after) as unknown,
  }));
};

describe('a schedule', () => {
  it('is made with its first week, and listed with how many follow it', async () => {
    const id = await made(night, 'Nights');
    await assign([await someone(), await someone()], id, today);
    expect(await one(id)).toEqual({
      id,
      name: 'Nights',
      active: true,
      weeks: [{ validFrom: open, week: night }],
      people: 2,
    });
    expect(await all()).toMatchObject({ today, closedThrough: null, graceMinutes: 5 });
  });

  it('made twice in a double tap is one', async () => {
    const [id, name] = [uuidv7(), 'Tapped twice'];
    const json = { id, name, validFrom: today, week: day };
    const answers = await Promise.all([send('POST', '/schedules', json), send('POST', '/schedules', json)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(await journal(`schedule/${id}`)).toHaveLength(1);
  });

  it('has a name of its own, whatever its capitals', async () => {
    await made(day, 'Early shift');
    const [clash, other] = [uuidv7(), await made(day, 'Late shift')];
    const answer = await send('POST', '/schedules', {
      id: clash,
      name: 'EARLY SHIFT',
      validFrom: today,
      week: day,
    });
    expect(await code(answer)).toBe('name_taken');
    expect(await code(await send('PATCH', `/schedules/${other}`, { name: 'early shift' }))).toBe(
      'name_taken',
    );
    expect((await send('PATCH', `/schedules/${other}`, { name: 'LATE shift' })).status).toBe(200);
    expect((await one(other))?.name).toBe('LATE shift');
  });

  it('that somebody follows, now or later, is not retired; once nobody does, it is', async () => {
    const [id, ben] = [await made(), await someone()];
    await assign([ben], id, later);
    expect(await code(await send('PATCH', `/schedules/${id}`, { active: false }))).toBe('schedule_in_use');
    await assign([ben], null, later);
    expect((await send('PATCH', `/schedules/${id}`, { active: false })).status).toBe(200);
    expect(await one(id)).toMatchObject({ active: false });
    for (const people of [[ben], [ben, await someone()]])
      expect(await issues(await assign(people, id, today))).toMatchObject([{ path: 'scheduleId' }]);
    expect((await send('PATCH', `/schedules/${id}`, { active: true })).status).toBe(200);
  });

  it('retired and assigned in the same moment is never both', async () => {
    const [id, ben] = [await made(), await someone()];
    const answers = await Promise.all([
      send('PATCH', `/schedules/${id}`, { active: false }),
      assign([ben], id, today),
    ]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await one(id))?.active).toBe((await follows(ben))?.scheduleId === id);
  });

  it('gets another week from today on, and the days before keep theirs', async () => {
    const [id, ben] = [await made(always(shift('08:00', '16:30'))), await someone()];
    await assign([ben], id, open);
    const fresh = always(shift('10:00', '18:00'));
    expect((await send('PUT', `/schedules/${id}/weeks`, { validFrom: today, week: fresh })).status).toBe(200);
    const starts = async (date: string) => {
      const { plans, expected } = await (
        await ask(`/attendance/board?date=${date}`, { as: ana })
      ).json<Board>();
      const place = expected[ben.id];
      return place === undefined
        ? undefined
        : new Intl.DateTimeFormat('en-GB', { timeZone: env.WORKPLACE_ZONE, timeStyle: 'short' }).format(
            plans[place]?.shifts[0]?.startsAt,
          );
    };
    expect([await starts(yesterday), await starts(today)]).toEqual(['08:00', '10:00']);
  });

  it('keeps in the journal what each change was made of', async () => {
    const id = await made();
    await send('PUT', `/schedules/${id}/weeks`, { validFrom: later, week: night });
    await send('PUT', `/schedules/${id}/weeks`, { validFrom: later, week: day });
    await send('DELETE', `/schedules/${id}/weeks/${later}`);
    const told = await journal(`schedule/${id}`);
    expect(told.map(({ action }) => action)).toEqual([
      'schedule.created',
      'schedule.week_set',
      'schedule.week_set',
      'schedule.week_dropped',
    ]);
    for (const [index, { before }] of told.entries()) expect(before).toEqual(told[index - 1]?.after ?? null);
    expect(told.at(-1)?.after).toEqual(told[0]?.after);
  });

  it('never has a week rewritten that is past, nor one taken back that holds, nor its only one', async () => {
    const id = await made();
    const past = await send('PUT', `/schedules/${id}/weeks`, { validFrom: yesterday, week: night });
    expect(await issues(past)).toMatchObject([{ path: 'validFrom' }]);
    expect(await code(await send('DELETE', `/schedules/${id}/weeks/${open}`))).toBe('already_begun');
    expect(await code(await send('DELETE', `/schedules/${id}/weeks/${later}`))).toBe('not_found');
    await send('PUT', `/schedules/${id}/weeks`, { validFrom: today, week: night });
    expect(await code(await send('DELETE', `/schedules/${id}/weeks/${today}`))).toBe('already_begun');
    expect((await one(id))?.weeks).toHaveLength(2);
    const young = uuidv7();
    await send('POST', '/schedules', { id: young, name: `Young ${young}`, validFrom: later, week: day });
    expect(await code(await send('DELETE', `/schedules/${young}/weeks/${later}`))).toBe('only_week');
  });

  it('that is not there is not found', async () => {
    const id = uuidv7();
    for (const answer of [
      await send('PATCH', `/schedules/${id}`, { name: 'Nobody’s' }),
      await send('PUT', `/schedules/${id}/weeks`, { validFrom: today, week: day }),
      await send('DELETE', `/schedules/${id}/weeks/${later}`),
    ])
      expect(answer.status).toBe(404);
  });

  it.each<[string, Week, string, RegExp]>([
    [
      'a night that runs into the next morning’s shift',
      week(shift('22:00', '08:00'), shift('06:00', '14:00')),
      'week.days.0',
      /Monday’s runs to 08:00, Tuesday’s begins at 06:00/,
    ],
    [
      'a Sunday night that runs into Monday',
      week(shift('06:00', '14:00'), null, null, null, null, null, shift('22:00', '06:30')),
      'week.days.6',
      /Sunday’s runs to 06:30, Monday’s begins at 06:00/,
    ],
    [
      'a whole day into the next',
      week(shift('08:00', '08:00'), shift('07:59', '12:00')),
      'week.days.0',
      /must end before/,
    ],
    [
      'a break as long as the shift',
      week(shift('08:00', '12:00', 240)),
      'week.days.0',
      /break shorter than the shift/,
    ],
    ['six days', { ...day, days: day.days.slice(1) }, 'week.days', /seven days/],
    ['a time that is none', week(shift('8:00', '16:00')), 'week.days.0.start', /a time such as/],
    ['a grace of three hours', { ...day, graceMinutes: 180 }, 'week.graceMinutes', /at most 120/],
  ])('with %s is refused in words, and nothing is written', async (_what, wrong, path, words) => {
    const before = await everything();
    const answer = await send('POST', '/schedules', {
      id: uuidv7(),
      name: 'Wrong',
      validFrom: today,
      week: wrong,
    });
    expect(answer.status).toBe(400);
    const found = (await issues(answer)).find((issue) => issue.path === path);
    expect(found?.message).toMatch(words);
    expect(await everything()).toEqual(before);
  });

  it('may hand over to the next day’s shift to the minute', async () => {
    await made(always(shift('06:00', '06:00', 0)), 'Round the clock');
  });
});

describe('assigning', () => {
  it('gives 500 people a schedule in one request, each with an entry of their own in the journal', async () => {
    await env.DB.prepare(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
       INSERT INTO people (id, name, email, created_at, updated_at)
       SELECT printf('%08x-0000-7000-8000-00000000cafe', i), 'Crowd ' || i, i || '@crowd.example', 0, 0 FROM n`,
    ).run();
    const people = Array.from(
      { length: 500 },
      (_, i) => `${(i + 1).toString(16).padStart(8, '0')}-0000-7000-8000-00000000cafe`,
    );
    const [id, key] = [await made(night), newKey()];
    const json = { people, scheduleId: id, validFrom: today };
    const first = await send('POST', '/schedules/assignments', json, { key });
    expect(first.status).toBe(200);
    expect((await one(id))?.people).toBe(500);
    const { results } = await env.DB.prepare(
      `SELECT subject, before, after FROM journal WHERE action = 'schedule.assigned' AND subject LIKE '%cafe' ORDER BY id`,
    ).all();
    expect(results).toHaveLength(500);
    expect(new Set(results.map(({ subject }) => subject)).size).toBe(500);
    const again = await send('POST', '/schedules/assignments', json, { key });
    expect(await again.json()).toEqual(await first.json());
    expect(
      await env.DB.prepare(`SELECT count(*) AS n FROM journal WHERE subject LIKE '%cafe'`).first('n'),
    ).toBe(500);
  });

  it('journals what each person followed before', async () => {
    const [early, late] = [await made(), await made(night)];
    const [ben, eve] = [await someone(), await someone()];
    await assign([ben], early, today);
    await assign([ben, eve], late, later);
    const entry = (who: Someone, before: string | null, scheduleId: string | null, validFrom: string) => ({
      action: 'schedule.assigned',
      before: { personId: who.id, scheduleId: before, validFrom },
      after: { personId: who.id, scheduleId, validFrom },
    });
    expect(await journal(`person/${ben.id}`)).toEqual([
      entry(ben, null, early, today),
      entry(ben, early, late, later),
    ]);
    expect(await journal(`person/${eve.id}`)).toEqual([entry(eve, null, late, later)]);
    expect(await follows(ben)).toMatchObject({
      scheduleId: early,
      validFrom: today,
      next: { scheduleId: late, validFrom: later },
    });
    expect(await follows(eve)).toMatchObject({ scheduleId: null, validFrom: null });
  });

  it('again on the same date replaces what was said, and null ends it', async () => {
    const [early, late, ben] = [await made(), await made(night), await someone()];
    await assign([ben], early, today);
    await assign([ben], late, today);
    expect(await follows(ben)).toMatchObject({ scheduleId: late });
    await assign([ben], null, later);
    expect(await follows(ben, later)).toMatchObject({ scheduleId: null, validFrom: later });
  });

  it('may put right what is past, says so in the journal, and stops at the days that are closed', async () => {
    const [id, ben] = [await made(), await someone()];
    expect((await assign([ben], id, open)).status).toBe(200);
    expect(await journal(`person/${ben.id}`)).toMatchObject([{ action: 'schedule.assignment_corrected' }]);
    await closeThrough(addDays(open, -1));
    const refused = await assign([ben], id, addDays(open, -1));
    expect([refused.status, (await refused.json<Problem>()).code]).toEqual([409, 'period_closed']);
    await closeThrough(null);
  });

  it.each([
    ['somebody who is not here', (ben: Someone): unknown => ({ people: [ben.id, uuidv7()] }), 'people'],
    ['somebody twice', (ben: Someone): unknown => ({ people: [ben.id, ben.id] }), 'people'],
    ['nobody', (): unknown => ({ people: [] }), 'people'],
    ['a schedule that is none', (): unknown => ({ scheduleId: uuidv7() }), 'scheduleId'],
    ['501 people', (): unknown => ({ people: Array.from({ length: 501 }, () => uuidv7()) }), 'people'],
  ])('%s is refused in words, and nobody is assigned', async (_what, wrong, path) => {
    const [id, ben] = [await made(), await someone()];
    const before = await everything();
    const right = { people: [ben.id], scheduleId: id, validFrom: today };
    const answer = await send('POST', '/schedules/assignments', { ...right, ...(wrong(ben) as object) });
    expect(answer.status).toBe(400);
    expect((await issues(answer)).map((issue) => issue.path)).toContain(path);
    expect(await everything()).toEqual(before);
  });

  it('somebody who has left is refused', async () => {
    const [id, ben] = [await made(), await someone()];
    await env.DB.prepare('UPDATE people SET active = 0 WHERE id = ?').bind(ben.id).run();
    expect(await issues(await assign([ben], id, today))).toMatchObject([{ path: 'people' }]);
  });

  it('from two desks at once keeps a journal in which each change follows from the one before', async () => {
    const [early, late, ben] = [await made(), await made(night), await someone()];
    const answers = await Promise.all([assign([ben], early, today), assign([ben], late, today)]);
    const done = answers.filter(({ status }) => status === 200).length;
    const told = await journal(`person/${ben.id}`);
    expect(told).toHaveLength(done);
    if (done === 2) expect(told[1]?.before).toEqual(told[0]?.after);
  });
});

describe('holidays', () => {
  const year = async () =>
    (await (await ask(`/holidays?from=${open}&to=${addDays(open, 400)}`, { as: ana })).json<Holidays>())
      .holidays;

  it('are set, renamed and taken back, and the board of the day knows', async () => {
    const [id, ben] = [await made(always(shift('08:00', '16:00'))), await someone()];
    await assign([ben], id, today);
    const board = async () => (await ask(`/attendance/board?date=${later}`, { as: ana })).json<Board>();
    const expected = async () => {
      const { plans, expected: places } = await board();
      return plans[places[ben.id] ?? -1];
    };
    expect(await expected()).toMatchObject({ off: null, shifts: [{}] });
    await send('PUT', `/holidays/${later}`, { name: 'Founders’ Day' });
    await send('PUT', `/holidays/${later}`, { name: 'Foundation Day' });
    expect(await year()).toEqual([{ date: later, name: 'Foundation Day' }]);
    expect(await board()).toMatchObject({ holiday: 'Foundation Day' });
    expect(await expected()).toMatchObject({ off: 'holiday', shifts: [] });
    expect((await send('DELETE', `/holidays/${later}`)).status).toBe(200);
    expect((await send('DELETE', `/holidays/${later}`)).status).toBe(404);
    expect((await journal(`holiday/${later}`)).map(({ action }) => action)).toEqual([
      'holiday.set',
      'holiday.set',
      'holiday.dropped',
    ]);
  });

  it('of closed days, without a name or on no date are refused', async () => {
    await closeThrough(addDays(open, -1));
    const before = await everything();
    for (const [status, path, json] of [
      [409, `/holidays/${addDays(open, -1)}`, { name: 'Too late' }],
      [400, `/holidays/${later}`, { name: ' ' }],
      [400, '/holidays/2027-02-30', { name: 'None' }],
    ] as const)
      expect((await send('PUT', path, json)).status).toBe(status);
    expect(await everything()).toEqual(before);
  });

  it('taken back with one key twice are taken back once', async () => {
    await send('PUT', `/holidays/${later}`, { name: 'Founders’ Day' });
    const key = newKey();
    const [first, again] = [
      await send('DELETE', `/holidays/${later}`, undefined, { key }),
      await send('DELETE', `/holidays/${later}`, undefined, { key }),
    ];
    expect([first.status, await again.json()]).toEqual([200, await first.json()]);
  });
});

it('every change of the roster is told to the board', async () => {
  const [id, ben] = [await made(), await someone()];
  const board = await listening(ana, 'admin.dashboard');
  await send('PATCH', `/schedules/${id}`, { name: `Renamed ${id}` });
  await send('PUT', `/schedules/${id}/weeks`, { validFrom: later, week: night });
  await send('DELETE', `/schedules/${id}/weeks/${later}`);
  await assign([ben], id, today);
  await send('PUT', `/holidays/${later}`, { name: 'Founders’ Day' });
  await send('DELETE', `/holidays/${later}`);
  await board.until(() => board.events.length === 6);
  expect(new Set(board.events.map(({ type }) => type))).toEqual(new Set(['roster.updated']));
});

describe('a phone that is open hears of', () => {
  it('what its own person follows, and of nobody else’s', async () => {
    const [ben, chi] = [await someone(), await someone()];
    const id = await made();
    const [own, other] = [await listening(ben, `user.${ben.id}`), await listening(chi, `user.${chi.id}`)];
    expect((await assign([ben], id, today)).status).toBe(200);
    await own.until(() => own.events.length === 1);
    expect(own.events[0]).toMatchObject({ type: 'roster.updated', data: {} });
    expect((await assign([chi], id, today)).status).toBe(200);
    await other.until(() => other.events.length === 1);
    expect(own.events).toHaveLength(1);
  });

  it('a week, a holiday and the settings, at one event for everybody', async () => {
    const [ben, admin] = [await someone(), await someone({ roles: ['admin'] })];
    const id = await made();
    const rules = { validFrom: later, settings: defaultSettings(env.WORKPLACE_ZONE) };
    const everyone = await listening(ben, 'presence');
    const before = (await ask('/attendance/mine', { as: ben }).then((it) => it.json<MyDays>())).presence;
    const changes = [
      () => send('PUT', `/schedules/${id}/weeks`, { validFrom: later, week: night }),
      () => send('PUT', `/holidays/${later}`, { name: 'Clinic day' }),
      () => send('DELETE', `/holidays/${later}`),
      () => send('PUT', '/settings', rules, { as: admin }),
      () => send('DELETE', `/settings/${later}`, undefined, { as: admin }),
    ];
    for (const [count, change] of changes.entries()) {
      expect((await change()).status).toBe(200);
      await everyone.until(() => everyone.events.length > count);
    }
    expect(new Set(everyone.events.map(({ type }) => type))).toEqual(new Set(['roster.updated']));
    const days = await (await ask('/attendance/mine', { as: ben })).json<MyDays>();
    expect([days.presence, everyone.seqs]).toEqual([before + 5, [1, 2, 3, 4, 5].map((n) => before + n)]);
    const inbox = await (await ask('/notifications', { as: ben })).json<Inbox>();
    expect(inbox.presence).toBe(days.presence);
  });
});
