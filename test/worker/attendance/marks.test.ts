import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import type { Mark, Marked } from '../../../worker/contract/attendance/attendance';
import type { MyDays } from '../../../worker/contract/attendance/my-days';
import { ask, everything, listening, newKey, type Someone, someone } from '../workplace';

const date = '2026-11-17';
let ana: Someone;
beforeAll(async () => {
  ana = await someone({ roles: ['supervisor'], name: 'Ana Reyes' });
});

const mark = (who: { id: string }, json: object, it: { as?: Someone; key?: string; date?: string } = {}) =>
  ask(`/attendance/days/${who.id}/${it.date ?? date}/mark`, {
    method: 'PUT',
    as: it.as ?? ana,
    json,
    key: it.key ?? newKey(),
  });

const marked = async (...args: Parameters<typeof mark>): Promise<Mark> =>
  (await (await mark(...args)).json<Marked>()).mark;

const notificationsOf = async ({ id }: Someone) =>
  (
    await env.DB.prepare('SELECT kind, title, body FROM notifications WHERE person_id = ? ORDER BY id')
      .bind(id)
      .all<{ kind: string; title: string; body: string }>()
  ).results;

describe('a mark', () => {
  it('is published in full to the board, without its note to the person, and not to everyone', async () => {
    const ben = await someone();
    const board = await listening(ana, 'admin.dashboard');
    const own = await listening(ben, `user.${ben.id}`);
    const everyone = await listening(ben, 'attendance');
    const set = await marked(ben, { status: 'excused', note: 'Dentist, told us on Friday' });
    expect(set).toMatchObject({ personId: ben.id, workDate: date, status: 'excused', setBy: ana.id });
    await board.until(() => board.events.length === 1);
    await own.until(() => own.events.length === 2);
    expect(board.events[0]).toMatchObject({ type: 'day.marked', data: set });
    const { note: _note, ...known } = set;
    expect(own.events[0]).toMatchObject({ type: 'day.marked', data: known });
    expect(own.events[1]).toMatchObject({ type: 'notification.created' });
    expect(JSON.stringify([own.frames, everyone.frames])).not.toContain('Dentist');
    const days = await (await ask(`/attendance/mine?to=${date}&days=1`, { as: ben })).json<MyDays>();
    expect(days.marks).toEqual([known]);
  });

  it('notifies the person of a new status, not of a new note', async () => {
    const ben = await someone();
    await marked(ben, { status: 'on_leave', note: 'Until Thursday' });
    await marked(ben, { status: 'on_leave', note: 'Until Friday' });
    await marked(ben, { status: null, note: 'Until Friday' });
    const notified = await notificationsOf(ben);
    expect(notified.map(({ kind, title }) => [kind, title])).toEqual([
      ['day.marked', 'Tuesday 17 November: on leave'],
      ['day.marked', 'Tuesday 17 November counts as recorded again'],
    ]);
    expect(notified[0]?.body).toContain('Ana Reyes');
    expect(JSON.stringify(notified)).not.toContain('Friday');
  });

  it('is journaled with before and after', async () => {
    const ben = await someone();
    const first = await marked(ben, { status: 'absent', note: null });
    const second = await marked(ben, { status: 'excused', note: 'Was ill' });
    const { results } = await env.DB.prepare('SELECT * FROM journal WHERE subject = ? ORDER BY id')
      .bind(`mark/${ben.id}/${date}`)
      .all<{ before: string; after: string; action: string; actor: string }>();
    expect(results).toMatchObject([
      { action: 'day.marked', actor: ana.id, before: null },
      { action: 'day.marked', actor: ana.id, before: JSON.stringify(first), after: JSON.stringify(second) },
    ]);
  });

  it('whose answer was lost is set once and returns the first answer', async () => {
    const ben = await someone();
    const key = newKey();
    const set = { status: 'excused', note: 'Court date', seenAt: null };
    const first = await (await mark(ben, set, { key })).json();
    expect(await (await mark(ben, set, { key })).json()).toEqual(first);
    expect(await notificationsOf(ben)).toHaveLength(1);
  });

  it('by two supervisors at once is the first one’s, and the second is refused with it', async () => {
    const ben = await someone();
    const eva = await someone({ roles: ['supervisor'] });
    const answers = await Promise.all([
      mark(ben, { status: 'excused', note: null, seenAt: null }),
      mark(ben, { status: 'absent', note: 'No call', seenAt: null }, { as: eva }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const won = await answers.find(({ ok }) => ok)?.json<Marked>();
    const lost = answers.find(({ ok }) => !ok);
    expect(await lost?.json()).toMatchObject({ code: 'changed_meanwhile', current: won?.mark });
    // A form that began with the newest mark may be saved; one that began with an older mark may not.
    const again = { status: 'on_leave', note: null };
    expect((await mark(ben, { ...again, seenAt: won?.mark.at })).status).toBe(200);
    expect((await mark(ben, { ...again, seenAt: won?.mark.at })).status).toBe(409);
    expect((await mark(ben, again)).status).toBe(200);
  });

  it('that keeps the job’s status stays the job’s, so that a record still overrides it', async () => {
    const ben = await someone();
    await env.DB.prepare(
      `INSERT INTO marks (person_id, work_date, status, at, absence_notified) VALUES (?, ?, 'absent', 5, 1)`,
    )
      .bind(ben.id, date)
      .run();
    expect(await marked(ben, { status: 'absent', note: 'Asked him' })).toMatchObject({ setBy: null });
    expect(await marked(ben, { status: 'late', note: null })).toMatchObject({ setBy: ana.id });
  });

  it.each([
    ['an unknown status', { status: 'asleep', note: null }, 400, 'invalid_input'],
    ['an empty note', { status: null, note: '  ' }, 400, 'invalid_input'],
    ['a note too long', { status: null, note: 'x'.repeat(501) }, 400, 'invalid_input'],
    ['a missing field', { status: null }, 400, 'invalid_input'],
    ['an unknown field', { status: null, note: null, setBy: uuidv7() }, 400, 'invalid_input'],
  ])('with %s is refused and changes nothing', async (_what, json, status, code) => {
    const before = await everything();
    const answer = await mark(ana, json);
    expect([answer.status, await answer.json()]).toMatchObject([status, { code }]);
    expect(await everything()).toEqual(before);
  });

  it.each([['supervisor'], ['admin']] as const)(
    'of one’s own day is refused, also for a person who is %s',
    async (role) => {
      const chi = await someone({ roles: [role] });
      const before = await everything();
      const answer = await mark(chi, { status: 'excused', note: null }, { as: chi });
      expect(answer.status).toBe(403);
      expect(await answer.json()).toMatchObject({
        code: 'own_day',
        title: expect.stringMatching(/own day/) as unknown,
      });
      expect(await everything()).toEqual(before);
    },
  );

  it('of an unknown person or date changes nothing', async () => {
    const before = await everything();
    expect((await mark({ id: uuidv7() }, { status: null, note: 'Who?' })).status).toBe(404);
    expect((await mark(ana, { status: null, note: 'When?' }, { date: '2026-02-31' })).status).toBe(400);
    expect((await mark(ana, { status: null, note: 'Me!' }, { as: await someone() })).status).toBe(403);
    const after = await everything();
    const others = { people: [], terms: [], sessions: [] };
    expect({ ...after, ...others }).toEqual({ ...before, ...others });
  });
});
