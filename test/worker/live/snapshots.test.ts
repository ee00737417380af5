import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import type { PresenceStates } from '../../../worker/contract/attendance/attendance';
import type { Board } from '../../../worker/contract/attendance/board';
import type { MyDays } from '../../../worker/contract/attendance/my-days';
import { ask, checkIn, checkOut, crowd, sinceIn, someone } from '../workplace';

describe('a snapshot', () => {
  it('has rows and a cursor of one moment while others keep writing', async () => {
    const admin = await someone({ roles: ['admin'] });
    const many = await crowd(12);
    const writing = Promise.all(many.map((one) => checkIn(one)));
    const boards = await Promise.all(
      Array.from({ length: 8 }, async () => (await ask('/attendance/board', { as: admin })).json<Board>()),
    );
    await writing;
    for (const { records, at } of boards) {
      const since = await ask(sinceIn(at, 'admin.dashboard'), { as: admin });
      const { events } = await since.json<{ events: { data: { record: { id: string } } }[] }>();
      const ids = [...records.map(({ id }) => id), ...events.map(({ data }) => data.record.id)];
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids).toHaveLength(many.length);
    }
  });

  it('of presence shows names and since when, and nothing else', async () => {
    const [ben, eve] = [await someone({ name: 'Ben' }), await someone()];
    await checkIn(ben);
    const { record } = await (await checkIn(eve)).json<{ record: { id: string } }>();
    await checkOut(eve, record.id);
    const { people } = await (await ask('/attendance/presence', { as: eve })).json<PresenceStates>();
    const his = people.filter(({ personId }) => personId === ben.id);
    expect(his).toEqual([
      { personId: ben.id, name: 'Ben', state: 'in', since: expect.any(Number) as number },
    ]);
    expect(people.some(({ personId }) => personId === eve.id)).toBe(false);
  });

  it('of a board is complete for 10,000 people, in one request', async () => {
    await env.DB.prepare(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
       INSERT INTO people (id, name, email, created_at, updated_at)
       SELECT printf('%08x-0000-7000-8000-000000000000', i), 'Crowd ' || i, i || '@crowd.example', 0, 0 FROM n`,
    ).run();
    await env.DB.prepare(
      `INSERT INTO terms (person_id, valid_from, employed)
       SELECT id, '2020-01-01', 1 FROM people WHERE email LIKE '%@crowd.example'`,
    ).run();
    await env.DB.prepare(
      `INSERT INTO attendance (id, person_id, work_date, zone, in_at)
       SELECT replace(id, '-8000-', '-9000-'), id, ?1, 'Europe/Berlin', ?2 FROM people WHERE email LIKE '%@crowd.example'`,
    )
      .bind(new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Berlin' }).format(), Date.now())
      .run();
    const admin = await someone({ roles: ['admin'] });
    const board = await (await ask('/attendance/board', { as: admin })).json<Board>();
    expect(board.people.filter(({ name }) => /^Crowd \d+$/.test(name))).toHaveLength(10_000);
    expect(
      board.records.filter(({ personId }) => personId.endsWith('-0000-7000-8000-000000000000')),
    ).toHaveLength(10_000);
  });

  it('of own days contains one’s own only and pages backwards', async () => {
    const [ben, eve] = [await someone(), await someone()];
    await checkIn(eve);
    const now = await (await ask('/attendance/mine', { as: ben })).json<MyDays>();
    expect(now.records).toEqual([]);
    const earlier = await (await ask('/attendance/mine?to=2026-03-01&days=14', { as: ben })).json<MyDays>();
    expect(earlier).toMatchObject({ from: '2026-02-16', to: '2026-03-01' });
  });
});
