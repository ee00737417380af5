/** Closed days: no write changes them. */
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { checkIn, checkOut } from '../../../worker/attendance/check-in';
import { addDays, dateIn } from '../../../worker/contract/zones';
import type { Problem } from '../../../worker/contract/errors';
import { follow, jobsAt } from '../schedules/rota';
import { ask, closeThrough, everything, newKey, scopeOf, type Someone, someone } from '../workplace';

const today = dateIn('Europe/Berlin', Date.now());
const closed = addDays(today, -2);
const HOUR = 3_600_000;

let admin: Someone;
let ben: Someone;
beforeEach(async () => {
  await env.DB.batch(
    ['breaks', 'attendance', 'corrections'].map((table) => env.DB.prepare(`DELETE FROM ${table}`)),
  );
  [admin, ben] = [await someone({ roles: ['admin'] }), await someone()];
});
afterEach(() => closeThrough(null));

const send = (method: string, path: string, json: unknown, as = admin) =>
  ask(path, { as, method, json, key: newKey() });
const codeOf = async (answer: Response) => (await answer.json<Problem>()).code;
const close = (through: string | null, seen: string | null, reason: string | null = null) =>
  send('PUT', '/closing', { through, seen, ...(reason !== null && { reason }) });

async function worked(who: Someone, date: string): Promise<string> {
  const id = uuidv7();
  const start = Date.parse(`${date}T08:00Z`);
  await checkIn(scopeOf(who, start), id);
  await checkOut(scopeOf(who, start + 8 * HOUR), id);
  return id;
}

describe('closing', () => {
  it('holds up to a past date, is visible to people who read reports, and is journalled', async () => {
    expect((await close(closed, null)).status).toBe(200);
    const supervisor = await someone({ roles: ['supervisor'] });
    expect(await (await ask('/closing', { as: supervisor })).json()).toEqual({ through: closed });
    expect((await send('PUT', '/closing', { through: null, seen: closed }, supervisor)).status).toBe(403);
    const row = await env.DB.prepare(
      `SELECT action, after FROM journal WHERE subject = 'closing/hours' ORDER BY id DESC`,
    ).first();
    expect(row).toMatchObject({ action: 'hours.closed' });
  });

  it('of today, of an older state, or without a reason to reopen is refused, and nothing changes', async () => {
    await close(closed, null);
    const before = await everything();
    expect((await close(today, closed)).status).toBe(400);
    expect(await codeOf(await close(addDays(today, -1), null))).toBe('changed_meanwhile');
    expect((await close(null, closed)).status).toBe(400);
    expect((await close(addDays(closed, -1), closed, 'no')).status).toBe(400);
    expect(await everything()).toEqual(before);
    expect((await close(null, closed, 'A mistake in pay')).status).toBe(200);
  });

  it('is refused while a person is in or a request is pending', async () => {
    const open = uuidv7();
    await checkIn(scopeOf(ben, Date.parse(`${closed}T08:00Z`)), open);
    expect(await codeOf(await close(closed, null))).toBe('still_undecided');
    await checkOut(scopeOf(ben, Date.parse(`${closed}T12:00Z`)), open);
    const days = { from: closed, to: closed, records: [] };
    await send('POST', '/corrections', { id: uuidv7(), days, reason: 'Was never there' }, ben);
    expect(await codeOf(await close(closed, null))).toBe('still_undecided');
  });
});

describe('a closed day', () => {
  const days = { from: closed, to: closed, records: [] };
  const reason = 'Was never there';

  it.each<[string, () => Promise<Response>]>([
    [
      'a mark',
      () => send('PUT', `/attendance/days/${ben.id}/${closed}/mark`, { status: 'excused', note: null }),
    ],
    ['a request', () => send('POST', '/corrections', { id: uuidv7(), days, reason }, ben)],
    [
      'a supervisor’s entry',
      () => send('POST', `/attendance/people/${ben.id}/days`, { id: uuidv7(), days, reason }),
    ],
    [
      'an entry for many',
      () =>
        send('POST', '/attendance/days', {
          date: closed,
          people: [{ id: uuidv7(), personId: ben.id }],
          records: [],
          reason,
        }),
    ],
    [
      'a schedule from then on',
      () => send('POST', '/schedules/assignments', { people: [ben.id], scheduleId: null, validFrom: closed }),
    ],
    ['a holiday', () => send('PUT', `/holidays/${closed}`, { name: 'Harvest' })],
    [
      'a first day',
      () =>
        send('POST', '/people', {
          id: uuidv7(),
          name: 'Late',
          email: `${uuidv7()}@a.example`,
          roles: ['employee'],
          department: null,
          position: null,
          category: null,
          zone: null,
          firstDay: closed,
        }),
    ],
    [
      'a last day before it',
      () => send('POST', `/people/${ben.id}/deactivate`, { lastDay: addDays(closed, -1) }),
    ],
  ])('refuses %s in its own commit, and nothing is written', async (what, act) => {
    if (what !== 'a last day before it') await worked(ben, closed);
    await closeThrough(closed);
    const before = await everything();
    const answer = await act();
    expect([answer.status, await codeOf(answer)]).toEqual([409, 'period_closed']);
    expect(await everything()).toEqual(before);
  });

  it('refuses the approval of a request from before the closing', async () => {
    await worked(ben, closed);
    const id = uuidv7();
    await send('POST', '/corrections', { id, days, reason }, ben);
    await closeThrough(closed);
    expect(await codeOf(await send('POST', `/corrections/${id}/approve`, {}))).toBe('period_closed');
    expect((await send('POST', `/corrections/${id}/reject`, { answer: 'Payroll is done' })).status).toBe(200);
  });

  it('gets no absence from the job', async () => {
    await follow([ben], { start: '09:00', end: '17:00', breakMinutes: 30 });
    await env.DB.prepare(`INSERT OR REPLACE INTO progress (job, until) VALUES ('absences', ?)`)
      .bind(Date.parse(`${addDays(closed, -1)}T20:00Z`))
      .run();
    await closeThrough(closed);
    await jobsAt(Date.parse(`${closed}T20:00Z`));
    expect(
      await env.DB.prepare('SELECT 1 FROM marks WHERE person_id = ? AND work_date = ?')
        .bind(ben.id, closed)
        .first(),
    ).toBeNull();
  });

  it('leaves the day after it open', async () => {
    await closeThrough(closed);
    const after = addDays(closed, 1);
    await worked(ben, after);
    expect(
      (await send('PUT', `/attendance/days/${ben.id}/${after}/mark`, { status: 'excused', note: null }))
        .status,
    ).toBe(200);
  });
});
