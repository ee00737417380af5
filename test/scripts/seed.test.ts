import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AttendanceRecord, Break, Mark } from '../../worker/contract/attendance/attendance.ts';
import { businessDate } from '../../worker/contract/business-day.ts';
import { Correction } from '../../worker/contract/attendance/corrections/corrections.ts';
import { proposalTrouble } from '../../worker/contract/attendance/corrections/proposals.ts';
import { Notification } from '../../worker/contract/notifications/notifications.ts';
import { Department, EditPerson, Term } from '../../worker/contract/people/people.ts';
import { DayReport } from '../../worker/contract/sales/report/day-reports.ts';
import { Week } from '../../worker/contract/schedules/schedules.ts';
import { Closing, Settings } from '../../worker/contract/settings/settings.ts';
import { dateIn } from '../../worker/contract/zones.ts';
import { searchKey, sortKey } from '../../worker/contract/search-key.ts';
import { Moments, type Seeded, zone } from './seeded.ts';

/** The wall time in Berlin. */
const moments: [wall: string, start: string][] = [
  ['Sunday 04:00', '2026-11-22T03:00:00Z'],
  ['Wednesday 12:00', '2026-11-18T11:00:00Z'],
  ['Friday 23:30', '2026-11-20T22:30:00Z'],
  ['the night the clocks go forward, 02:30 skipped', '2026-03-29T01:30:00Z'],
  ['the night the clocks go back, the first 02:30', '2026-10-25T00:30:00Z'],
  ['the night the clocks go back, the second 02:30', '2026-10-25T01:30:00Z'],
  ['1 January 00:10', '2025-12-31T23:10:00Z'],
];

const RECORD = `SELECT id, person_id AS personId, work_date AS workDate, zone, in_at AS inAt, out_at AS outAt, auto, corrected, photo,
  due_at AS dueAt, due_out AS dueOut, unconfirmed FROM attendance`;
const BREAK = `SELECT id, record_id AS recordId, person_id AS personId, kind, start_at AS startAt, end_at AS endAt,
  due_at AS dueAt, auto FROM breaks`;
const CORRECTION = `SELECT id, person_id AS personId, from_date AS "from", to_date AS "to", zone, before, after, reason, state,
  requested_at AS requestedAt, (SELECT json_object('id', id, 'name', name) FROM people WHERE people.id = decided_by) AS decidedBy,
  decided_at AS decidedAt, answer FROM corrections`;

const flags = (row: object, ...names: string[]) => ({
  ...row,
  ...Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) => (names.includes(name) ? [[name, value === 1]] : [])),
  ),
});

const demos = new Moments(moments.map(([, start]) => start));
afterAll(() => demos.close());

describe.each(moments)('the demo that begins at %s', (_wall, start) => {
  let demo: Seeded;
  beforeAll(async () => {
    demo = await demos.seeded(start);
  });

  const today = () => dateIn(zone, demo.now);
  const corrections = async () => {
    const rows = await demo.rows<Record<'before' | 'after' | 'decidedBy', string>>(CORRECTION);
    return rows.map(({ before, after, decidedBy, ...row }) =>
      v.parse(Correction, {
        ...row,
        before: JSON.parse(before) as unknown,
        after: JSON.parse(after) as unknown,
        decidedBy: JSON.parse(decidedBy) as unknown,
      }),
    );
  };

  it('has valid rows', async () => {
    const parse = async (schema: v.GenericSchema, sql: string, ...names: string[]) => {
      const rows = await demo.rows(sql);
      expect(rows.length).toBeGreaterThan(0);
      for (const row of rows) v.parse(schema, flags(row, ...names));
    };
    await parse(AttendanceRecord, RECORD, 'auto', 'corrected', 'unconfirmed');
    await parse(Break, BREAK, 'auto');
    await parse(
      Mark,
      `SELECT person_id AS personId, work_date AS workDate, status, note, set_by AS setBy, at, counts_early AS countsEarly FROM marks`,
      'countsEarly',
    );
    await parse(Department, 'SELECT id, name FROM departments');
    await parse(
      Term,
      `SELECT valid_from AS validFrom, employed, department_id AS departmentId, departments.name AS department, position,
         category, zone, weekly_minutes AS weeklyMinutes FROM terms JOIN departments ON departments.id = department_id`,
      'employed',
    );
    await parse(
      EditPerson,
      `SELECT name, email, department, position, category, zone, staff_number AS staffNumber, updated_at AS seenAt FROM people`,
    );
    await parse(Closing, 'SELECT through FROM closing');
    await parse(Notification, 'SELECT id, kind, title, body, href, at, read_at AS readAt FROM notifications');
    const unnamed = await demo.rows(
      `SELECT title FROM notifications LEFT JOIN people ON people.id = named_id AND instr(title, people.name) = 1
       WHERE kind IN ('correction.requested', 'correction.decided', 'days.entered') AND people.id IS NULL`,
    );
    expect(unnamed).toEqual([]);
    for (const { value } of await demo.rows<{ value: string }>('SELECT value FROM settings'))
      v.parse(Settings, JSON.parse(value));
    for (const { week } of await demo.rows<{ week: string }>('SELECT week FROM schedule_weeks'))
      v.parse(Week, JSON.parse(week));
    for (const { before, after } of await corrections()) expect(after).not.toEqual(before);
  });

  it('has nothing later than its moment, except plans', async () => {
    expect(await demo.future()).toEqual([]);
    expect(await demo.count('attendance WHERE work_date > ?1', today())).toBe(0);
    expect(await demo.count('marks WHERE work_date > ?1', today())).toBe(0);
    expect(await demo.count('sales WHERE date > ?1', today())).toBe(0);
  });

  it('has no overlapping records of a person, and no break outside its record or over another', async () => {
    const overlaps = `attendance AS a JOIN attendance AS b ON a.person_id = b.person_id AND a.id <> b.id
      AND a.in_at <= b.in_at AND coalesce(a.out_at, ?1) > b.in_at`;
    expect(await demo.count(overlaps)).toBe(0);
    expect(
      await demo.count(
        '(SELECT 1 FROM attendance WHERE out_at IS NULL GROUP BY person_id HAVING count(*) > 1)',
      ),
    ).toBe(0);
    const outside = `breaks JOIN attendance ON attendance.id = record_id
      WHERE start_at < in_at OR coalesce(end_at, ?1) > coalesce(out_at, ?1) OR (end_at IS NULL AND out_at IS NOT NULL)`;
    expect(await demo.count(outside)).toBe(0);
    const beside = `breaks AS a JOIN breaks AS b ON a.record_id = b.record_id AND a.id <> b.id
      AND a.start_at <= b.start_at AND coalesce(a.end_at, ?1) > b.start_at`;
    expect(await demo.count(beside)).toBe(0);
  });

  it('shows a live board', async () => {
    const open = 'attendance WHERE out_at IS NULL';
    expect(await demo.count(open)).toBeGreaterThanOrEqual(8);
    expect(await demo.count(`${open} AND due_at <= ?1`)).toBe(0);
    const past = await demo.rows<{ reminded: number; dueOut: number }>(
      `SELECT reminded, due_out AS dueOut FROM ${open} AND due_out < ?1`,
    );
    expect(past.length).toBeGreaterThanOrEqual(1);
    for (const { reminded, dueOut } of past) expect(reminded).toBe(dueOut + 10 * 60_000 <= demo.now ? 1 : 0);
    const breaks = await demo.count('breaks WHERE end_at IS NULL AND due_at > ?1');
    expect(breaks).toBeGreaterThanOrEqual(1);
    expect(await demo.count('breaks WHERE end_at IS NULL AND due_at <= ?1')).toBe(0);
  });

  it('shows a person who came late', async () => {
    const open = await demo.rows<{ inAt: number; workDate: string; week: string }>(
      `SELECT in_at AS inAt, work_date AS workDate, week FROM attendance
       JOIN assignments ON assignments.person_id = attendance.person_id
       JOIN schedule_weeks ON schedule_weeks.schedule_id = assignments.schedule_id WHERE out_at IS NULL`,
    );
    const wall = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
    const late = open.filter(({ inAt, workDate, week }) => {
      const { days } = v.parse(Week, JSON.parse(week));
      const shift = days[(new Date(workDate).getUTCDay() + 6) % 7];
      return shift && wall.format(inAt - 5 * 60_000) > `${workDate} ${shift.start}`;
    });
    expect(late.length).toBeGreaterThanOrEqual(1);
  });

  it('has an unconfirmed record of last night, and its person is notified', async () => {
    const [record] = await demo.rows<{ id: string; outAt: number; dueOut: number }>(
      `SELECT id, out_at AS outAt, due_out AS dueOut FROM attendance WHERE unconfirmed ORDER BY due_at DESC LIMIT 1`,
    );
    expect(record?.outAt).toBe(record?.dueOut);
    expect(record?.outAt).toBeGreaterThan(demo.now - 30 * 3_600_000);
    const notice = `notifications WHERE kind = 'attendance.auto_checked_out' AND href = ?1`;
    expect(await demo.count(notice, `/?left=${record?.id}`)).toBe(1);
  });

  it('has waiting corrections of whole days with breaks, and one entered by a supervisor', async () => {
    const all = await corrections();
    const pending = all.filter(({ state }) => state === 'pending');
    expect(pending).toHaveLength(3);
    expect(pending.map(({ from, to }) => from === to).sort()).toEqual([false, true, true]);
    for (const { after, before } of pending) {
      expect(after.every(({ breaks }) => breaks.length > 0)).toBe(true);
      expect(proposalTrouble(after.map(proposed), demo.now)).toBeUndefined();
      for (const { record } of before)
        expect(await demo.count('attendance WHERE id = ?1 AND in_at = ?2', record.id, record.inAt)).toBe(1);
    }
    const [entered, ...more] = all.filter(({ state }) => state === 'entered');
    expect(more).toEqual([]);
    expect(entered?.decidedBy?.name).toBe('Daniel Mensah');
    const [day] = entered?.after ?? [];
    expect(await demo.count('attendance WHERE id = ?1 AND corrected', day?.record.id ?? '')).toBe(1);
  });

  it('employs people from real first days, and has no record outside an employment', async () => {
    const withoutTerm = `attendance WHERE NOT EXISTS (SELECT 1 FROM terms WHERE person_id = attendance.person_id AND employed
      AND valid_from = (SELECT max(valid_from) FROM terms WHERE person_id = attendance.person_id AND valid_from <= work_date))`;
    expect(await demo.count(withoutTerm)).toBe(0);
    expect(
      await demo.count('people WHERE NOT EXISTS (SELECT 1 FROM terms WHERE person_id = people.id)'),
    ).toBe(0);
    expect(await demo.count(`people WHERE NOT active`)).toBe(1);
    const leaves = `terms WHERE NOT employed AND valid_from > ?1`;
    expect(await demo.count(leaves, today())).toBe(1);
    expect(await demo.count('(SELECT 1 FROM terms GROUP BY person_id HAVING count(*) = 3)')).toBe(1);
    const moved = '(SELECT 1 FROM terms GROUP BY person_id HAVING count(DISTINCT department_id) = 2)';
    expect(await demo.count(moved)).toBe(1);
    const copied = `people JOIN terms ON person_id = people.id JOIN departments ON departments.id = department_id
      WHERE valid_from = (SELECT max(valid_from) FROM terms WHERE person_id = people.id AND valid_from <= ?1)
        AND (departments.name <> people.department OR terms.category <> people.category OR employed <> active)`;
    expect(await demo.count(copied, today())).toBe(0);
  });

  it('has the product’s search and sort keys, and staff numbers', async () => {
    const people = await demo.rows<Record<string, string>>('SELECT * FROM people');
    for (const { name = '', search = '', sort_key: key, staff_number: number = '' } of people) {
      expect(search).toContain(searchKey(name));
      expect(search).toContain(searchKey(number));
      expect(key).toBe(sortKey(name));
    }
  });

  it('has closed all days through the end of the month before last', async () => {
    const [year = 0, month = 0] = today().split('-').map(Number);
    const through = new Date(Date.UTC(year, month - 2, 0)).toISOString().slice(0, 10);
    expect(await demo.rows('SELECT through FROM closing')).toEqual([{ through }]);
    const waits = `corrections WHERE state = 'pending' AND from_date <= ?1`;
    expect(await demo.count(waits, through)).toBe(0);
    expect(await demo.count('attendance WHERE out_at IS NULL AND work_date <= ?1', through)).toBe(0);
  });

  it('gives everyone with a sign-in a shift yesterday, today and tomorrow', async () => {
    const rows = await demo.rows<{ name: string; week: string }>(
      `SELECT name, week FROM people JOIN assignments ON assignments.person_id = people.id
       JOIN schedule_weeks ON schedule_weeks.schedule_id = assignments.schedule_id
       WHERE name IN ('Ana Kovač', 'Daniel Mensah', 'Leila Haddad', 'Mira Lindqvist', 'Giulia Conti', 'Marek Havel')`,
    );
    expect(rows).toHaveLength(6);
    const day = (new Date(today()).getUTCDay() + 6) % 7;
    for (const { name, week } of rows) {
      const { days } = v.parse(Week, JSON.parse(week));
      // At night the café's present shift began yesterday.
      const around = /Giulia|Marek/.test(name) ? [6, 7] : [6, 7, 8];
      expect(around.filter((after) => days[(day + after) % 7] === null)).toEqual([]);
    }
  });

  it('has a running session with attendees, a scan on time for ten minutes more, and planned ones', async () => {
    const [on, ...others] = await demo.rows<{ id: string; ends: number; late: number }>(
      `SELECT id, ends_at AS ends, starts_at + late_after_minutes * 60000 AS late FROM live_sessions WHERE state = 'active' AND starts_at <= ?1 AND ends_at > ?1`,
    );
    expect(others).toEqual([]);
    expect(on?.late).toBeGreaterThanOrEqual(demo.now + 10 * 60_000);
    expect(await demo.count('session_attendance WHERE session_id = ?1', on?.id ?? '')).toBeGreaterThan(1);
    const absent = `session_attendance WHERE session_id = ?1 AND person_id NOT IN
      (SELECT person_id FROM attendance WHERE out_at IS NULL)`;
    expect(await demo.count(absent, on?.id ?? '')).toBe(0);
    // The demo's employee scans into it, and the demo's host runs it.
    const expects = `session_roster JOIN people ON people.id = person_id WHERE session_id = ?1 AND name = 'Mira Lindqvist'`;
    expect(await demo.count(expects, on?.id ?? '')).toBe(1);
    const hosts = `session_hosts JOIN people ON people.id = person_id WHERE session_id = ?1 AND name = 'Leila Haddad'`;
    expect(await demo.count(hosts, on?.id ?? '')).toBe(1);
    expect(await demo.count(`live_sessions WHERE state = 'scheduled' AND starts_at > ?1`)).toBe(2);
  });

  it('has orders of the business day, some waiting, and an open drawer of the cashier who is in', async () => {
    const day = businessDate({ zone, dayStart: '04:00' }, demo.now - 60_000);
    expect(await demo.count('sales WHERE kind = ?1 AND date = ?2', 'order', day)).toBeGreaterThan(0);
    const waiting = await demo.rows(
      `SELECT state FROM sales WHERE kind = 'order' AND state <> 'released' ORDER BY created_at`,
    );
    expect(waiting.map(({ state }) => state)).toEqual([
      ...['for_release', 'for_release', 'for_release', 'for_release', 'for_payment', 'pending'],
    ]);
    expect(await demo.count(`sales WHERE state = 'for_release' AND ready_at IS NOT NULL`)).toBe(1);
    const [cashier] = await demo.rows<{ id: string }>(`SELECT id FROM people WHERE name = 'Giulia Conti'`);
    const open = 'drawers WHERE closed_at IS NULL AND person_id = ?1';
    expect(await demo.count(open, cashier?.id ?? '')).toBe(1);
    expect(await demo.count('attendance WHERE out_at IS NULL AND person_id = ?1', cashier?.id ?? '')).toBe(1);
    expect(await demo.count('payments JOIN drawers ON drawers.id = drawer_id WHERE at < opened_at')).toBe(0);
  });

  it('has numbered drawers, a receipt for each payment, and a report for each closed drawer and past day', async () => {
    const drawers = await demo.rows<{ number: number; date: string; openedAt: number }>(
      'SELECT number, date, opened_at AS openedAt FROM drawers ORDER BY opened_at, id',
    );
    expect(drawers.map(({ number }) => number)).toEqual(drawers.map((_, index) => index + 1));
    for (const { date, openedAt } of drawers)
      expect(date).toBe(businessDate({ zone, dayStart: '04:00' }, openedAt));
    const gaps = `(SELECT count(*) AS n, max(number) AS last FROM receipts GROUP BY drawer_id) WHERE n <> last`;
    expect(await demo.count(gaps)).toBe(0);
    const without =
      'payments WHERE NOT EXISTS (SELECT 1 FROM receipts WHERE receipts.sale_id = payments.sale_id)';
    expect(await demo.count(without)).toBe(0);
    const kept = await demo.rows<{ number: number; drawerId: string | null; content: string }>(
      'SELECT number, drawer_id AS drawerId, content FROM day_reports ORDER BY number',
    );
    const reports = kept.map(({ content }) => v.parse(DayReport, JSON.parse(content)));
    expect(reports.map(({ number }) => number)).toEqual(reports.map((_, index) => index + 1));
    const closed = 'drawers WHERE closed_at IS NOT NULL';
    expect(kept.filter(({ drawerId }) => drawerId !== null)).toHaveLength(await demo.count(closed));
    const days = reports.filter(({ drawer }) => drawer === null);
    expect(days.length).toBeGreaterThan(10);
    const sum = (amounts: number[]) => amounts.reduce((all, amount) => all + amount, 0);
    for (const { date, total, returned, methods, taxes, tips } of days) {
      const [paid] = await demo.rows<{ taken: number; tips: number }>(
        `SELECT coalesce(sum(iif(kind = 'payment', amount, -amount)), 0) AS taken, coalesce(sum(tip), 0) AS tips
         FROM payments JOIN drawers ON drawers.id = drawer_id WHERE date = ?1`,
        date,
      );
      const taken = sum(methods.map(({ payments, refunds }) => payments - refunds));
      const taxed = sum(taxes.map(({ net, tax }) => net + tax));
      expect([taken, total - returned, taxed]).toEqual([paid?.taken, paid?.taken, paid?.taken]);
      expect(tips).toBe(paid?.tips);
    }
  });
});

const proposed = ({ record, breaks }: Correction['after'][number]) => ({
  id: record.id,
  inAt: record.inAt,
  outAt: record.outAt,
  breaks: breaks.map(({ id, kind, startAt, endAt }) => ({ id, kind, startAt, endAt })),
});
