/** Weekly overtime: work beyond the week's limit, without the overtime of its days. */
import { env } from 'cloudflare:workers';
import { afterEach, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { checkIn, checkOut } from '../../../worker/attendance/check-in';
import { addDays, dateIn, instantOf, mondayOf } from '../../../worker/contract/zones';
import type { ReportDays } from '../../../worker/contract/reports/reports';
import { defaultSettings } from '../../../worker/contract/settings/settings';
import { follow } from '../schedules/rota';
import { ask, scopeOf, type Someone, someone } from '../workplace';

const ZONE = 'Europe/Berlin';
const HOUR = 3_600_000;
const monday = addDays(mondayOf(dateIn(ZONE, Date.now())), -7);
const sunday = addDays(monday, 6);

async function limited(weeklyLimitMinutes: number | null): Promise<void> {
  await env.DB.prepare("INSERT INTO settings (valid_from, applies_at, value) VALUES ('2020-01-01', 0, ?)")
    .bind(JSON.stringify({ ...defaultSettings(ZONE), weeklyLimitMinutes }))
    .run();
}
afterEach(() => env.DB.prepare('DELETE FROM settings').run());

/** A person with shifts of 08:00–16:30, half an hour of it unpaid, who worked that many days of eight hours. */
async function worked(days: number): Promise<Someone> {
  const person = await someone();
  await follow([person], { start: '08:00', end: '16:30', breakMinutes: 30 });
  for (let weekday = 0; weekday < days; weekday += 1) {
    const [id, date] = [uuidv7(), addDays(monday, weekday)];
    await checkIn(scopeOf(person, instantOf(ZONE, date, '08:00')), id);
    await checkOut(scopeOf(person, instantOf(ZONE, date, '16:00')), id);
  }
  return person;
}

/** Date → hours of weekly overtime. */
async function weekly({ id }: Someone, from = monday): Promise<[string, number][]> {
  const admin = await someone({ roles: ['admin'] });
  const answer = await ask(`/reports/days?from=${from}&to=${sunday}&person=${id}`, { as: admin });
  const { days } = await answer.json<ReportDays>();
  return days.flatMap((day) => (day.weekOvertimeMs > 0 ? [[day.workDate, day.weekOvertimeMs / HOUR]] : []));
}

it('is what five days of eight hours have beyond 35 hours, dated on the Sunday', async () => {
  await limited(35 * 60);
  expect(await weekly(await worked(5))).toEqual([[sunday, 5]]);
});

it('is the same in a report that begins within the week', async () => {
  await limited(35 * 60);
  expect(await weekly(await worked(5), addDays(monday, 4))).toEqual([[sunday, 5]]);
});

it.each([
  ['no more than the limit was worked', 40 * 60],
  ['there is no limit', null],
])('is none where %s', async (_, limit) => {
  await limited(limit);
  expect(await weekly(await worked(5))).toEqual([]);
});

it('uses the limit of the person’s terms before the workplace’s', async () => {
  await limited(40 * 60);
  const person = await worked(5);
  await env.DB.prepare('UPDATE terms SET weekly_minutes = ? WHERE person_id = ?')
    .bind(20 * 60, person.id)
    .run();
  expect(await weekly(person)).toEqual([[sunday, 20]]);
});
