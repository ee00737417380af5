/** Terms of employment, each from a date on. The past does not change by itself. */
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { checkIn, checkOut } from '../../../worker/attendance/check-in';
import { daysOf } from '../../../worker/attendance/outcomes';
import type { Board } from '../../../worker/contract/attendance/board';
import { addDays, dateIn } from '../../../worker/contract/zones';
import type { Person, Terms } from '../../../worker/contract/people/people';
import type { Problem } from '../../../worker/contract/errors';
import { follow, jobsAt } from '../schedules/rota';
import { ask, closeThrough, everything, newKey, scopeOf, type Someone, someone } from '../workplace';

const HOUR = 3_600_000;
const today = dateIn('Europe/Berlin', Date.now());
const s17 = { start: '09:00', end: '17:00', breakMinutes: 30 };
const admin = () => someone({ roles: ['admin'] });

const send = (as: Someone, method: string, path: string, json: unknown, key = newKey()) =>
  ask(path, { as, method, json, key });
const codeOf = async (answer: Response) => (await answer.json<Problem>()).code;
const termsOf = async (as: Someone, { id }: Pick<Someone, 'id'>) =>
  (await (await ask(`/people/${id}/terms`, { as })).json<Terms>()).terms;
const personOf = async (as: Someone, { id }: Pick<Someone, 'id'>) =>
  (await ask(`/people/${id}`, { as })).json<Person & { lastDay: string | null }>();

/** Edits as a form does, with all fields and `seenAt`. */
async function edit(as: Someone, who: Someone, some: object): Promise<Response> {
  const it = await personOf(as, who);
  const { name, email, department, position, category, zone, staffNumber } = it;
  const form = { name, email, department, position, category, zone, staffNumber, seenAt: it.updatedAt };
  return send(as, 'PATCH', `/people/${who.id}`, { ...form, ...some });
}

/** A person's past days in the report. */
async function past(as: Someone, who: Someone) {
  const scope = scopeOf(as, Date.now());
  const span = { from: addDays(today, -20), to: addDays(today, -1), person: who.id };
  const found = [];
  for await (const { days } of daysOf(scope, span))
    for (const { date, zone, term, outcome } of days)
      found.push({ date, zone, department: term?.department, outcome });
  return found;
}

/** A person on 09–17 every day who came on some of the last days. */
async function veteran(): Promise<Someone> {
  const ben = await someone();
  await follow([ben], s17);
  for (const days of [5, 4, 2]) {
    const start = Date.parse(`${addDays(today, -days)}T08:30Z`);
    const id = uuidv7();
    await checkIn(scopeOf(ben, start), id);
    await checkOut(scopeOf(ben, start + 8 * HOUR), id);
  }
  return ben;
}

describe('a present change', () => {
  it('of department or zone changes no past day', async () => {
    const [ana, ben] = [await admin(), await veteran()];
    await edit(ana, ben, { department: 'Ward', validFrom: addDays(today, -15) });
    const before = await past(ana, ben);
    expect(before.filter(({ department }) => department === 'Ward').length).toBeGreaterThan(10);
    expect((await edit(ana, ben, { department: 'Kitchen', zone: 'Asia/Tokyo' })).status).toBe(200);
    expect(await past(ana, ben)).toEqual(before);
    expect(await personOf(ana, ben)).toMatchObject({ department: 'Kitchen', zone: 'Asia/Tokyo' });
  });

  it('of employment changes no lateness, overtime or absence of a leaver', async () => {
    const [ana, ben] = [await admin(), await veteran()];
    const before = await past(ana, ben);
    expect(before.some(({ outcome }) => outcome.status === 'absent')).toBe(true);
    expect((await send(ana, 'POST', `/people/${ben.id}/deactivate`, {})).status).toBe(200);
    expect(await past(ana, ben)).toEqual(before);
    const board = await (
      await ask(`/attendance/board?date=${addDays(today, -3)}`, { as: ana })
    ).json<Board>();
    expect(board.people.map(({ id }) => id)).toContain(ben.id);
  });
});

describe('a back-dated change', () => {
  it('changes only the days from its own date on', async () => {
    const [ana, ben] = [await admin(), await veteran()];
    const from = addDays(today, -4);
    await edit(ana, ben, { department: 'Kitchen', validFrom: from });
    for (const { date, department } of await past(ana, ben))
      expect([date, department]).toEqual([date, date < from ? null : 'Kitchen']);
    const names = (await termsOf(ana, ben)).map(({ validFrom, department }) => [validFrom, department]);
    expect(names).toEqual([
      ['2020-01-01', null],
      [from, 'Kitchen'],
    ]);
  });

  it('of closed days is refused, and nothing is written', async () => {
    const [ana, ben] = [await admin(), await veteran()];
    await closeThrough(addDays(today, -3));
    const before = await everything();
    const refused = await edit(ana, ben, { department: 'Laundry', validFrom: addDays(today, -3) });
    expect([refused.status, await codeOf(refused)]).toEqual([409, 'period_closed']);
    const leaves = await send(ana, 'POST', `/people/${ben.id}/deactivate`, { lastDay: addDays(today, -5) });
    expect(leaves.status).toBe(409);
    expect(await everything()).toEqual(before);
    expect((await edit(ana, ben, { department: 'Laundry', validFrom: addDays(today, -2) })).status).toBe(200);
    await closeThrough(null);
  });
});

describe('an edit from before the first day on', () => {
  it('is refused, also for people who do not manage people, and nothing is written', async () => {
    const [ana, eve, ben] = [await admin(), await someone({ roles: ['supervisor'] }), await someone()];
    const { updatedAt: seenAt, ...it } = await personOf(ana, ben);
    const { name, email, department, position, category, zone, staffNumber } = it;
    const form = { name, email, department, position, category, zone, staffNumber, seenAt };
    const before = await everything();
    const early = await edit(ana, ben, { category: 'Staff', validFrom: '2019-12-31' });
    expect([early.status, await codeOf(early)]).toEqual([409, 'not_employed']);
    for (const as of [eve, ben]) {
      const json = { ...form, category: 'Staff', validFrom: today };
      expect((await send(as, 'PATCH', `/people/${ben.id}`, json)).status).toBe(403);
    }
    expect(await everything()).toEqual(before);
  });
});

describe('a new hire', () => {
  it('is not expected before their first day by any schedule', async () => {
    const [ana, id] = [await admin(), uuidv7()];
    const json = {
      id,
      name: 'New Hire',
      email: `${id}@clinic.example`,
      roles: ['employee'],
      ...{ department: 'Ward', position: null, category: null, zone: null, staffNumber: `N-${id.slice(-5)}` },
    };
    expect((await send(ana, 'POST', '/people', json)).status).toBe(200);
    await follow([{ ...ana, id }], s17);
    expect(await past(ana, { ...ana, id })).toEqual([]);
    expect(await termsOf(ana, { id })).toMatchObject([
      { validFrom: today, employed: true, department: 'Ward' },
    ]);
    const twice = { ...json, id: uuidv7(), email: `${uuidv7()}@clinic.example` };
    expect(await codeOf(await send(ana, 'POST', '/people', twice))).toBe('staff_number_taken');
  });
});

describe('a leaver', () => {
  const leave = (as: Someone, who: Someone, json: object, key?: string) =>
    send(as, 'POST', `/people/${who.id}/deactivate`, json, key);

  it('who is in is checked out at that moment, and supervisors can correct it', async () => {
    const [ana, ben] = [await admin(), await someone()];
    const id = uuidv7();
    await checkIn(scopeOf(ben, Date.now() - HOUR), id);
    expect((await leave(ana, ben, {})).status).toBe(200);
    const row = await env.DB.prepare('SELECT out_at, unconfirmed FROM attendance WHERE id = ?')
      .bind(id)
      .first<{ out_at: number }>();
    expect(row).toMatchObject({ unconfirmed: 0 });
    expect(Math.abs((row?.out_at ?? 0) - Date.now())).toBeLessThan(60_000);
    const date =
      (await env.DB.prepare('SELECT work_date FROM attendance WHERE id = ?')
        .bind(id)
        .first<string>('work_date')) ?? '';
    const days = { from: date, to: date, records: [] };
    const mended = await send(ana, 'POST', `/attendance/people/${ben.id}/days`, {
      id: uuidv7(),
      days,
      reason: 'Was not there',
    });
    expect(mended.status).toBe(200);
  });

  it('has no last day before their last record', async () => {
    const [ana, ben] = [await admin(), await veteran()];
    const before = await everything();
    const refused = await leave(ana, ben, { lastDay: addDays(today, -3) });
    expect([refused.status, await codeOf(refused)]).toEqual([409, 'last_record']);
    expect(await everything()).toEqual(before);
    expect((await leave(ana, ben, { lastDay: addDays(today, -2) })).status).toBe(200);
    expect((await past(ana, ben)).at(-1)?.date).toBe(addDays(today, -2));
  });

  it('with a future last day works until then; the job ends the account afterwards, also after missed days', async () => {
    const [ana, ben] = [await admin(), await veteran()];
    expect((await leave(ana, ben, { lastDay: addDays(today, 2) })).status).toBe(200);
    expect(await personOf(ana, ben)).toMatchObject({ active: true, lastDay: addDays(today, 2) });
    await jobsAt(Date.parse(`${addDays(today, 2)}T12:00Z`));
    expect(await personOf(ana, ben)).toMatchObject({ active: true });
    await jobsAt(Date.parse(`${addDays(today, 9)}T12:00Z`));
    expect(await personOf(ana, ben)).toMatchObject({ active: false });
    expect((await ask('/me', { as: ben })).status).toBe(401);
  });

  it('can be reactivated before the last day, and begins a new employment after it', async () => {
    const [ana, ben] = [await admin(), await veteran()];
    await leave(ana, ben, { lastDay: addDays(today, 2) });
    expect((await send(ana, 'POST', `/people/${ben.id}/reactivate`, {})).status).toBe(200);
    expect(await termsOf(ana, ben)).toHaveLength(1);
    await leave(ana, ben, { lastDay: addDays(today, -2) });
    await send(ana, 'POST', `/people/${ben.id}/reactivate`, {});
    expect((await termsOf(ana, ben)).map(({ validFrom, employed }) => [validFrom, employed])).toEqual([
      ['2020-01-01', true],
      [addDays(today, -1), false],
      [today, true],
    ]);
  });

  it('is deactivated once by two requests with one key', async () => {
    const [ana, ben, key] = [await admin(), await someone(), newKey()];
    const first = await (await leave(ana, ben, {}, key)).json();
    expect(await (await leave(ana, ben, {}, key)).json()).toEqual(first);
    expect((await leave(ana, ben, { lastDay: today }, key)).status).toBe(422);
  });
});

it('a member who begins to work here is employed from today', async () => {
  const [ana, mia] = [await admin(), await someone({ roles: ['member'] })];
  expect(await termsOf(ana, mia)).toEqual([]);
  await send(ana, 'PUT', `/people/${mia.id}/roles`, { roles: ['member', 'employee'] });
  expect(await termsOf(ana, mia)).toMatchObject([{ validFrom: today, employed: true }]);
});

it('a renamed department keeps its id, its people and its past', async () => {
  const [ana, ben] = [await admin(), await veteran()];
  const name = `Ward ${uuidv7().slice(-6)}`;
  await edit(ana, ben, { department: name, validFrom: addDays(today, -15) });
  const id = (await termsOf(ana, ben)).at(-1)?.departmentId ?? '';
  expect((await send(ana, 'PUT', `/departments/${id}`, { name: `${name} B` })).status).toBe(200);
  expect((await past(ana, ben)).at(-1)?.department).toBe(`${name} B`);
  expect(await personOf(ana, ben)).toMatchObject({ department: `${name} B` });
  const other = await someone();
  await edit(ana, other, { department: 'Taken' });
  expect(await codeOf(await send(ana, 'PUT', `/departments/${id}`, { name: 'taken' }))).toBe('name_taken');
});
