/** The date of a check-in, and the check-in of the next morning. */
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { checkIn, checkOut } from '../../../worker/attendance/check-in';
import { startBreak } from '../../../worker/attendance/breaks';
import { Refusal } from '../../../worker/refusal';
import { day, follow, jobsAt, night } from '../schedules/rota';
import { listening, scopeOf, type Someone, someone } from '../workplace';

const at = (iso: string) => Date.parse(iso);
const MINUTE = 60_000;
const early: typeof day = { start: '06:00', end: '14:00', breakMinutes: 30 };

async function working(shift: typeof day): Promise<Someone> {
  const ben = await someone();
  await follow([ben], shift);
  return ben;
}

const arrive = async (ben: Someone, when: string, id: string = uuidv7()) =>
  (await checkIn(scopeOf(ben, at(when)), id)).record;

const recordsOf = async ({ id }: Someone) =>
  (
    await env.DB.prepare(
      'SELECT id, work_date, in_at, out_at, auto FROM attendance WHERE person_id = ? ORDER BY in_at',
    )
      .bind(id)
      .all<{ id: string; work_date: string; in_at: number; out_at: number | null; auto: number }>()
  ).results;

const notificationsOf = async ({ id }: Someone) =>
  (
    await env.DB.prepare('SELECT kind, title, body, href FROM notifications WHERE person_id = ? ORDER BY id')
      .bind(id)
      .all<{ kind: string; title: string; body: string; href: string }>()
  ).results;

describe('a check-in belongs to', () => {
  it.each([
    ['its night, though it comes after midnight', night, '2026-06-11T00:20+02:00', '2026-06-10'],
    ['its night, an early tap', night, '2026-06-10T18:30+02:00', '2026-06-10'],
    ['its night, in its last minute', night, '2026-06-11T05:59+02:00', '2026-06-10'],
    ['the day whose shift is near, though it has not begun', early, '2026-06-10T03:50+02:00', '2026-06-10'],
    ['the day it is late for', day, '2026-06-10T16:29+02:00', '2026-06-10'],
    ['the date, after the shift', day, '2026-06-10T19:00+02:00', '2026-06-10'],
    ['the night the clocks go forward', night, '2026-03-29T03:30+02:00', '2026-03-28'],
    ['the night the clocks go back', night, '2026-10-25T02:30+01:00', '2026-10-24'],
  ])('%s', async (_what, shift, when, date) => {
    const record = await arrive(await working(shift), when);
    expect(record).toMatchObject({ workDate: date, zone: 'Europe/Berlin' });
  });

  it('the date by the day’s start where there is no schedule', async () => {
    expect(await arrive(await someone(), '2026-06-11T03:59+02:00')).toMatchObject({ workDate: '2026-06-10' });
    expect(await arrive(await someone(), '2026-06-11T04:00+02:00')).toMatchObject({ workDate: '2026-06-11' });
  });

  it('a record that closes by itself five hours after the shift, or 16 hours after the check-in', async () => {
    const [dueByShift, dueByLength] = [
      await arrive(await working(day), '2026-06-10T07:55+02:00'),
      await arrive(await someone(), '2026-06-10T07:55+02:00'),
    ];
    expect(dueByShift.dueAt).toBe(at('2026-06-10T21:30+02:00'));
    expect(dueByLength.dueAt).toBe(at('2026-06-10T23:55+02:00'));
  });

  it.each([
    ['forward', '2026-03-28T21:55+01:00', '2026-03-29T11:00+02:00'],
    ['back', '2026-10-24T21:55+02:00', '2026-10-25T11:00+01:00'],
  ])('a record due by the wall’s clock on the night it goes %s', async (_way, when, due) => {
    expect((await arrive(await working(night), when)).dueAt).toBe(at(due));
  });
});

describe('the next morning’s tap', () => {
  it('is a check-in before the job has run, and closes yesterday at its shift’s end in the same commit', async () => {
    const [ana, ben] = [await someone({ roles: ['supervisor'] }), await working(day)];
    const yesterday = await arrive(ben, '2026-06-10T07:55+02:00');
    const own = await listening(ben, `user.${ben.id}`);
    const board = await listening(ana, 'admin.dashboard');
    const today = await arrive(ben, '2026-06-11T07:58+02:00');
    expect(await recordsOf(ben)).toEqual([
      expect.objectContaining({ id: yesterday.id, out_at: at('2026-06-10T16:30+02:00'), auto: 1 }),
      expect.objectContaining({ id: today.id, work_date: '2026-06-11', out_at: null, auto: 0 }),
    ]);
    await own.until(() => own.events.length === 3);
    expect(own.events.map(({ type }) => type)).toEqual([
      'attendance.checked_out',
      'attendance.checked_in',
      'notification.created',
    ]);
    expect(new Set(own.events.map(({ entry }) => entry)).size).toBe(1); // one commit
    // Events of records of earlier tests reach the board too.
    const [entry] = own.events.map((event) => event.entry);
    await board.until(() => board.events.filter((event) => event.entry === entry).length === 2);
    expect(await notificationsOf(ben)).toEqual([
      expect.objectContaining({
        kind: 'attendance.auto_checked_out',
        title: 'When did you leave on Wednesday 10 June?',
        href: `/?left=${yesterday.id}`,
      }),
    ]);
  });

  it('sent by three devices at once closes yesterday once and opens today once', async () => {
    const ben = await working(day);
    await arrive(ben, '2026-06-10T07:55+02:00');
    const answers = await Promise.all([1, 2, 3].map(() => arrive(ben, '2026-06-11T07:58+02:00')));
    for (const record of answers) expect(record).toEqual(answers[0]);
    expect(await recordsOf(ben)).toHaveLength(2);
    expect(await notificationsOf(ben)).toHaveLength(1);
  });

  it('is decided again when the job runs between its read and its commit', async () => {
    const ben = await working(day);
    await arrive(ben, '2026-06-10T07:55+02:00');
    const morning = scopeOf(ben, at('2026-06-11T07:58+02:00'));
    const attempt = morning.attempt.bind(morning);
    let raced = false;
    morning.attempt = async (it) => {
      if (!raced) await jobsAt(at('2026-06-11T07:58+02:00'));
      raced = true;
      return attempt(it);
    };
    await checkIn(morning, uuidv7());
    expect(await recordsOf(ben)).toMatchObject([
      { out_at: at('2026-06-10T16:30+02:00'), auto: 1 },
      { work_date: '2026-06-11', out_at: null },
    ]);
    expect(await notificationsOf(ben)).toHaveLength(1);
  });

  it('on a page that still shows “Check out” does not extend yesterday’s record', async () => {
    const ben = await working(day);
    const { id } = await arrive(ben, '2026-06-10T07:55+02:00');
    const late = checkOut(scopeOf(ben, at('2026-06-11T07:58+02:00')), id);
    const refused = await late.catch((error: unknown) => (error instanceof Refusal ? error.code : error));
    expect(refused).toBe('check_out_late');
    expect(await recordsOf(ben)).toHaveLength(1);
  });

  it('never ends yesterday before its last break', async () => {
    const ben = await working(day);
    const { id: recordId } = await arrive(ben, '2026-06-10T07:55+02:00');
    const late = at('2026-06-10T16:20+02:00');
    await startBreak(scopeOf(ben, late), { id: uuidv7(), recordId, kind: 'meal' });
    const refused = await startBreak(scopeOf(ben, at('2026-06-11T07:50+02:00')), {
      id: uuidv7(),
      recordId,
      kind: 'rest',
    }).catch((error: unknown) => (error instanceof Refusal ? error.code : error));
    expect(refused).toBe('not_checked_in');
    await arrive(ben, '2026-06-11T07:58+02:00');
    const [yesterday] = await recordsOf(ben);
    expect(yesterday?.out_at).toBe(late + 45 * MINUTE);
    const { results } = await env.DB.prepare('SELECT end_at, auto FROM breaks WHERE record_id = ?')
      .bind(recordId)
      .all();
    expect(results).toEqual([{ end_at: late + 45 * MINUTE, auto: 1 }]);
  });
});
