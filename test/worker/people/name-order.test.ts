/** All lists have one order of names. */
import { env } from 'cloudflare:workers';
import { beforeAll, expect, it } from 'vitest';
import type { Board } from '../../../worker/contract/attendance/board';
import { addDays, dateIn } from '../../../worker/contract/zones';
import type { PeoplePage } from '../../../worker/contract/people/people';
import type { ReportChoices, ReportDays, ReportTotals } from '../../../worker/contract/reports/reports';
import type { Assignments } from '../../../worker/contract/schedules/schedules';
import { begun, newHosts, sheet } from '../sessions/hosted';
import { follow } from '../schedules/rota';
import { ask, type Someone, someone } from '../workplace';

/** Not in the order of names; two differ only in the id. */
const NAMES = ['Zoe', 'Øst', 'Baker', 'Łaski', 'Maria Santos', 'Çelik', 'Maria Santos', 'Álvarez', 'van Dyk'];
const ORDER = ['Álvarez', 'Baker', 'Çelik', 'Łaski', 'Maria Santos', 'Maria Santos', 'Øst', 'van Dyk', 'Zoe'];
const yesterday = addDays(dateIn('Europe/Berlin', Date.now()), -1);

let admin: Someone;
let ids: string[];
let session: string;
beforeAll(async () => {
  admin = await someone({ roles: ['admin'], name: 'Admin' });
  const staff: Someone[] = [];
  for (const name of NAMES) staff.push(await someone({ name }));
  await follow(staff, { start: '08:00', end: '16:30', breakMinutes: 30 });
  const nth = (name: string) => ORDER.indexOf(name);
  await newHosts();
  ({ id: session } = await begun(staff));
  ids = staff.toSorted((a, b) => nth(a.name) - nth(b.name) || (a.id < b.id ? -1 : 1)).map(({ id }) => id);
});

/** The people of this test, in the list's order. */
const ours = (found: readonly string[]): string[] => found.filter((id) => ids.includes(id));

async function answerOf<It>(path: string): Promise<It> {
  const answer = await ask(path, { as: admin });
  expect(answer.status).toBe(200);
  return answer.json<It>();
}

const span = `from=${yesterday}&to=${yesterday}`;
const lists: [string, () => Promise<string[]>][] = [
  ['the list', async () => (await answerOf<PeoplePage>('/people?limit=200')).people.map(({ id }) => id)],
  ['the board', async () => (await answerOf<Board>('/attendance/board')).people.map(({ id }) => id)],
  [
    'assignments',
    async () => (await answerOf<Assignments>('/schedules/assignments')).people.map(({ id }) => id),
  ],
  ['choices', async () => (await answerOf<ReportChoices>('/reports/choices')).people.map(({ id }) => id)],
  [
    'days',
    async () => (await answerOf<ReportDays>(`/reports/days?${span}`)).days.map(({ personId }) => personId),
  ],
  [
    'totals',
    async () => (await answerOf<ReportTotals>(`/reports/totals?${span}`)).totals.map(({ key }) => key),
  ],
  ['files of days', () => emailsIn(`/reports/days.csv?${span}`)],
  ['a session’s list', async () => (await sheet(session)).attendees.map(({ person }) => person.id)],
  ['files of totals', () => emailsIn(`/reports/totals.csv?${span}`)],
];

/** This list identifies people by email. */
const emailsIn = async (path: string): Promise<string[]> =>
  [...(await (await ask(path, { as: admin })).text()).matchAll(/([0-9a-f-]{36})@/g)].map(
    ([, id]) => id ?? '',
  );

it.each(lists)('people in %s are in the order of names', async (_, list) => {
  expect(ours(await list())).toEqual(ids);
});

it('pages of people of any length are in the order of names', async () => {
  const found: string[] = [];
  for (let after = ''; ;) {
    const page = await answerOf<PeoplePage>(`/people?limit=3${after && `&after=${after}`}`);
    found.push(...page.people.map(({ id }) => id));
    if (!page.more) break;
    after = found.at(-1) ?? '';
  }
  expect(ours(found)).toEqual(ids);
});

it('departments are in the order of names, in filters and in totals', async () => {
  const named = ['Zoology', 'Ärzte', 'Øst ward', 'Care'];
  const made = named.map((name, n) => ({ name, id: `01900000-0000-7000-8000-00000000000${n}` }));
  await env.DB.batch([
    ...made.map(({ id, name }) =>
      env.DB.prepare('INSERT INTO departments (id, name) VALUES (?, ?)').bind(id, name),
    ),
    ...made.map(({ id }, n) =>
      env.DB.prepare('UPDATE terms SET department_id = ? WHERE person_id = ?').bind(id, ids[n]),
    ),
  ]);
  const order = ['Ärzte', 'Care', 'Øst ward', 'Zoology'];
  const choices = await answerOf<ReportChoices>('/reports/choices');
  expect(choices.departments.map(({ name }) => name)).toEqual(order);
  const { totals } = await answerOf<ReportTotals>(`/reports/totals?${span}&by=department`);
  expect(totals.map(({ name }) => name).filter((name) => named.includes(name))).toEqual(order);
});
