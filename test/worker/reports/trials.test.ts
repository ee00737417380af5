/** A trial says what reports would say if the rule had applied, and writes nothing. */
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { checkIn, checkOut } from '../../../worker/attendance/check-in';
import { addDays, dateIn, instantOf, mondayOf } from '../../../worker/contract/zones';
import type { Problem } from '../../../worker/contract/errors';
import type { ReportDay, ReportDays } from '../../../worker/contract/reports/reports';
import type { Week } from '../../../worker/contract/schedules/schedules';
import { defaultSettings, type Settings } from '../../../worker/contract/settings/settings';
import type { TriedDay, TriedDays } from '../../../worker/contract/reports/trials';
import { follow } from '../schedules/rota';
import { ask, crowd, everything, scopeOf, type Someone, someone } from '../workplace';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ZONE = 'Europe/Berlin';
const today = dateIn(ZONE, Date.now());
const span = { from: addDays(today, -20), to: addDays(today, -1) };
const nineToFive = { start: '09:00', end: '17:00', breakMinutes: 30 };
const rules = (some: Partial<Settings>): Settings => ({ ...defaultSettings(ZONE), ...some });

/** A person with shifts of 09–17 who worked from 08:00 to 17:10 on some of the last days. */
async function early(...daysAgo: number[]): Promise<Someone> {
  const person = await someone();
  await follow([person], nineToFive);
  for (const ago of daysAgo) {
    const id = uuidv7();
    const date = addDays(today, -ago);
    await checkIn(scopeOf(person, instantOf(ZONE, date, '08:00')), id);
    await checkOut(scopeOf(person, instantOf(ZONE, date, '17:10')), id);
  }
  return person;
}

const daysBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / (24 * HOUR);

const scheduleOf = ({ id }: Someone) =>
  env.DB.prepare('SELECT schedule_id FROM assignments WHERE person_id = ?')
    .bind(id)
    .first<string>('schedule_id');

const tryOn = (as: Someone, path: string, json: object) => ask(`/reports/trials/${path}`, { as, json });

/** All stretches, requested as a page does. */
async function tried(
  as: Someone,
  path: string,
  rule: object,
): Promise<{ days: TriedDay[]; requests: number }> {
  const days: TriedDay[] = [];
  let requests = 0;
  for (let from: string | null = span.from; from !== null;) {
    const answer = await tryOn(as, path, { from, to: span.to, ...rule });
    expect(answer.status).toBe(200);
    const page: TriedDays = await answer.json<TriedDays>();
    days.push(...page.days);
    requests += 1;
    from = page.next;
  }
  return { days, requests };
}

const reportOf = async (as: Someone, { id }: Someone): Promise<ReportDay[]> =>
  (await (await ask(`/reports/days?from=${span.from}&to=${span.to}&person=${id}`, { as })).json<ReportDays>())
    .days;

/** A report's day as a trial's sums. */
const sums = (day: ReportDay) => ({
  status: day.status,
  workedMs: day.workedMs,
  breakMs: day.breakMs,
  deductedMs: day.deductedMs,
  uncountedMs: day.uncountedMs,
  overtimeMs: day.overtimeMs,
  weekOvertimeMs: day.weekOvertimeMs,
  lateMs: day.lateMs,
  earlyMs: day.earlyMs,
});

/** The reports if these settings had always applied. */
async function had(settings: Settings): Promise<void> {
  await env.DB.prepare("INSERT INTO settings (valid_from, applies_at, value) VALUES ('2020-01-01', 0, ?)")
    .bind(JSON.stringify(settings))
    .run();
}

afterEach(async () => {
  await env.DB.prepare('DELETE FROM settings').run();
});

describe('settings that are tried', () => {
  it('return each day that would change, with both sums, and write nothing', async () => {
    const [admin, ben] = [await someone({ roles: ['admin'] }), await early(3, 2)];
    const before = await everything();
    const { days } = await tried(admin, 'settings', { settings: rules({ earlyArrival: 'from_start' }) });
    expect(await everything()).toEqual(before);
    const his = days.filter(({ personId }) => personId === ben.id);
    expect(his.map(({ workDate }) => workDate)).toEqual([addDays(today, -3), addDays(today, -2)]);
    expect(his[0]).toMatchObject({
      name: ben.name,
      email: ben.email,
      staffNumber: null,
      before: { workedMs: 9 * HOUR + 10 * MINUTE, uncountedMs: 0 },
      after: { workedMs: 8 * HOUR + 10 * MINUTE, uncountedMs: HOUR },
    });
  });

  it.each([
    ['a break that is deducted', { breakDeductions: [{ afterMinutes: 360, minutes: 30 }] }],
    ['a weekly limit', { weeklyLimitMinutes: 8 * 60 }],
    ['coarser overtime', { overtimeStepMinutes: 30 }],
    ['no early arrival', { earlyArrival: 'from_start' }],
  ] satisfies [string, Partial<Settings>][])('say what reports would have said: %s', async (_, rule) => {
    const [admin, ben] = [await someone({ roles: ['admin'] }), await early(9, 8, 7, 6, 5, 4)];
    const settings = rules(rule);
    const now = await reportOf(admin, ben);
    const { days } = await tried(admin, 'settings', { settings });
    const his = days.filter(({ personId }) => personId === ben.id);
    expect(his.length).toBeGreaterThan(0);
    await had(settings);
    const then = await reportOf(admin, ben);
    const really = now.flatMap((day, index) => {
      const [before, after] = [sums(day), sums(then[index] ?? day)];
      return JSON.stringify(before) === JSON.stringify(after)
        ? []
        : [{ workDate: day.workDate, before, after }];
    });
    expect(his.map(({ workDate, before, after }) => ({ workDate, before, after }))).toEqual(really);
  });

  it('that apply already change nothing', async () => {
    const admin = await someone({ roles: ['admin'] });
    await early(2);
    expect((await tried(admin, 'settings', { settings: rules({}) })).days).toEqual([]);
  });

  it('are tried one stretch a request, each day once', async () => {
    const admin = await someone({ roles: ['admin'] });
    const [first, last] = [await early(20), await early(1)];
    await crowd(120);
    const { days, requests } = await tried(admin, 'settings', {
      settings: rules({ earlyArrival: 'from_start' }),
    });
    expect(requests).toBeGreaterThan(1);
    const of = ({ id }: Someone) => days.filter(({ personId }) => personId === id).length;
    expect([of(first), of(last)]).toEqual([1, 1]);
  });

  it('count a week’s overtime across several stretches', async () => {
    const admin = await someone({ roles: ['admin'] });
    const sunday = addDays(mondayOf(today), -8);
    const week = [0, 1, 2, 3, 4].map((weekday) => addDays(sunday, weekday - 6));
    const ben = await early(...week.map((date) => daysBetween(date, today)));
    // So many people that a stretch is shorter than a week.
    await crowd(400);
    const { days, requests } = await tried(admin, 'settings', {
      settings: rules({ weeklyLimitMinutes: 35 * 60 }),
    });
    expect(requests).toBeGreaterThan(5);
    const his = days.filter(({ personId }) => personId === ben.id);
    // Five days of 9:10 have 1:40 of overtime each already; 37:30 are within the plan.
    expect(his.map(({ workDate, after }) => [workDate, after.weekOvertimeMs])).toEqual([
      [sunday, 2.5 * HOUR],
    ]);
  });

  it.each([
    ['dates out of order', { from: span.to, to: span.from, settings: rules({}) }, 'to'],
    [
      'a rule that could not be saved',
      { ...span, settings: rules({ graceMinutes: -1 }) },
      'settings.graceMinutes',
    ],
  ])('are refused with %s', async (_, json, path) => {
    const answer = await tryOn(await someone({ roles: ['admin'] }), 'settings', json);
    expect(answer.status).toBe(400);
    expect((await answer.json<Problem>()).issues?.map((issue) => issue.path)).toEqual([path]);
  });
});

describe('a week that is tried', () => {
  const halfPastSeven: Week = {
    days: Array.from({ length: 7 }, () => ({ start: '07:30', end: '16:00', breakMinutes: 30 })),
    graceMinutes: null,
    earlyMinutes: 10,
    halfDayMinutes: 240,
  };

  it('concerns only those who followed the schedule', async () => {
    const supervisor = await someone({ roles: ['supervisor'] });
    const [ben, eva] = [await early(3), await early(3)];
    const before = await everything();
    const { days } = await tried(supervisor, `schedules/${await scheduleOf(ben)}`, { week: halfPastSeven });
    expect(await everything()).toEqual(before);
    const day = days.find(({ workDate }) => workDate === addDays(today, -3));
    expect(new Set(days.map(({ personId }) => personId))).toEqual(new Set([ben.id]));
    expect(eva.id).not.toBe(ben.id);
    expect(day).toMatchObject({ before: { lateMs: 0 }, after: { status: 'late', lateMs: 30 * MINUTE } });
  });

  it('of an unknown schedule is not found', async () => {
    const supervisor = await someone({ roles: ['supervisor'] });
    const answer = await tryOn(supervisor, `schedules/${uuidv7()}`, { ...span, week: halfPastSeven });
    expect(answer.status).toBe(404);
  });
});
