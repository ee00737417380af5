/** Jobs: each takes effect once, on time or late, also beside people's own changes. */
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkOut } from '../../worker/attendance/check-in';
import { endBreak } from '../../worker/attendance/breaks';
import { day, follow, jobsAt, night } from './schedules/rota';
import { everything, listening, scopeOf, someone } from './workplace';
import { takeOrder as take } from '../../worker/sales/orders/take';
import { CALLS } from '../../worker/jobs';
import { Edge } from '../edge/edge';
import { cashier, COUNTER, product } from './sales/shop';
import { uuidv7 } from 'uuidv7';
import {
  at,
  eight,
  noon,
  rows,
  journalOf,
  notificationsOf,
  inSince,
  onBreak,
  waitsOneHour,
  MINUTE,
  HOUR,
} from './attendance/clocked';

beforeAll(waitsOneHour);

describe('a break at its allowance', () => {
  it('is ended by the system once, and its followers get the event', async () => {
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
      expect.objectContaining({ title: 'Your meal break time is used up' }),
    ]);
  });

  it('has the right end when its person ends it or leaves while the job runs', async () => {
    for (const act of ['ends', 'leaves'] as const) {
      const { ben, recordId } = await inSince(eight);
      const it = await onBreak(ben, recordId, noon);
      const scope = scopeOf(ben, it.dueAt + MINUTE);
      await Promise.all([
        jobsAt(it.dueAt + MINUTE),
        act === 'ends' ? endBreak(scope, it.id) : checkOut(scope, recordId),
      ]);
      // “Back” sets the true end in either order; a check-out does not.
      expect(await rows('SELECT end_at, auto FROM breaks WHERE id = ?', it.id)).toEqual([
        act === 'ends' ? { end_at: it.dueAt + MINUTE, auto: 0 } : { end_at: it.dueAt, auto: 1 },
      ]);
    }
  });

  it('is ended by the next run when there are more than one run takes', async () => {
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
  it('is assumed at the shift’s end after the wait, and its person is notified', async () => {
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
    const [notice, ...more] = await notificationsOf(ben, 'attendance.auto_checked_out');
    expect(notice).toMatchObject({
      title: 'When did you leave on Wednesday 10 June?',
      href: `/?left=${recordId}`,
    });
    expect(notice?.body).toContain('16:30 is assumed');
    expect(more).toEqual([]);
    // A late tap that names this record sets its true end.
    const late = await checkOut(scopeOf(ben, at('2026-06-10T17:31+02:00')), recordId);
    expect(late.record).toMatchObject({
      auto: false,
      unconfirmed: false,
      outAt: at('2026-06-10T17:31+02:00'),
    });
  });

  it('ends the open break too, at the same time however late the job runs', async () => {
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
  ])('on the night the clocks go %s is assumed at the shift’s wall time', async (_way, start, end) => {
    const ben = await someone();
    await follow([ben], night);
    const { recordId } = await inSince(at(start), ben);
    await jobsAt(at(end) + HOUR);
    expect(await rows('SELECT work_date, out_at FROM attendance WHERE id = ?', recordId)).toEqual([
      { work_date: start.slice(0, 10), out_at: at(end) },
    ]);
  });

  it('is closed at its own day after days without the job', async () => {
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
    expect(outs).toEqual([{ out_at: eight }]); // without a shift: at the last tap
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

describe('a minute with every job full', () => {
  it('stays within the calls of a run, seals first, and leaves the rest to the next minutes', async () => {
    const days = Array.from({ length: 60 }, () => inSince(eight));
    await Promise.all(days);
    for (const { ben, recordId } of await Promise.all(Array.from({ length: 60 }, () => inSince(noon))))
      await onBreak(ben, recordId, noon + MINUTE, 'rest');
    const ann = await cashier();
    const it = await product({ stock: 500 });
    const taken = noon - 2 * HOUR;
    for (let n = 0; n < 120; n += 1)
      await take(scopeOf(ann, taken), {
        id: uuidv7(),
        placeId: COUNTER,
        lines: [{ productId: it.id, quantity: 1 }],
        state: 'pending',
      });
    await env.DB.prepare(
      `INSERT INTO live_sessions (id, kind, title, starts_at, ends_at, zone, work_date, state, opens_before_minutes, period_seconds,
         strict, secret, updated_at)
       SELECT value, 'class', 'First aid', ?2, ?2 + 3600000, 'Europe/Berlin', '2026-06-10', iif(key % 2, 'active', 'scheduled'), 10, 15, 0, value, 0
       FROM json_each(?1)`,
    )
      .bind(JSON.stringify(Array.from({ length: 200 }, () => uuidv7())), noon)
      .run();
    const left = async () =>
      (
        await rows<{ n: number }>(
          `SELECT (SELECT count(*) FROM attendance WHERE out_at IS NULL AND due_at <= ?1)
             + (SELECT count(*) FROM breaks WHERE end_at IS NULL AND due_at <= ?1)
             + (SELECT count(*) FROM live_sessions WHERE state IN ('scheduled', 'active'))
             + (SELECT count(*) FROM sales WHERE state <> 'cancelled' AND expires_at <= ?1) AS n`,
          later,
        )
      )[0]?.n;
    const later = at('2026-06-11T03:00+02:00');
    const before = await rows<{ last: number }>('SELECT max(id) AS last FROM journal');
    expect(await left()).toBeGreaterThan(350);
    const edge = new Edge(env);
    await jobsAt(later, edge.env);
    expect(edge.d1).toBeLessThanOrEqual(CALLS + 5);
    expect(edge.d1).toBeGreaterThanOrEqual(CALLS);
    const [sealed] = await rows<{ last: number }>('SELECT max(entry) AS last FROM seals');
    expect(sealed?.last).toBeGreaterThanOrEqual(Math.min(500, before[0]?.last ?? 0));
    for (let minute = 1; minute <= 4; minute += 1) await jobsAt(later + minute * MINUTE);
    expect(await left()).toBe(0);
  });
});
