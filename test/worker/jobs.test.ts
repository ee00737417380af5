/** What happens by the clock: once, in time or late, and right beside what people do at the same moment. */
import { env } from 'cloudflare:workers';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { checkIn, checkOut } from '../../worker/attendance/attendance';
import { endBreak, startBreak } from '../../worker/attendance/breaks';
import { addDays, dateIn } from '../../worker/contract/dates';
import { defaultSettings } from '../../worker/contract/settings';
import type { Break } from '../../worker/contract/attendance';
import { assign } from '../../worker/settings/assignments';
import { computeDue } from '../../worker/settings/due';
import { dropHoliday, setHoliday } from '../../worker/settings/holidays';
import { dropSettings, setSettings } from '../../worker/settings/settings';
import { day, follow, jobsAt, night } from './rota';
import { ask, everything, listening, newKey, scopeOf, type Someone, someone } from './workplace';

const at = (iso: string) => Date.parse(iso);
const [MINUTE, HOUR] = [60_000, 3_600_000];
const eight = at('2026-06-10T08:00+02:00');
const noon = at('2026-06-10T12:00+02:00');

const rows = async <Row>(sql: string, ...bound: unknown[]): Promise<Row[]> =>
  (
    await env.DB.prepare(sql)
      .bind(...bound)
      .all<Row>()
  ).results;

const journalOf = (subject: string) =>
  rows<{ action: string; actor: string | null; after: string }>(
    'SELECT action, actor, after FROM journal WHERE subject = ? ORDER BY id',
    subject,
  );

const notificationsOf = ({ id }: Someone, kind: string) =>
  rows<{ title: string; body: string; href: string }>(
    'SELECT title, body, href FROM notifications WHERE person_id = ? AND kind = ?',
    id,
    kind,
  );

const marksOf = ({ id }: Someone) =>
  rows<{ work_date: string; status: string | null; set_by: string | null; note: string | null }>(
    'SELECT work_date, status, set_by, note FROM marks WHERE person_id = ? ORDER BY work_date',
    id,
  );

async function inSince(when: number, who?: Someone): Promise<{ ben: Someone; recordId: string }> {
  const ben = who ?? (await someone());
  const recordId = uuidv7();
  await checkIn(scopeOf(ben, when), recordId);
  return { ben, recordId };
}

const onBreak = async (ben: Someone, recordId: string, when: number, kind = 'meal'): Promise<Break> =>
  (await startBreak(scopeOf(ben, when), { id: uuidv7(), recordId, kind })).break;

/** This workplace waits one hour for a check-out. */
beforeAll(async () => {
  const value = JSON.stringify({ ...defaultSettings('Europe/Berlin'), checkOutWaitMinutes: 60 });
  await env.DB.prepare(`INSERT INTO settings (valid_from, applies_at, value) VALUES ('2026-01-01', 0, ?)`)
    .bind(value)
    .run();
});

describe('a break at its allowance', () => {
  it('is ended there, once, by nobody, and told to all who follow it', async () => {
    const { ben, recordId } = await inSince(eight);
    const it = await onBreak(ben, recordId, noon);
    const ana = await someone({ roles: ['supervisor'] });
    const [own, board, everyone] = [
      await listening(ben, `user.${ben.id}`),
      await listening(ana, 'admin.dashboard'),
      await listening(ana, 'attendance'),
    ];
    await jobsAt(it.dueAt - 1);
    expect(await journalOf(`break/${it.id}`)).toHaveLength(1);
    await Promise.all([jobsAt(it.dueAt + 30_000), jobsAt(it.dueAt + 30_000)]);
    await jobsAt(it.dueAt + 90_000);
    const ended = { ...it, endAt: it.dueAt, auto: true };
    const [, entry, ...more] = await journalOf(`break/${it.id}`);
    expect([entry, more]).toMatchObject([{ action: 'break.ended', actor: null }, []]);
    expect(JSON.parse(entry?.after as string)).toEqual(ended);
    await own.until(() => own.events.length === 2);
    expect(own.events[0]).toMatchObject({ type: 'break.updated', data: ended });
    expect(own.events[1]).toMatchObject({ type: 'notification.created' });
    await board.until(() => board.events.length === 1);
    expect(board.events[0]?.data).toMatchObject({ person: { id: ben.id }, break: ended });
    await everyone.until(() => everyone.events.length === 1);
    expect(everyone.events[0]?.data).toMatchObject({ state: 'in', since: eight });
    expect(await notificationsOf(ben, 'break.auto_ended')).toEqual([
      expect.objectContaining({ title: 'Your meal break has used up its allowance' }),
    ]);
  });

  it('comes out right when its person ends it, or leaves, while the job runs', async () => {
    for (const act of ['ends', 'leaves'] as const) {
      const { ben, recordId } = await inSince(eight);
      const it = await onBreak(ben, recordId, noon);
      const scope = scopeOf(ben, it.dueAt + MINUTE);
      await Promise.all([
        jobsAt(it.dueAt + MINUTE),
        act === 'ends' ? endBreak(scope, it.id) : checkOut(scope, recordId),
      ]);
      // Back is the true end, whichever of the two was first; leaving says nothing of the break.
      expect(await rows('SELECT end_at, auto FROM breaks WHERE id = ?', it.id)).toEqual([
        act === 'ends' ? { end_at: it.dueAt + MINUTE, auto: 0 } : { end_at: it.dueAt, auto: 1 },
      ]);
    }
  });

  it('of more people than one run takes is ended by the next', async () => {
    const crowd = await Promise.all(Array.from({ length: 60 }, () => inSince(eight)));
    const breaks = await Promise.all(crowd.map(({ ben, recordId }) => onBreak(ben, recordId, noon, 'rest')));
    const open = async () =>
      (
        await rows<{ id: string }>(
          'SELECT id FROM breaks WHERE end_at IS NULL AND id IN (SELECT value FROM json_each(?))',
          JSON.stringify(breaks.map(({ id }) => id)),
        )
      ).length;
    await jobsAt(noon + HOUR);
    expect(await open()).toBe(10);
    await jobsAt(noon + HOUR + MINUTE);
    expect(await open()).toBe(0);
  });
});

describe('a forgotten check-out', () => {
  it('is assumed at the shift’s end, after the wait, by nobody, and its person is asked when they left', async () => {
    const ben = await someone();
    await follow([ben], day);
    const { recordId } = await inSince(eight, ben);
    const ana = await someone({ roles: ['supervisor'] });
    const channels = [
      await listening(ben, `user.${ben.id}`),
      await listening(ana, 'admin.dashboard'),
      await listening(ana, 'attendance'),
    ];
    await jobsAt(at('2026-06-10T17:29:59+02:00'));
    expect(await rows('SELECT out_at FROM attendance WHERE id = ?', recordId)).toEqual([{ out_at: null }]);
    await Promise.all([1, 2].map(() => jobsAt(at('2026-06-10T17:30+02:00'))));
    expect(await rows('SELECT out_at, auto FROM attendance WHERE id = ?', recordId)).toEqual([
      { out_at: at('2026-06-10T16:30+02:00'), auto: 1 },
    ]);
    expect(await journalOf(`attendance/${recordId}`)).toMatchObject([
      { action: 'attendance.checked_in', actor: ben.id },
      { action: 'attendance.reminded', actor: null },
      { action: 'attendance.closed', actor: null },
    ]);
    for (const channel of channels) {
      await channel.until(() => channel.events.some(({ type }) => type === 'attendance.checked_out'));
      expect(channel.events.filter(({ type }) => type === 'attendance.checked_out')).toHaveLength(1);
    }
    const [told, ...more] = await notificationsOf(ben, 'attendance.auto_checked_out');
    expect(told).toMatchObject({
      title: 'When did you leave on Wednesday 10 June?',
      href: `/?left=${recordId}`,
    });
    expect(told?.body).toContain('16:30 is assumed');
    expect(more).toEqual([]);
    // A tap that still means this record sets its true end.
    const late = await checkOut(scopeOf(ben, at('2026-06-10T17:31+02:00')), recordId);
    expect(late.record).toMatchObject({
      ...{ auto: false, unconfirmed: false, outAt: at('2026-06-10T17:31+02:00') },
    });
  });

  it('takes the break that is on with it, at the same time as if the job had run in time', async () => {
    const ends = await Promise.all(
      [HOUR, 4 * 24 * HOUR].map(async (late) => {
        const ben = await someone();
        await follow([ben], day);
        const { recordId } = await inSince(eight, ben);
        const it = await onBreak(ben, recordId, at('2026-06-10T17:00+02:00'));
        return { recordId, it, when: at('2026-06-10T16:30+02:00') + late };
      }),
    );
    const outs: unknown[] = [];
    for (const { recordId, it, when } of ends) {
      await jobsAt(when);
      outs.push(
        await rows(
          'SELECT out_at, end_at, breaks.auto FROM attendance JOIN breaks ON record_id = attendance.id WHERE breaks.id = ? AND attendance.id = ?',
          it.id,
          recordId,
        ),
      );
    }
    const due = at('2026-06-10T17:30+02:00');
    expect(outs[0]).toEqual([{ out_at: due, end_at: due, auto: 1 }]);
    expect(outs[1]).toEqual(outs[0]);
  });

  it.each([
    ['forward', '2026-03-28T21:55+01:00', '2026-03-29T06:00+02:00'],
    ['back', '2026-10-24T21:55+02:00', '2026-10-25T06:00+01:00'],
  ])('of the night the clocks go %s is made at the end on the wall', async (_way, start, end) => {
    const ben = await someone();
    await follow([ben], night);
    const { recordId } = await inSince(at(start), ben);
    await jobsAt(at(end) + HOUR);
    expect(await rows('SELECT work_date, out_at FROM attendance WHERE id = ?', recordId)).toEqual([
      { work_date: start.slice(0, 10), out_at: at(end) },
    ]);
  });

  it('is caught up after days without the job, at the day it belongs to', async () => {
    const crowd = await Promise.all(Array.from({ length: 55 }, () => inSince(eight)));
    const ids = JSON.stringify(crowd.map(({ recordId }) => recordId));
    const open = async () =>
      (
        await rows(
          'SELECT id FROM attendance WHERE out_at IS NULL AND id IN (SELECT value FROM json_each(?))',
          ids,
        )
      ).length;
    await jobsAt(eight + 9 * 24 * HOUR);
    await jobsAt(eight + 9 * 24 * HOUR + MINUTE);
    expect(await open()).toBe(0);
    const outs = await rows<{ out_at: number }>(
      'SELECT DISTINCT out_at FROM attendance WHERE id IN (SELECT value FROM json_each(?))',
      ids,
    );
    expect(outs).toEqual([{ out_at: eight }]); // nobody had a shift: at the last tap
  });
});

describe('when a stay ends that nobody ends', () => {
  const half = at('2026-06-10T16:30+02:00');
  const long: typeof day = { start: '08:00', end: '20:00', breakMinutes: 30 };
  const short: typeof day = { start: '08:00', end: '14:00', breakMinutes: 30 };
  const due = async (recordId: string) =>
    (
      await rows<{ due_at: number | null; out_at: number | null }>(
        'SELECT due_at, out_at FROM attendance WHERE id = ?',
        recordId,
      )
    )[0];

  /** What a supervisor does at that moment: the person follows another schedule from that day on. */
  async function reassign(ben: Someone, shift: typeof day, when: number): Promise<void> {
    const other = await someone();
    await follow([other], shift);
    const [row] = await rows<{ schedule_id: string }>(
      'SELECT schedule_id FROM assignments WHERE person_id = ?',
      other.id,
    );
    const asked = { people: [ben.id], scheduleId: row?.schedule_id ?? null, validFrom: '2026-06-10' };
    await assign(scopeOf(await someone({ roles: ['supervisor'] }), when), asked);
  }

  it('follows a longer shift that is assigned meanwhile: it is not closed at the old time', async () => {
    const [ben, chi] = [await someone(), await someone()];
    await follow([ben, chi], day);
    const [{ recordId }, other] = [await inSince(eight, ben), await inSince(eight, chi)];
    expect(await due(recordId)).toEqual({ due_at: half + HOUR, out_at: null });
    await reassign(ben, long, noon);
    expect(await due(recordId)).toEqual({ due_at: null, out_at: null });
    expect(await due(other.recordId)).toEqual({ due_at: half + HOUR, out_at: null });
    // Nothing of one’s own is taken for overdue by the old plan, whether or not the job has run.
    await onBreak(ben, recordId, half + 2 * HOUR, 'rest');
    await jobsAt(half + 2 * HOUR);
    expect(await due(recordId)).toEqual({ due_at: at('2026-06-10T21:00+02:00'), out_at: null });
    await jobsAt(at('2026-06-10T21:00+02:00'));
    expect((await due(recordId))?.out_at).toBe(at('2026-06-10T20:00+02:00'));
  });

  it('follows a shorter one, yet leaves whoever is still in the usual grace', async () => {
    const ben = await someone();
    await follow([ben], day);
    const { recordId } = await inSince(eight, ben);
    await reassign(ben, short, at('2026-06-10T15:30+02:00'));
    await jobsAt(at('2026-06-10T15:31+02:00'));
    expect(await due(recordId)).toEqual({ due_at: at('2026-06-10T16:31+02:00'), out_at: null });
    await jobsAt(at('2026-06-10T16:31+02:00'));
    expect((await due(recordId))?.out_at).toBe(at('2026-06-10T14:00+02:00'));
  });

  it('is that of the old plan for what should have been closed before the change', async () => {
    const ben = await someone();
    await follow([ben], day);
    const { recordId } = await inSince(eight, ben);
    await reassign(ben, long, half + HOUR);
    expect(await due(recordId)).toEqual({ due_at: half + HOUR, out_at: null });
    await jobsAt(half + HOUR);
    expect((await due(recordId))?.out_at).toBe(half);
  });

  it('follows a holiday, a week and the settings for everyone who is in', async () => {
    const ana = await someone({ roles: ['admin'] });
    const today = dateIn(env.WORKPLACE_ZONE, Date.now());
    const ben = await someone();
    const { recordId } = await inSince(Date.now(), ben);
    const rules = { validFrom: addDays(today, 1), settings: defaultSettings(env.WORKPLACE_ZONE) };
    const scope = scopeOf(ana, Date.now() + MINUTE);
    for (const change of [
      () => setHoliday(scope, { date: today, name: 'Clinic day' }),
      () => dropHoliday(scope, today),
      () => setSettings(scope, rules),
      () => dropSettings(scope, rules.validFrom),
    ]) {
      const known = (await due(recordId))?.due_at;
      expect(known).not.toBeNull();
      await change();
      expect(await due(recordId)).toEqual({ due_at: null, out_at: null });
      await jobsAt(Date.now() + 2 * MINUTE);
      expect(await due(recordId)).toEqual({ due_at: known, out_at: null });
    }
  });

  it('is reckoned from the plan as it is when it is written, whatever changed while the job was reading', async () => {
    const ben = await someone();
    await follow([ben], day);
    const { recordId } = await inSince(eight, ben);
    await reassign(ben, short, noon);
    let changed = false;
    const job = scopeOf(ben, noon + MINUTE);
    const { d1 } = job;
    const slow = new Proxy(d1, {
      get: (it, name: keyof D1Database) => {
        if (name !== 'batch') return (it[name] as () => unknown).bind(it);
        return async (statements: D1PreparedStatement[]) => {
          const results = await it.batch(statements);
          if (!changed) await reassign(ben, long, noon + MINUTE);
          changed = true;
          return results;
        };
      },
    });
    await computeDue(Object.assign(job, { d1: slow }));
    expect(await due(recordId)).toEqual({ due_at: null, out_at: null });
    await jobsAt(noon + 2 * MINUTE);
    expect(await due(recordId)).toEqual({ due_at: at('2026-06-10T21:00+02:00'), out_at: null });
  });
});

describe('an absence', () => {
  const ended = at('2026-06-10T16:30+02:00'); // a Wednesday
  const counting = (from: number) =>
    env.DB.prepare(`INSERT OR REPLACE INTO progress (job, until) VALUES ('absences', ?)`).bind(from).run();
  beforeEach(() => counting(ended - HOUR));

  it('is marked when the shift has ended, once, by nobody, and the person is told', async () => {
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

  it('is nobody’s who came, has been marked, has gone, is new, or has no schedule', async () => {
    const people = await Promise.all(Array.from({ length: 5 }, () => someone()));
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

  it('is not marked again once a supervisor has taken it back, and keeps the note that was there', async () => {
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

  it('is never on a day off or a holiday, and is caught up after days, each shift once', async () => {
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

  it('of more people than one run takes is marked by the next, though their shifts end at one moment', async () => {
    const crowd = await Promise.all(Array.from({ length: 60 }, () => someone()));
    await follow(crowd, day);
    await jobsAt(ended + 5 * MINUTE);
    await jobsAt(ended + 10 * MINUTE);
    const marked = await Promise.all(crowd.map(marksOf));
    expect(marked.flat()).toHaveLength(60);
  });

  it('is not looked for in the time before the job first ran', async () => {
    await env.DB.prepare('DELETE FROM progress').run();
    const ben = await someone();
    await follow([ben], day);
    await jobsAt(ended + HOUR);
    await jobsAt(ended + 2 * HOUR);
    expect(await marksOf(ben)).toEqual([]);
  });
});

it('jobs with nothing to do write nothing', async () => {
  const evening = at('2026-06-20T20:00+02:00');
  await env.DB.prepare(`INSERT OR REPLACE INTO progress (job, until) VALUES ('absences', ?)`)
    .bind(evening - HOUR)
    .run();
  for (let run = 0; run < 3; run += 1) await jobsAt(evening + run * MINUTE);
  const { progress: _progress, ...before } = await everything();
  await jobsAt(evening + HOUR);
  const { progress: _after, ...after } = await everything();
  expect(after).toEqual(before);
});
