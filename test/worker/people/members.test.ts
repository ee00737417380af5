/** Members registered and may sign in, but do not work here: attendance leaves them out. */
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import type { PresenceStates } from '../../../worker/contract/attendance/attendance';
import type { Board } from '../../../worker/contract/attendance/board';
import type { ImportReport, PeoplePage } from '../../../worker/contract/people/people';
import type { ReportDays } from '../../../worker/contract/reports/reports';
import type { Assignments, Schedules } from '../../../worker/contract/schedules/schedules';
import { day, follow, jobsAt } from '../schedules/rota';
import { ask, checkIn, listening, newKey, type Someone, someone } from '../workplace';

const admin = () => someone({ roles: ['admin'] });
const member = (name?: string) => someone({ roles: ['member'], ...(name && { name }) });
/** A member who also works here. */
const both = () => someone({ roles: ['member', 'employee'] });
const get = async <T>(as: Someone, path: string) => (await ask(path, { as })).json<T>();
const ids = (people: readonly { id: string }[]) => people.map(({ id }) => id);
const statusOf = async (answer: Promise<Response>) => (await answer).status;

describe('a member', () => {
  it('is on the board only for days on which they worked here', async () => {
    const [ana, maria, ben, former] = [await admin(), await member(), await both(), await someone()];
    await checkIn(former);
    await ask(`/people/${former.id}/roles`, {
      method: 'PUT',
      as: ana,
      json: { roles: ['member'] },
      key: newKey(),
    });
    await env.DB.prepare("UPDATE terms SET valid_from = '2026-02-01' WHERE person_id = ? AND employed")
      .bind(former.id)
      .run();
    const today = ids((await get<Board>(ana, '/attendance/board')).people);
    expect([maria, ben, former].map(({ id }) => today.includes(id))).toEqual([false, true, true]);
    const earlier = ids((await get<Board>(ana, '/attendance/board?date=2026-01-05')).people);
    expect([maria, ben, former].map(({ id }) => earlier.includes(id))).toEqual([false, true, false]);
  });

  it('cannot check in, nor see who is in', async () => {
    const [maria, ben] = [await member(), await both()];
    expect(await statusOf(checkIn(maria))).toBe(403);
    expect(await statusOf(ask('/attendance/presence', { as: maria }))).toBe(403);
    expect(await statusOf(checkIn(ben))).toBe(200);
    const { people } = await get<PresenceStates>(ben, '/attendance/presence');
    expect(people.map(({ personId }) => personId)).not.toContain(maria.id);
  });

  it('has no day to mark', async () => {
    const [ana, maria, ben] = [await admin(), await member(), await both()];
    const mark = (who: Someone) =>
      statusOf(
        ask(`/attendance/days/${who.id}/2026-06-10/mark`, {
          as: ana,
          method: 'PUT',
          key: newKey(),
          json: { status: 'absent', note: null },
        }),
      );
    expect([await mark(maria), await mark(ben)]).toEqual([404, 200]);
  });

  it('is never absent, in no report, and on no schedule', async () => {
    const [ana, maria, ben] = [await admin(), await member(), await both()];
    await jobsAt(Date.parse('2026-06-10T00:00Z'));
    await follow([maria, ben], day);
    const { people } = await get<Assignments>(ana, '/schedules/assignments?date=2026-06-10');
    expect([maria, ben].map(({ id }) => ids(people).includes(id))).toEqual([false, true]);
    const { schedules } = await get<Schedules>(ana, '/schedules');
    const followed = schedules.find(({ people }) => people > 0);
    expect(followed?.people).toBe(1);
    const assign = (who: Someone) =>
      statusOf(
        ask('/schedules/assignments', {
          as: ana,
          key: newKey(),
          json: { people: [who.id], scheduleId: followed?.id, validFrom: '2030-01-01' },
        }),
      );
    expect([await assign(maria), await assign(ben)]).toEqual([400, 200]);
    await jobsAt(Date.parse('2026-06-11T00:00Z'));
    const { results } = await env.DB.prepare('SELECT person_id AS id FROM marks WHERE absence_notified').all<{
      id: string;
    }>();
    expect(ids(results)).toContain(ben.id);
    expect(ids(results)).not.toContain(maria.id);
    const { days } = await get<ReportDays>(ana, '/reports/days?from=2026-06-10&to=2026-06-10');
    const reported = days.map(({ personId }) => personId);
    expect([maria, ben].map(({ id }) => reported.includes(id))).toEqual([false, true]);
  });

  it('does not prevent the retirement of a former schedule', async () => {
    const [ana, former] = [await admin(), await member()];
    await follow([former], day);
    const row = await env.DB.prepare('SELECT schedule_id AS id FROM assignments WHERE person_id = ?')
      .bind(former.id)
      .first<{ id: string }>();
    const answer = await ask(`/schedules/${row?.id ?? ''}`, {
      as: ana,
      method: 'PATCH',
      json: { active: false },
      key: newKey(),
    });
    expect(answer.status).toBe(200);
  });

  it('is on the list of people only when the filter names the role', async () => {
    const [ana, name] = [await admin(), `Maria ${uuidv7()}`];
    const [maria, ben] = [await member(name), await both()];
    const found = async (query: string) => ids((await get<PeoplePage>(ana, `/people${query}`)).people);
    expect(await found(`?q=${encodeURIComponent(name)}`)).toEqual([]);
    expect(await found('?limit=200')).toContain(ben.id);
    expect(await found(`?q=${encodeURIComponent(name)}&role=member`)).toEqual([maria.id]);
  });

  it('joins by registering, never by hiring or a file', async () => {
    const ana = await admin();
    const person = { id: uuidv7(), name: 'Maria Silva', email: `${uuidv7()}@example.org` };
    const rest = { department: null, position: null, category: null, zone: null };
    const hire = (roles: string[]) =>
      ask('/people', { as: ana, key: newKey(), json: { ...person, ...rest, roles } });
    expect(await statusOf(hire(['member']))).toBe(400);
    const words = { department: '', position: '', category: '' };
    const row = { line: 2, ...person, ...words, roles: 'member' };
    const answer = await ask('/people/import', {
      as: ana,
      key: newKey(),
      json: { dryRun: false, rows: [row] },
    });
    const { rows } = await answer.json<ImportReport>();
    expect(rows[0]).toMatchObject({ outcome: 'refused', issues: [{ field: 'roles' }] });
    expect(await statusOf(hire(['member', 'cashier']))).toBe(200);
  });

  it('is not online for people who watch the board', async () => {
    expect(
      await statusOf(
        ask('/channels/presence/socket', { as: await member(), headers: { Upgrade: 'websocket' } }),
      ),
    ).toBe(403);
  });

  it('who begins to work here makes the board reload', async () => {
    const [ana, maria] = [await admin(), await member()];
    const board = await listening(ana, 'admin.dashboard');
    const roles = (to: string[]) =>
      ask(`/people/${maria.id}/roles`, { as: ana, method: 'PUT', key: newKey(), json: { roles: to } });
    await roles(['member', 'host']);
    await roles(['member', 'host', 'cashier']);
    await roles(['member']);
    await board.until(() => board.events.length === 2);
    expect(board.events.map(({ type }) => type)).toEqual(['roster.updated', 'roster.updated']);
  });
});
