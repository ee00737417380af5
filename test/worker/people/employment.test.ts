/** Corrections of an employment's first and last day: only the days between are recomputed. */
import { env } from 'cloudflare:workers';
import { beforeEach, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { checkIn, checkOut } from '../../../worker/attendance/check-in';
import { daysOf } from '../../../worker/attendance/outcomes';
import type { Problem } from '../../../worker/contract/errors';
import { addDays, dateIn } from '../../../worker/contract/zones';
import type { Person, Terms } from '../../../worker/contract/people/people';
import { follow } from '../schedules/rota';
import { ask, closeThrough, everything, newKey, scopeOf, type Someone, someone } from '../workplace';

const today = dateIn('Europe/Berlin', Date.now());
const ago = (days: number) => addDays(today, -days);

let ana: Someone;
let ben: Someone;
beforeEach(async () => {
  await closeThrough(null);
  [ana, ben] = [await someone({ roles: ['admin'] }), await someone()];
  await follow([ben], { start: '09:00', end: '17:00', breakMinutes: 30 });
  await env.DB.prepare('UPDATE terms SET valid_from = ?2 WHERE person_id = ?1').bind(ben.id, ago(10)).run();
});

const personOf = async (who: Someone) => (await ask(`/people/${who.id}`, { as: ana })).json<Person>();
async function set(days: { firstDay: string; lastDay: string | null }, as = ana): Promise<Response> {
  const { updatedAt } = await personOf(ben);
  return ask(`/people/${ben.id}/employment`, {
    ...{ as, method: 'PUT', key: newKey(), json: { ...days, seenAt: updatedAt } },
  });
}
const issueOf = async (answer: Promise<Response>) => (await (await answer).json<Problem>()).issues?.[0];
const termsOf = async () => (await (await ask(`/people/${ben.id}/terms`, { as: ana })).json<Terms>()).terms;
const leaves = (lastDay: string) =>
  ask(`/people/${ben.id}/deactivate`, { as: ana, key: newKey(), json: { lastDay } });

async function came(date: string): Promise<void> {
  const [id, at] = [uuidv7(), Date.parse(`${date}T09:00+01:00`)];
  await checkIn(scopeOf(ben, at), id);
  await checkOut(scopeOf(ben, at + 3_600_000), id);
}

async function absentDays(): Promise<string[]> {
  const found: string[] = [];
  const span = { from: ago(20), to: ago(1), person: ben.id };
  for await (const { days } of daysOf(scopeOf(ana, Date.now()), span))
    for (const { date, outcome } of days) if (outcome.status === 'absent') found.push(date);
  return found;
}

it('a later first day expects no work before it; an earlier one expects the days between', async () => {
  expect(await absentDays()).toHaveLength(10);
  expect((await set({ firstDay: ago(4), lastDay: null })).status).toBe(200);
  expect(await absentDays()).toEqual([4, 3, 2, 1].map(ago));
  expect((await set({ firstDay: ago(6), lastDay: null })).status).toBe(200);
  expect(await absentDays()).toEqual([6, 5, 4, 3, 2, 1].map(ago));
  const { results } = await env.DB.prepare(
    `SELECT before, after FROM journal WHERE action = 'employment.set' AND subject = ? ORDER BY id`,
  )
    .bind(`person/${ben.id}`)
    .all<{ before: string; after: string }>();
  expect(results.map(({ after }) => (JSON.parse(after) as { firstDay: string }).firstDay)).toEqual([
    ago(4),
    ago(6),
  ]);
});

it('a changed last day moves the end, and never restores the account', async () => {
  await leaves(ago(5));
  expect(await absentDays()).toEqual([10, 9, 8, 7, 6, 5].map(ago));
  expect((await set({ firstDay: ago(10), lastDay: ago(3) })).status).toBe(200);
  expect(await absentDays()).toEqual([10, 9, 8, 7, 6, 5, 4, 3].map(ago));
  expect((await set({ firstDay: ago(10), lastDay: ago(8) })).status).toBe(200);
  expect(await absentDays()).toEqual([10, 9, 8].map(ago));
  expect(await personOf(ben)).toMatchObject({ active: false });
});

it('a correction keeps later terms, and the terms on the new first day', async () => {
  const insert = 'INSERT INTO terms (person_id, valid_from, employed, position) VALUES (?, ?, 1, ?)';
  await env.DB.batch([
    env.DB.prepare(insert).bind(ben.id, ago(6), 'Nurse'),
    env.DB.prepare(insert).bind(ben.id, ago(2), 'Head nurse'),
  ]);
  expect((await set({ firstDay: ago(4), lastDay: null })).status).toBe(200);
  expect((await termsOf()).map(({ validFrom, position }) => [validFrom, position])).toEqual([
    [ago(4), 'Nurse'],
    [ago(2), 'Head nurse'],
  ]);
  expect(await personOf(ben)).toMatchObject({ position: 'Head nurse' });
});

it('a correction that excludes a day with times, or overlaps an earlier employment, is refused', async () => {
  await came(ago(7));
  await came(ago(5));
  expect(await issueOf(set({ firstDay: ago(6), lastDay: null }))).toMatchObject({ path: 'firstDay' });
  await leaves(ago(4));
  expect(await issueOf(set({ firstDay: ago(10), lastDay: ago(6) }))).toMatchObject({ path: 'lastDay' });
  await ask(`/people/${ben.id}/reactivate`, { as: ana, key: newKey(), json: {} });
  expect(await issueOf(set({ firstDay: ago(3), lastDay: null }))).toMatchObject({ path: 'firstDay' });
  expect((await set({ firstDay: ago(2), lastDay: null })).status).toBe(200);
  expect((await termsOf()).map(({ validFrom, employed }) => [validFrom, employed])).toEqual([
    [ago(10), true],
    [ago(3), false],
    [ago(2), true],
  ]);
});

it.each([
  ['a last day where none is known', () => ({ firstDay: ago(10), lastDay: today }), 'lastDay'],
  ['a last day before the first', () => ({ firstDay: ago(2), lastDay: ago(3) }), 'lastDay'],
])('refuses %s', async (_, days, path) => {
  expect(await issueOf(set(days()))).toMatchObject({ path });
});

it('a correction of closed days, of a changed person, or without the right writes nothing', async () => {
  const supervisor = await someone({ roles: ['supervisor'] });
  await closeThrough(ago(7));
  const before = await everything();
  expect(await (await set({ firstDay: ago(7), lastDay: null })).json()).toMatchObject({
    code: 'period_closed',
  });
  expect(await (await set({ firstDay: ago(12), lastDay: null })).json()).toMatchObject({
    code: 'period_closed',
  });
  const stale = ask(`/people/${ben.id}/employment`, {
    as: ana,
    method: 'PUT',
    key: newKey(),
    json: { firstDay: ago(10), lastDay: null, seenAt: 1 },
  });
  expect(await (await stale).json()).toMatchObject({ code: 'changed_meanwhile' });
  expect((await set({ firstDay: ago(3), lastDay: null }, supervisor)).status).toBe(403);
  const { terms, journal } = await everything();
  expect({ terms, journal }).toEqual({ terms: before['terms'], journal: before['journal'] });
});

it('an employment of one’s own is changed by another admin, if there is one', async () => {
  const own = async (as: Someone) =>
    ask(`/people/${as.id}/employment`, {
      as,
      method: 'PUT',
      key: newKey(),
      json: { firstDay: '2020-01-02', lastDay: null, seenAt: (await personOf(as)).updatedAt },
    });
  expect(await (await own(ana)).json()).toMatchObject({ code: 'own_day' });
  await env.DB.prepare('UPDATE people SET active = 0 WHERE id <> ?').bind(ana.id).run();
  expect((await own(ana)).status).toBe(200);
});
