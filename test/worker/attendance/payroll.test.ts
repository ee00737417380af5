/** Days under each payroll rule, from the taps to the report, the file and the person's own page. */
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { checkIn, checkOut } from '../../../worker/attendance/check-in';
import { endBreak, startBreak } from '../../../worker/attendance/breaks';
import type { Correction } from '../../../worker/contract/attendance/corrections/corrections';
import { dayOf } from '../../../worker/contract/attendance/day';
import { addDays, dateIn, instantOf, mondayOf } from '../../../worker/contract/zones';
import type { MyDays } from '../../../worker/contract/attendance/my-days';
import { remarksOf, reportHours } from '../../../worker/contract/reports/reports';
import { defaultSettings, type Settings } from '../../../worker/contract/settings/settings';
import { daysOf, linesOf, minutes, totalsOf } from '../reports/reported';
import { follow, jobsAt } from '../schedules/rota';
import { ask, newKey, scopeOf, type Someone, someone } from '../workplace';

const ZONE = 'Europe/Berlin';
const date = addDays(mondayOf(dateIn(ZONE, Date.now())), -6);
const at = (time: string): number => instantOf(ZONE, date, time);
const s17 = { start: '09:00', end: '17:00', breakMinutes: 30 };

const rule = (it: Partial<Settings>) =>
  env.DB.prepare(`INSERT INTO settings (valid_from, applies_at, value) VALUES ('2020-01-01', 0, ?)`)
    .bind(JSON.stringify({ ...defaultSettings(ZONE), ...it }))
    .run();
afterEach(() => env.DB.prepare('DELETE FROM settings').run());

async function employee(shift = s17): Promise<Someone> {
  const ben = await someone();
  await follow([ben], shift);
  return ben;
}

/** A record on that day; open without an end. */
async function came(ben: Someone, from: string, to?: string): Promise<string> {
  const id = uuidv7();
  await checkIn(scopeOf(ben, at(from)), id);
  if (to) await checkOut(scopeOf(ben, at(to)), id);
  return id;
}

const hour = (ms: number) => `${Math.floor(minutes(ms) / 60)}:${String(minutes(ms) % 60).padStart(2, '0')}`;

/** The day in the report; checks that files, totals and the person's own page agree with it. */
async function reported(ben: Someone) {
  const as = await someone({ roles: ['admin'] });
  const span = { from: date, to: date };
  const [day] = await daysOf(as, span, `&person=${ben.id}`);
  const [total] = await totalsOf(as, span, `&by=person&person=${ben.id}`);
  if (!day || !total) throw new Error('the report has no such day');
  const { workedMs, breakMs, deductedMs, uncountedMs } = day;
  for (const format of ['csv', 'xlsx']) {
    const [line] = await linesOf(as, `/reports/days.${format}?from=${date}&to=${date}&person=${ben.id}`);
    for (const [key, heading] of reportHours)
      expect([heading, line?.[heading]]).toEqual([heading, minutes(day[key])]);
  }
  for (const [key] of reportHours) expect([key, total[key]]).toEqual([key, day[key]]);
  const mine = await (await ask(`/attendance/mine?to=${date}&days=1`, { as: ben })).json<MyDays>();
  const plan = mine.plans[date];
  if (!plan) throw new Error('the own page has no plan');
  const { records, breaks, marks, now } = mine;
  const mark = marks.find(({ workDate }) => workDate === date) ?? null;
  const own = dayOf({ ...plan, records, breaks, mark, now });
  expect(own).toMatchObject({ workedMs, breakMs, deductedMs, uncountedMs, lateMs: day.lateMs });
  expect(own.spanMs).toBe(workedMs + breakMs + deductedMs + uncountedMs);
  return {
    hours: Object.fromEntries(
      reportHours.flatMap(([key, heading]) => (day[key] > 0 ? [[heading, hour(day[key])]] : [])),
    ),
    remarks: remarksOf(day),
    total,
  };
}

describe('a break that was not tapped', () => {
  it('counts as work and overtime without a rule', async () => {
    await rule({});
    const ben = await employee({ start: '09:00', end: '17:30', breakMinutes: 30 });
    await came(ben, '09:00', '17:30');
    expect((await reported(ben)).hours).toEqual({ Worked: '8:30', Overtime: '0:30' });
  });

  it.each([
    ['17:30', { Worked: '8:00', Deducted: '0:30' }],
    ['15:10', { Worked: '6:00', Deducted: '0:10', 'Left early by': '2:20' }],
    ['15:00', { Worked: '6:00', 'Left early by': '2:30' }],
  ])('is deducted after six hours by a setting: a check-out at %s', async (out, hours) => {
    await rule({ breakDeductions: [{ afterMinutes: 360, minutes: 30 }] });
    const ben = await employee({ start: '09:00', end: '17:30', breakMinutes: 30 });
    await came(ben, '09:00', out);
    expect((await reported(ben)).hours).toEqual(hours);
  });
});

describe('an early arrival', () => {
  const shift = { start: '08:45', end: '17:15', breakMinutes: 30 };

  it.each([
    ['08:30', '0:15', '8:15'],
    ['05:00', '3:45', '11:45'],
  ])(
    'at %s counts from the shift’s start by a setting, or in full by a supervisor’s mark',
    async (from, early, all) => {
      const ben = await employee(shift);
      await came(ben, from, '16:45');
      await rule({ earlyArrival: 'counts' });
      expect((await reported(ben)).hours).toMatchObject({ Worked: all, Overtime: early });
      await env.DB.prepare('DELETE FROM settings').run();
      await rule({ earlyArrival: 'from_start' });
      const { hours } = await reported(ben);
      expect(hours).toEqual({ Worked: '8:00', 'Not counted': early, 'Left early by': '0:30' });
      await mark(ben, { status: null, note: null, countsEarly: true });
      expect((await reported(ben)).hours).toMatchObject({ Worked: all, Overtime: early });
    },
  );
});

const mark = async (ben: Someone, json: object) => {
  const ana = await someone({ roles: ['supervisor'] });
  const answer = await ask(`/attendance/days/${ben.id}/${date}/mark`, {
    method: 'PUT',
    as: ana,
    key: newKey(),
    json,
  });
  expect(answer.status).toBe(200);
};

it('work on a day of leave is never late, all of it is overtime, and the totals say so', async () => {
  await rule({});
  const ben = await employee();
  await came(ben, '13:00', '17:00');
  expect((await reported(ben)).hours).toMatchObject({ 'Late by': '4:00' });
  await mark(ben, { status: 'on_leave', note: null });
  const { hours, remarks, total } = await reported(ben);
  expect(hours).toEqual({ Worked: '4:00', Overtime: '4:00' });
  expect([remarks, total.workedOnLeave]).toEqual(['worked on leave', 1]);
});

it('one request corrects a day that ended in a break, with the break', async () => {
  await rule({});
  const [ana, ben] = [await someone({ roles: ['supervisor'] }), await employee()];
  const [id, meal] = [await came(ben, '09:00'), uuidv7()];
  await startBreak(scopeOf(ben, at('12:00')), { id: meal, recordId: id, kind: 'meal' });
  await jobsAt(at('23:00'));
  const forgotten = await reported(ben);
  expect(forgotten.hours).toEqual({ Worked: '7:15', Breaks: '0:45' });
  expect(forgotten.remarks).toBe('closed automatically, not confirmed');
  const breaks = [{ id: meal, kind: 'meal', startAt: at('12:00'), endAt: at('12:05') }];
  const records = [{ id, inAt: at('09:00'), outAt: at('12:05'), breaks }];
  const answer = await ask('/corrections', {
    as: ben,
    key: newKey(),
    json: { id: uuidv7(), days: { from: date, to: date, records }, reason: 'I went home ill' },
  });
  expect(await reported(ben)).toMatchObject({ hours: forgotten.hours });
  const { id: request } = await answer.json<Correction>();
  await ask(`/corrections/${request}/approve`, { as: ana, key: newKey(), json: {} });
  expect(await reported(ben)).toMatchObject({
    hours: { Worked: '3:00', Breaks: '0:05', 'Left early by': '4:55' },
    remarks: 'corrected',
  });
});

it.each<[Settings['overlongBreak'], object]>([
  ['as_taken', { Worked: '7:10', Breaks: '0:50' }],
  ['allowance', { Worked: '7:40', Breaks: '0:20', Overtime: '0:10' }],
])(
  'a break of 50 minutes for which 20 are allowed is flagged, and counts by the rule: %s',
  async (as, hours) => {
    await rule({ overlongBreak: as });
    const ben = await employee();
    const [id, rest] = [await came(ben, '09:00'), uuidv7()];
    await startBreak(scopeOf(ben, at('12:00')), { id: rest, recordId: id, kind: 'rest' });
    await jobsAt(at('12:21'));
    await endBreak(scopeOf(ben, at('12:50')), rest);
    await checkOut(scopeOf(ben, at('17:00')), id);
    const { hours: found, remarks } = await reported(ben);
    expect(found).toEqual(hours);
    expect(remarks).toBe('break over its allowance');
  },
);
