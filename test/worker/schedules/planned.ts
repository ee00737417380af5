/** Fixtures: schedules and assignments. */
import { env } from 'cloudflare:workers';
import { expect } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { addDays, dateIn } from '../../../worker/contract/zones';
import type { Assignments, Schedules, Week, WeekShift } from '../../../worker/contract/schedules/schedules';
import { ask, newKey, type Someone, someone } from '../workplace';

export const today = dateIn(env.WORKPLACE_ZONE, Date.now());
export const yesterday = addDays(today, -1);
export const later = addDays(today, 7);
/** The first day of last month. */
export const open = `${addDays(`${today.slice(0, 7)}-01`, -1).slice(0, 7)}-01`;

export const shift = (start: string, end: string, breakMinutes = 30): WeekShift => ({
  start,
  end,
  breakMinutes,
});
export const week = (...days: (WeekShift | null)[]): Week => ({
  days: Array.from({ length: 7 }, (_, index) => days[index] ?? null),
  graceMinutes: null,
  earlyMinutes: 0,
  halfDayMinutes: 240,
});
export const weekdays = (it: WeekShift) => week(it, it, it, it, it);
export const always = (it: WeekShift) => week(it, it, it, it, it, it, it);
export const day = weekdays(shift('08:00', '16:30'));
export const night = always(shift('22:00', '06:00'));

export const send = (method: string, path: string, json?: unknown, it: { as?: Someone; key?: string } = {}) =>
  ask(path, { method, as: it.as ?? ana, key: it.key ?? newKey(), ...(json !== undefined && { json }) });
export let ana: Someone;
export async function newSupervisor(): Promise<void> {
  ana = await someone({ roles: ['supervisor'] });
}

/** A schedule with a unique name, valid since last month. */
export async function made(first: Week = day, name = `Schedule ${uuidv7().slice(-12)}`): Promise<string> {
  const id = uuidv7();
  const answer = await send('POST', '/schedules', { id, name, validFrom: open, week: first });
  expect(answer.status).toBe(200);
  return id;
}

export const all = async () => (await ask('/schedules', { as: ana })).json<Schedules>();
export const one = async (id: string) => (await all()).schedules.find((it) => it.id === id);
export const code = async (answer: Response) => (await answer.json<{ code: string }>()).code;
export const issues = async (answer: Response) =>
  (await answer.json<{ issues: { path: string; message: string }[] }>()).issues;
export const assign = (people: Someone[], scheduleId: string | null, validFrom: string, key = newKey()) =>
  send(
    'POST',
    '/schedules/assignments',
    { people: people.map(({ id }) => id), scheduleId, validFrom },
    { key },
  );
export const follows = async (who: Someone, date = today) => {
  const { people } = await (
    await ask(`/schedules/assignments?date=${date}`, { as: ana })
  ).json<Assignments>();
  return people.find(({ id }) => id === who.id);
};
export const journal = async (subject: string) => {
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
