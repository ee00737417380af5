import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import type { Publication } from '../../../worker/contract/events';
import { query } from '../../../worker/db/queries';
import { watched } from '../../../worker/db/calls';
import { commit, type Commit } from '../../../worker/live/commit';
import { forgetSessions } from '../../../worker/people/sign-in/sessions';
import { trim } from '../../../worker/live/trim';
import { eventsSince, headsOf } from '../../../worker/live/replay';
import { checkIn, crowd, everything, newKey, type Someone, someone } from '../workplace';

const DAY = 86_400_000;

/** Renames a person, guarded by their present name. */
function renaming(person: Someone, from: string, to: string, publish: Publication[] = []): Commit {
  const write = query('UPDATE people SET name = ?3 WHERE id = ?1 AND name = ?2', [person.id, from, to]);
  const change = {
    write,
    action: 'person.updated',
    subject: person.id,
    before: { name: from },
    after: { name: to },
  };
  return { by: person.id, at: Date.now(), changes: [change], publish };
}

const checkedIn = (name: string): Publication => ({
  channel: 'attendance',
  type: 'attendance.checked_in',
  data: { personId: uuidv7(), name, state: 'in', since: 1 },
});

describe('a commit', () => {
  it('changes nothing when its guard matches no row', async () => {
    const ben = await someone();
    const before = await everything();
    const outcome = await commit(env.DB, {
      ...renaming(ben, 'not the name', 'Other', [checkedIn('Ben')]),
      key: { value: newKey(), fingerprint: 'f' },
    });
    expect(outcome.kind).toBe('refused');
    expect(await everything()).toEqual(before);
  });

  it('of several changes makes all of them or none', async () => {
    const ben = await someone();
    const good = renaming(ben, ben.name, 'Renamed');
    const bad = renaming(ben, 'not the name', 'Other');
    const before = await everything();
    const outcome = await commit(env.DB, { ...good, changes: [...good.changes, ...bad.changes] });
    expect(outcome.kind).toBe('refused');
    expect(await everything()).toEqual(before);
  });

  it('numbers its events in order, for each channel separately', async () => {
    const ben = await someone();
    const own: Publication = {
      channel: `user.${ben.id}`,
      type: 'person.updated',
      data: { id: ben.id, roles: ['employee'] },
    };
    const { heads } = await headsOf(env.DB, ['attendance']);
    const head = heads.attendance as number;
    const outcome = await commit(
      env.DB,
      renaming(ben, ben.name, 'B', [checkedIn('first'), own, checkedIn('second'), checkedIn('third')]),
    );
    if (outcome.kind !== 'committed') throw new Error(outcome.kind);
    const deliveries = Object.fromEntries(outcome.deliveries.map((it) => [it.channel, it]));
    expect(deliveries.attendance?.head).toBe(head + 3);
    expect(
      deliveries.attendance?.events.map(({ seq, data }) => [seq, (data as { name: string }).name]),
    ).toEqual([
      [head + 1, 'first'],
      [head + 2, 'second'],
      [head + 3, 'third'],
    ]);
    expect(deliveries[`user.${ben.id}`]?.events.map(({ seq }) => seq)).toEqual([1]);
    const logged = await eventsSince(env.DB, 'attendance', { since: head }, 10);
    expect(logged).toMatchObject({ events: deliveries.attendance?.events }); // push and replay carry the same events
  });

  it('gives contiguous numbers in a race with many others', async () => {
    const many = await crowd(25);
    const { heads } = await headsOf(env.DB, ['attendance']);
    await Promise.all(many.map((one) => checkIn(one)));
    const since = await eventsSince(env.DB, 'attendance', { since: heads.attendance as number }, 100);
    if (since.reset) throw new Error('reset');
    expect(since.events.map(({ seq }) => seq)).toEqual(
      many.map((_, index) => (heads.attendance as number) + 1 + index),
    );
  });

  it('succeeds once in a race for one row', async () => {
    const ben = await someone();
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, (_, n) => commit(env.DB, renaming(ben, ben.name, `Winner ${n}`))),
    );
    expect(outcomes.filter(({ kind }) => kind === 'committed')).toHaveLength(1);
  });
});

const at = (now: number) => ({ d1: env.DB, now: () => now });

/** @returns the rows that the trim read */
async function rowsReadBy(trimming: (d1: D1Database) => Promise<void>): Promise<number> {
  let read = 0;
  await trimming(
    watched(env.DB, async (_, call) => {
      const results = (await call()) as D1Result[];
      for (const { meta } of results) read += meta.rows_read;
      return results;
    }),
  );
  return read;
}

describe('trimming', () => {
  it('keeps 7 days, moves the floor, and never reuses a number', async () => {
    const ben = await someone();
    const channel = 'admin.employees';
    const now = Date.now();
    await env.DB.batch([
      env.DB.prepare('INSERT INTO heads (channel, seq) VALUES (?, 3000)').bind(channel),
      env.DB.prepare(
        `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
           INSERT INTO events (channel, seq, entry, type, at, data) SELECT ?1, i, 1, 'person.updated', iif(i <= 2500, ?2, ?3), '{}' FROM n`,
      ).bind(channel, now - 8 * DAY, now - DAY),
    ]);
    const lowest = () =>
      env.DB.prepare('SELECT min(seq) AS s FROM events WHERE channel = ?').bind(channel).first<number>('s');
    await trim(at(now));
    expect(await lowest()).toBe(2501);
    expect(await eventsSince(env.DB, channel, { since: 2499 }, 10)).toMatchObject({
      reset: true,
      head: 3000,
    });
    expect(await eventsSince(env.DB, channel, { since: 2500 }, 10)).toMatchObject({ reset: false });

    await env.DB.prepare('DELETE FROM events WHERE channel = ?').bind(channel).run();
    await trim(at(now + 30 * DAY));
    const data = {
      id: ben.id,
      name: 'B',
      email: 'b@example.org',
      roles: [],
      active: true,
      department: null,
      position: null,
      zone: null,
      category: null,
      photo: null,
      staffNumber: null,
    };
    const outcome = await commit(
      env.DB,
      renaming(ben, ben.name, 'B', [{ channel, type: 'person.updated', data }]),
    );
    expect(outcome).toMatchObject({ kind: 'committed', deliveries: [{ head: 3001 }] });
  });

  it('reads about what it deletes, however many channels and events are kept', async () => {
    const now = Date.now();
    const fill = (count: number, age: number) =>
      env.DB.prepare(
        `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400)
         INSERT INTO events (channel, seq, entry, type, at, data)
         SELECT 'user.' || c.i, coalesce((SELECT seq FROM heads WHERE channel = 'user.' || c.i), 0) + e.i, 1, 'x', ?1, '{}'
         FROM n AS c CROSS JOIN n AS e WHERE e.i <= ?2`,
      ).bind(now - age, count);
    const counted = env.DB.prepare(
      `INSERT INTO heads (channel, seq) SELECT channel, max(seq) FROM events WHERE channel LIKE 'user._%' GROUP BY 1
       ON CONFLICT DO UPDATE SET seq = excluded.seq`,
    );
    await env.DB.batch([fill(5, 8 * DAY), counted, fill(200, DAY), counted]);
    const trimmed = () => rowsReadBy((d1) => trim({ d1, now: () => now }));
    expect(await trimmed()).toBeLessThan(2_000 * 8);
    expect(await eventsSince(env.DB, 'user.7', { since: 5 }, 500)).toMatchObject({ reset: false, head: 205 });
    expect(await trimmed()).toBeLessThan(400 * 12);
  });

  it('deletes a long past in bounded runs', async () => {
    const now = Date.now();
    await env.DB.batch([
      env.DB.prepare('INSERT INTO heads (channel, seq) VALUES (?, 60000)').bind('tills'),
      env.DB.prepare(
        `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)
         INSERT INTO events (channel, seq, entry, type, at, data) SELECT 'tills', i, 1, 'x', ?1, '{}' FROM n`,
      ).bind(now - 8 * DAY),
    ]);
    const left = () =>
      env.DB.prepare(`SELECT count(*) AS n FROM events WHERE channel = 'tills'`).first<number>('n');
    await trim(at(now));
    expect(await left()).toBe(10_000);
    expect(await eventsSince(env.DB, 'tills', { since: 55_000 }, 10)).toMatchObject({ reset: true });
    await trim(at(now));
    expect(await left()).toBe(0);
  });

  it('keeps `attendance` for a day only', async () => {
    await checkIn(await someone());
    const { heads } = await headsOf(env.DB, ['attendance', 'admin.dashboard']);
    await trim(at(Date.now() + DAY + 1));
    expect(await eventsSince(env.DB, 'attendance', { since: 0 }, 10)).toMatchObject({
      reset: true,
      head: heads.attendance,
    });
    const since = (heads['admin.dashboard'] ?? 0) - 1;
    expect(await eventsSince(env.DB, 'admin.dashboard', { since }, 10)).toMatchObject({ reset: false });
  });

  it('deletes used keys and ended sessions, and keeps the journal', async () => {
    const ben = await someone();
    await checkIn(ben);
    const entries = await env.DB.prepare('SELECT count(*) AS n FROM journal').first('n');
    const later = at(Date.now() + 40 * DAY);
    await trim(later);
    await forgetSessions(later);
    expect(await env.DB.prepare('SELECT count(*) AS n FROM idempotency').first('n')).toBe(0);
    expect(await env.DB.prepare('SELECT count(*) AS n FROM sessions').first('n')).toBe(0);
    expect(await env.DB.prepare('SELECT count(*) AS n FROM journal').first('n')).toBe(entries);
  });
});
