/** Totals are the sums of the days, the same on the page and in the files. */
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { checkIn, checkOut } from '../../../worker/attendance/check-in';
import { DayStatus, dayStatusWords } from '../../../worker/contract/attendance/attendance';
import { addDays, dateIn, instantOf, mondayOf } from '../../../worker/contract/zones';
import { reportHours, type ReportChoices, type ReportDays } from '../../../worker/contract/reports/reports';
import { defaultSettings } from '../../../worker/contract/settings/settings';
import { daysOf, linesOf, minutes, totalsOf } from './reported';
import { follow } from '../schedules/rota';
import { ask, crowd, newKey, scopeOf, type Someone, someone } from '../workplace';

const ZONE = 'Europe/Berlin';
const today = dateIn(ZONE, Date.now());
/** The last whole week. */
const monday = addDays(mondayOf(today), -7);
const week = { from: monday, to: addDays(monday, 6) };
const query = `from=${week.from}&to=${week.to}`;
const dateOf = (weekday: number): string => addDays(monday, weekday);
const [kitchen, ward] = [
  { id: uuidv7(), name: 'Kitchen' },
  { id: uuidv7(), name: 'Ward' },
];

let admin: Someone;
let leaver: Someone;
let mover: Someone;
const marias: Someone[] = [];

/** A record of that date, to the second. */
async function came(person: Someone, date: string, from: string, to: string): Promise<void> {
  const id = uuidv7();
  await checkIn(scopeOf(person, instantOf(ZONE, date, from)), id);
  await checkOut(scopeOf(person, instantOf(ZONE, date, to)), id);
}

const belongsTo = (person: Someone, department: { id: string }, from = '2020-01-01') =>
  env.DB.prepare(
    `INSERT INTO terms (person_id, valid_from, employed, department_id) VALUES (?1, ?2, 1, ?3)
     ON CONFLICT DO UPDATE SET department_id = ?3`,
  ).bind(person.id, from, department.id);

beforeAll(async () => {
  admin = await someone({ roles: ['admin'] });
  [leaver, mover] = [await someone({ name: 'Leo Gone' }), await someone({ name: 'Mo Mover' })];
  for (const number of ['S-1', 'S-2']) {
    const maria = await someone({ name: 'Maria Santos' });
    marias.push(maria);
    await env.DB.prepare('UPDATE people SET staff_number = ? WHERE id = ?').bind(number, maria.id).run();
  }
  const settings = { ...defaultSettings(ZONE), weeklyLimitMinutes: 35 * 60, earlyArrival: 'from_start' };
  const insert = 'INSERT INTO departments (id, name) VALUES (?, ?)';
  await env.DB.batch([
    ...[kitchen, ward].map(({ id, name }) => env.DB.prepare(insert).bind(id, name)),
    env.DB.prepare("INSERT INTO settings (valid_from, applies_at, value) VALUES ('2020-01-01', 0, ?)").bind(
      JSON.stringify({ ...settings, breakDeductions: [{ afterMinutes: 480, minutes: 30 }] }),
    ),
    ...[leaver, ...marias].map((person) => belongsTo(person, kitchen)),
    belongsTo(mover, kitchen),
    belongsTo(mover, ward, dateOf(3)),
  ]);
  await follow(
    [leaver, mover, ...marias],
    { start: '08:00', end: '16:30', breakMinutes: 30 },
    { weekends: false },
  );
  const [first, second] = marias as [Someone, Someone];
  for (let weekday = 0; weekday < 5; weekday += 1) {
    await came(first, dateOf(weekday), '08:00:50', '15:59:10');
    await came(mover, dateOf(weekday), '07:30', weekday === 2 ? '12:00' : '17:31');
  }
  await came(second, dateOf(1), '08:40', '16:30');
  await came(leaver, dateOf(0), '08:00', '16:30');
  const gone = await ask(`/people/${leaver.id}/deactivate`, {
    as: admin,
    json: { lastDay: dateOf(3) },
    key: newKey(),
  });
  expect(gone.status).toBe(200);
});

describe('totals', () => {
  it.each(['person', 'department'] as const)(
    'by %s are the sums of the days, on the page and in both files',
    async (by) => {
      const days = await daysOf(admin, week);
      const totals = await totalsOf(admin, week, `&by=${by}`);
      const files = await Promise.all(
        (['csv', 'xlsx'] as const).map((format) =>
          linesOf(admin, `/reports/totals.${format}?${query}&by=${by}`),
        ),
      );
      const occurs = (key: (typeof reportHours)[number][0]) => days.some((day) => day[key] > 0);
      // A column of zeros would prove nothing; breaks are the exception, since no one took one.
      expect(reportHours.filter(([key]) => !occurs(key)).map(([key]) => key)).toEqual(['breakMs']);
      for (const lines of files) expect(lines).toHaveLength(totals.length);
      for (const [n, total] of totals.entries()) {
        const its = days.filter(
          (day) => (by === 'person' ? day.personId : (day.departmentId ?? '')) === total.key,
        );
        for (const [key, label] of reportHours) {
          const sum = its.reduce((ms, day) => ms + day[key], 0);
          expect([total.name, key, total[key]]).toEqual([total.name, key, sum]);
          for (const lines of files) expect([label, lines[n]?.[label]]).toEqual([label, minutes(sum)]);
        }
        for (const status of DayStatus.options) {
          const count = its.filter((day) => day.status === status).length;
          expect([status, total.days[status] ?? 0]).toEqual([status, count]);
          for (const lines of files)
            expect([status, lines[n]?.[dayStatusWords[status]]]).toEqual([status, count]);
        }
      }
    },
  );

  it('of five days of 7:59 are 39:55 on the page and in the files', async () => {
    const [{ id } = { id: '' }] = marias;
    const of = `${query}&person=${id}`;
    const [total] = await totalsOf(admin, week, `&person=${id}`);
    expect(minutes(total?.workedMs ?? 0)).toBe(39 * 60 + 55);
    for (const format of ['csv', 'xlsx'] as const) {
      const days = await linesOf(admin, `/reports/days.${format}?${of}`);
      const worked = days.map((day) => day['Worked']).filter((of) => of !== 0); // not the week's Sunday
      expect(worked).toEqual(Array.from({ length: 5 }, () => 7 * 60 + 59));
      const [line] = await linesOf(admin, `/reports/totals.${format}?${of}`);
      expect(line?.['Worked']).toBe(39 * 60 + 55);
    }
    expect(await (await ask(`/reports/totals.csv?${of}`, { as: admin })).text()).toMatch(/,39:55,/);
  });

  it('by person have one row for each person in the files, also for namesakes', async () => {
    for (const format of ['csv', 'xlsx'] as const) {
      const lines = await linesOf(admin, `/reports/totals.${format}?${query}`);
      const theirs = lines.filter((line) => line['Name'] === 'Maria Santos');
      expect(theirs.map((line) => [line['Staff number'], line['Email']])).toEqual(
        marias.map(({ email }, n) => [`S-${n + 1}`, email]),
      );
    }
  });
});

describe('a leaver', () => {
  it('stays in choices, days, totals and files up to the last day', async () => {
    const { people } = await (await ask('/reports/choices', { as: admin })).json<ReportChoices>();
    expect(people.find(({ id }) => id === leaver.id)).toMatchObject({ name: 'Leo Gone', active: false });
    expect(people.find(({ id }) => id === mover.id)).toMatchObject({ active: true });
    const days = await daysOf(admin, week, `&person=${leaver.id}`);
    expect(days.map(({ workDate, status }) => [workDate, status])).toEqual([
      [dateOf(0), 'present'],
      ...[1, 2, 3].map((weekday) => [dateOf(weekday), 'absent']),
    ]);
    const [total] = await totalsOf(admin, week, `&person=${leaver.id}`);
    expect(total?.days).toEqual({ present: 1, absent: 3 });
    for (const format of ['csv', 'xlsx'] as const) {
      const lines = await linesOf(admin, `/reports/totals.${format}?${query}`);
      expect(lines.find((line) => line['Name'] === 'Leo Gone')).toMatchObject({ Present: 1, Absent: 3 });
    }
  });
});

describe('a person who moved', () => {
  it('counts in each department for the days there, in lists, totals and files', async () => {
    const of = async ({ id }: { id: string }) =>
      (await daysOf(admin, week, `&department=${id}&person=${mover.id}`)).map(({ workDate, department }) => [
        workDate,
        department,
      ]);
    expect(await of(kitchen)).toEqual([0, 1, 2].map((weekday) => [dateOf(weekday), 'Kitchen']));
    // The week's overtime is dated on its Sunday.
    expect(await of(ward)).toEqual([3, 4, 6].map((weekday) => [dateOf(weekday), 'Ward']));
    const totals = await totalsOf(admin, week, `&by=department&person=${mover.id}`);
    expect(totals.map(({ name, people }) => [name, people])).toEqual([
      ['Kitchen', 1],
      ['Ward', 1],
    ]);
    const lines = await linesOf(admin, `/reports/days.csv?${query}&department=${ward.id}`);
    expect(new Set(lines.map((line) => line['Name']))).toEqual(new Set(['Mo Mover']));
  });
});

describe('a span that ends after today', () => {
  it('ends today', async () => {
    const to = addDays(today, 20);
    const answer = await ask(`/reports/days?from=${week.from}&to=${to}`, { as: admin });
    const page = await answer.json<ReportDays>();
    expect(page.to).toBe(today);
    const csv = await ask(`/reports/totals.csv?from=${week.from}&to=${to}&by=department`, { as: admin });
    expect(csv.headers.get('Content-Disposition')).toContain(
      `totals-by-department-${week.from}-to-${today}.csv`,
    );
    expect(await csv.text()).toContain(`${week.from} to ${today}`);
  });

  it('never continues after today, with any number of rows', async () => {
    const many = await crowd(220);
    await follow(many, { start: '08:00', end: '16:30', breakMinutes: 30 });
    const answer = await ask(`/reports/days?from=${today}&to=${addDays(today, 20)}`, { as: admin });
    const page = await answer.json<ReportDays>();
    expect(page.days.length).toBeGreaterThan(200);
    expect(page.next).toBeNull();
  });
});
