/** Schedules, their weeks, and the events of a changed plan. */
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import type { Board } from '../../../worker/contract/attendance/board';
import type { MyDays } from '../../../worker/contract/attendance/my-days';
import type { Inbox } from '../../../worker/contract/notifications/notifications';
import type { Week } from '../../../worker/contract/schedules/schedules';
import { defaultSettings } from '../../../worker/contract/settings/settings';
import { ask, everything, listening, someone } from '../workplace';
import {
  today,
  yesterday,
  later,
  open,
  shift,
  week,
  always,
  day,
  night,
  send,
  ana,
  newSupervisor,
  made,
  all,
  one,
  code,
  issues,
  assign,
  follows,
  journal,
} from './planned';

beforeEach(newSupervisor);

describe('a schedule', () => {
  it('is made with its first week, and listed with the number of its followers', async () => {
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

  it('made twice by a double tap is one schedule', async () => {
    const [id, name] = [uuidv7(), 'Tapped twice'];
    const json = { id, name, validFrom: today, week: day };
    const answers = await Promise.all([send('POST', '/schedules', json), send('POST', '/schedules', json)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(await journal(`schedule/${id}`)).toHaveLength(1);
  });

  it('has a unique name, regardless of case', async () => {
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

  it('cannot be retired while a person follows it, now or later', async () => {
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

  it('is never both retired and assigned at the same moment', async () => {
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

  it('has a journal entry with before and after for each change', async () => {
    const id = await made();
    await send('PUT', `/schedules/${id}/weeks`, { validFrom: later, week: night });
    await send('PUT', `/schedules/${id}/weeks`, { validFrom: later, week: day });
    await send('DELETE', `/schedules/${id}/weeks/${later}`);
    const entries = await journal(`schedule/${id}`);
    expect(entries.map(({ action }) => action)).toEqual([
      'schedule.created',
      'schedule.week_set',
      'schedule.week_set',
      'schedule.week_dropped',
    ]);
    for (const [index, { before }] of entries.entries())
      expect(before).toEqual(entries[index - 1]?.after ?? null);
    expect(entries.at(-1)?.after).toEqual(entries[0]?.after);
  });

  it('keeps its past weeks, its current week and its only week', async () => {
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

  it('with an unknown id is not found', async () => {
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
    ['an invalid time', week(shift('8:00', '16:00')), 'week.days.0.start', /a time such as/],
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

  it('may end at the minute in which the next day’s shift begins', async () => {
    await made(always(shift('06:00', '06:00', 0)), 'Round the clock');
  });
});

it('every change of the roster is published to the board', async () => {
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

describe('an open phone gets events of', () => {
  it('its own person’s assignments, and of no other person’s', async () => {
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

  it('a week, a holiday and the settings, one event for everyone', async () => {
    const [ben, admin] = [await someone(), await someone({ roles: ['admin'] })];
    const id = await made();
    const rules = { validFrom: later, settings: defaultSettings(env.WORKPLACE_ZONE) };
    const everyone = await listening(ben, 'presence');
    const before = (await ask('/attendance/mine', { as: ben }).then((it) => it.json<MyDays>())).at.heads[
      'presence'
    ]!;
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
    expect([days.at.heads['presence'], everyone.seqs]).toEqual([
      before + 5,
      [1, 2, 3, 4, 5].map((n) => before + n),
    ]);
    const inbox = await (await ask('/notifications', { as: ben })).json<Inbox>();
    expect(inbox.at.heads['presence']).toBe(days.at.heads['presence']);
  });
});
