/** The job marks a person absent once, also when it runs late. */
import { env } from 'cloudflare:workers';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { day, follow, jobsAt, night } from '../schedules/rota';
import { ask, crowd, listening, newKey, type Someone, someone } from '../workplace';
import { at, journalOf, notificationsOf, marksOf, inSince, waitsOneHour, MINUTE, HOUR } from './clocked';

beforeAll(waitsOneHour);

describe('an absence', () => {
  const ended = at('2026-06-10T16:30+02:00'); // a Wednesday
  const counting = (from: number) =>
    env.DB.prepare(`INSERT OR REPLACE INTO progress (job, until) VALUES ('absences', ?)`).bind(from).run();
  beforeEach(() => counting(ended - HOUR));

  it('is marked once, without an author, after the shift’s end, and the person is notified', async () => {
    const ben = await someone();
    await follow([ben], day);
    const own = await listening(ben, `user.${ben.id}`);
    await jobsAt(ended - 1);
    expect(await marksOf(ben)).toEqual([]);
    await counting(ended - HOUR);
    await Promise.all([jobsAt(ended), jobsAt(ended + MINUTE)]);
    await jobsAt(ended + HOUR);
    expect(await marksOf(ben)).toEqual([
      { work_date: '2026-06-10', status: 'absent', set_by: null, note: null },
    ]);
    expect(await journalOf(`mark/${ben.id}/2026-06-10`)).toMatchObject([
      { action: 'day.marked', actor: null },
    ]);
    await own.until(() => own.events.length === 2);
    expect(own.events[0]).toMatchObject({ type: 'day.marked', data: { status: 'absent', setBy: null } });
    expect(await notificationsOf(ben, 'attendance.absent')).toEqual([
      expect.objectContaining({
        title: 'Marked absent on Wednesday 10 June',
        body: expect.stringContaining('08:00–16:30') as string,
      }),
    ]);
  });

  it('is not marked for a person who came, has a mark, has left, is new, or has no schedule', async () => {
    const people = await crowd(5);
    const [came, excused, gone, late, free] = people as [Someone, Someone, Someone, Someone, Someone];
    await follow([came, excused, gone, late], day);
    await inSince(ended - 2 * HOUR, came);
    const ana = await someone({ roles: ['supervisor'] });
    await ask(`/attendance/days/${excused.id}/2026-06-10/mark`, {
      method: 'PUT',
      as: ana,
      json: { status: 'excused', note: null },
      key: newKey(),
    });
    await env.DB.batch([
      env.DB.prepare(`INSERT INTO terms (person_id, valid_from, employed) VALUES (?, '2026-06-10', 0)`).bind(
        gone.id,
      ),
      env.DB.prepare(`UPDATE terms SET valid_from = '2026-06-11' WHERE person_id = ?`).bind(late.id),
    ]);
    await jobsAt(ended + 5 * MINUTE);
    expect(await marksOf(excused)).toMatchObject([{ status: 'excused' }]);
    for (const person of [came, gone, late, free]) expect(await marksOf(person)).toEqual([]);
  });

  it('is not marked again after a supervisor removed it, and keeps the note', async () => {
    const [ana, ben] = [await someone({ roles: ['supervisor'] }), await someone()];
    await follow([ben], day);
    const mark = (status: null | 'absent', note: string) =>
      ask(`/attendance/days/${ben.id}/2026-06-10/mark`, {
        method: 'PUT',
        as: ana,
        json: { status, note },
        key: newKey(),
      });
    await mark(null, 'Phone is off');
    await jobsAt(ended + 5 * MINUTE);
    expect(await marksOf(ben)).toMatchObject([{ status: 'absent', note: 'Phone is off' }]);
    await mark(null, 'Was on a course');
    await counting(ended - HOUR);
    await jobsAt(ended + 10 * MINUTE);
    expect(await marksOf(ben)).toMatchObject([{ status: null, note: 'Was on a course' }]);
  });

  it('is marked for each missed shift after days without a run, but not on days off and holidays', async () => {
    const [ben, eve] = [await someone(), await someone()];
    await follow([ben], day, { weekends: false });
    await follow([eve], night);
    await env.DB.prepare(`INSERT INTO holidays (date, name) VALUES ('2026-06-11', 'Corpus Christi')`).run();
    const wednesday = at('2026-06-17T12:00+02:00');
    for (let run = 0; run < 8; run += 1) await jobsAt(wednesday + run * MINUTE);
    expect((await marksOf(ben)).map(({ work_date }) => work_date)).toEqual([
      '2026-06-10',
      '2026-06-12',
      '2026-06-15',
      '2026-06-16',
    ]);
    expect((await marksOf(eve)).map(({ work_date }) => work_date)).toEqual([
      '2026-06-10',
      '2026-06-12',
      '2026-06-13',
      '2026-06-14',
      '2026-06-15',
      '2026-06-16',
    ]);
    await env.DB.prepare('DELETE FROM holidays').run();
  });

  it('is marked by the next run for people beyond the limit of one run', async () => {
    const many = await crowd(60);
    await follow(many, day);
    await jobsAt(ended + 5 * MINUTE);
    await jobsAt(ended + 10 * MINUTE);
    const marked = await Promise.all(many.map(marksOf));
    expect(marked.flat()).toHaveLength(60);
  });

  it('is not marked for shifts before the first run', async () => {
    await env.DB.prepare('DELETE FROM progress').run();
    const ben = await someone();
    await follow([ben], day);
    await jobsAt(ended + HOUR);
    await jobsAt(ended + 2 * HOUR);
    expect(await marksOf(ben)).toEqual([]);
  });
});
