import { env } from 'cloudflare:workers';
import { readXlsx } from 'hucre/xlsx';
import { beforeAll, describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import type { AttendanceRecord, Break, Mark } from '../../../worker/contract/attendance/attendance';
import type { ReportDay, ReportDays, ReportTotals } from '../../../worker/contract/reports/reports';
import { ask, newKey, type Someone, someone } from '../workplace';
import { at, dates, HOUR, minutes, MINUTE, reference } from './reference';

/** A month with the night on which clocks went back in Berlin. */
const [FROM, TO] = ['2026-10-01', '2026-10-31'];

let admin: Someone;
const wards = [uuidv7(), uuidv7(), uuidv7()];
const staff: (Someone & { night: boolean })[] = [];

/** Repeatable pseudo-random numbers. */
const chance = (seed: number) => Math.abs(Math.sin(seed * 12.9898) * 43758.5453) % 1;

async function journal(action: string, subject: string, when: number, after: object): Promise<void> {
  await env.DB.prepare(
    'INSERT INTO journal (at, actor, action, subject, before, after, applied) VALUES (?1, NULL, ?2, ?3, NULL, ?4, 1)',
  )
    .bind(when, action, subject, JSON.stringify(after))
    .run();
}

async function insertRecord(
  person: Someone,
  record: AttendanceRecord,
  rest: Break | undefined,
): Promise<void> {
  const open = { ...record, outAt: null, auto: false };
  await journal('attendance.checked_in', `attendance/${record.id}`, record.inAt, open);
  await env.DB.prepare(
    'INSERT INTO attendance (id, person_id, work_date, zone, in_at, out_at, auto, corrected) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  )
    .bind(
      record.id,
      person.id,
      record.workDate,
      record.zone,
      record.inAt,
      record.outAt,
      +record.auto,
      +record.corrected,
    )
    .run();
  if (rest) {
    await journal('break.started', `break/${rest.id}`, rest.startAt, { ...rest, endAt: null });
    await journal('break.ended', `break/${rest.id}`, rest.endAt ?? 0, rest);
    await env.DB.prepare(
      'INSERT INTO breaks (id, record_id, person_id, kind, start_at, end_at, due_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
    )
      .bind(rest.id, record.id, person.id, rest.kind, rest.startAt, rest.endAt, rest.dueAt)
      .run();
  }
  const action = record.corrected ? 'attendance.corrected' : 'attendance.checked_out';
  if (record.corrected)
    await journal('attendance.checked_out', `attendance/${record.id}`, record.inAt, {
      ...open,
      outAt: record.inAt + 1,
    });
  await journal(action, `attendance/${record.id}`, record.outAt ?? 0, record);
}

beforeAll(async () => {
  admin = await someone({ roles: ['admin'], name: '=Admin' });
  const week = (start: string, end: string) => ({
    days: [1, 2, 3, 4, 5, 6, 7].map((day) => (day < 6 ? { start, end, breakMinutes: 30 } : null)),
    graceMinutes: 5,
    earlyMinutes: 10,
    halfDayMinutes: 240,
  });
  for (const [n, [start, end]] of [
    ['08:00', '16:30'],
    ['22:00', '06:00'],
  ].entries()) {
    const id = uuidv7();
    await ask('/schedules', {
      as: admin,
      key: newKey(),
      json: { id, name: `Shift ${n}`, validFrom: '2026-01-01', week: week(start ?? '', end ?? '') },
    });
    for (let m = 0; m < 3; m += 1) {
      const person = await someone({ name: `Person ${n}${m}`, zone: 'Europe/Berlin' });
      staff.push({ ...person, night: n === 1 });
      await env.DB.batch([
        env.DB.prepare('INSERT OR IGNORE INTO departments (id, name) VALUES (?1, ?2)').bind(
          wards[m],
          `Ward ${m}`,
        ),
        env.DB.prepare('UPDATE terms SET department_id = ?1 WHERE person_id = ?2').bind(wards[m], person.id),
      ]);
      await env.DB.prepare('INSERT INTO assignments (person_id, valid_from, schedule_id) VALUES (?, ?, ?)')
        .bind(person.id, '2026-01-01', id)
        .run();
    }
  }
  await env.DB.prepare('INSERT INTO holidays (date, name) VALUES (?, ?)').bind('2026-10-05', 'Harvest').run();
  for (const [p, person] of staff.entries()) {
    for (const [d, date] of dates.entries()) {
      const luck = chance(p * 100 + d);
      if (luck < 0.12) continue;
      const start = person.night ? 22 * 60 : 8 * 60;
      const inAt = at(date, start + Math.floor(luck * 40) - 10);
      const outAt = inAt + Math.floor((6 + luck * 4) * 60) * MINUTE;
      const record: AttendanceRecord = {
        id: uuidv7(),
        personId: person.id,
        workDate: date,
        zone: 'Europe/Berlin',
        inAt,
        outAt,
        auto: luck > 0.9,
        corrected: luck > 0.8 && luck < 0.85,
        photo: null,
      };
      const startAt = inAt + 3 * HOUR;
      const rest: Break = {
        id: uuidv7(),
        recordId: record.id,
        personId: person.id,
        kind: 'meal',
        startAt,
        endAt: startAt + Math.floor(luck * 45) * MINUTE,
        dueAt: startAt + 45 * MINUTE,
        auto: false,
      };
      await insertRecord(person, record, luck > 0.3 ? rest : undefined);
    }
  }
  const [first] = staff;
  const mark: Mark = {
    personId: first?.id ?? '',
    workDate: '2026-10-07',
    status: 'excused',
    note: '=HYPERLINK("x")',
    setBy: admin.id,
    at: at('2026-10-07', 600),
    countsEarly: false,
  };
  await env.DB.prepare(
    'INSERT INTO marks (person_id, work_date, status, note, set_by, at) VALUES (?, ?, ?, ?, ?, ?)',
  )
    .bind(mark.personId, mark.workDate, mark.status, mark.note, mark.setBy, mark.at)
    .run();
  await journal('day.marked', `mark/${mark.personId}/${mark.workDate}`, mark.at, mark);
}, 60_000);

const plain = ({ personId, workDate, status, ...day }: ReportDay) => ({
  personId,
  workDate,
  status,
  worked: minutes(day.workedMs),
  breaks: minutes(day.breakMs),
  overtime: minutes(day.overtimeMs),
  late: minutes(day.lateMs),
  early: minutes(day.earlyMs),
});

async function all(query = ''): Promise<ReportDay[]> {
  const days: ReportDay[] = [];
  for (let from: string | null = FROM; from;) {
    const page: ReportDays = await (
      await ask(`/reports/days?from=${from}&to=${TO}${query}`, { as: admin })
    ).json();
    days.push(...page.days);
    from = page.next;
  }
  return days.filter(({ personId }) => staff.some(({ id }) => id === personId));
}

const sorted = <T extends { workDate?: unknown; personId?: unknown }>(rows: T[]): T[] =>
  rows.toSorted((a, b) =>
    `${String(a.workDate)} ${String(a.personId)}`.localeCompare(
      `${String(b.workDate)} ${String(b.personId)}`,
    ),
  );

describe('a report', () => {
  it('equals the report computed from the journal, with nights and the night of 25 hours', async () => {
    const days = await all();
    expect(days.length).toBeGreaterThan(120);
    expect(sorted(days.map(plain))).toEqual(sorted(await reference(staff)));
  });

  it('in total is the sum of its days, by person and by department', async () => {
    const days = await all();
    for (const by of ['person', 'department'] as const) {
      const answer = await ask(`/reports/totals?from=${FROM}&to=${TO}&by=${by}`, { as: admin });
      const { totals } = await answer.json<ReportTotals>();
      const key = (day: ReportDay) => (by === 'person' ? day.personId : (day.departmentId ?? ''));
      for (const total of totals) {
        const mine = days.filter((day) => key(day) === total.key);
        expect(total.workedMs).toBe(mine.reduce((sum, { workedMs }) => sum + workedMs, 0));
        expect(Object.values(total.days).reduce((sum, count) => sum + count, 0)).toBe(mine.length);
      }
      expect(totals).toHaveLength(by === 'person' ? 6 : 3);
    }
  });

  it('is filtered by person, department and status', async () => {
    const days = await all();
    const [person] = staff;
    expect(await all(`&person=${person?.id}`)).toEqual(
      days.filter(({ personId }) => personId === person?.id),
    );
    expect(await all(`&department=${wards[1]}`)).toEqual(
      days.filter(({ department }) => department === 'Ward 1'),
    );
    expect(await all('&status=late')).toEqual(days.filter(({ status }) => status === 'late'));
  });

  it('of one’s own days contains no notes of supervisors and no other person’s days', async () => {
    const [person] = staff;
    const { days } = await (
      await ask(`/reports/mine?from=${FROM}&to=${TO}`, { as: person })
    ).json<ReportDays>();
    expect(days.length).toBeGreaterThan(15);
    expect(new Set(days.map(({ personId }) => personId))).toEqual(new Set([person?.id]));
    expect(days.some(({ note }) => note !== null)).toBe(false);
    expect((await ask(`/reports/days?from=${FROM}&to=${TO}`, { as: person })).status).toBe(403);
  });

  it('refuses dates that are wrong, out of order or too far apart', async () => {
    for (const query of [
      'from=2026-10-01&to=2026-09-30',
      'from=2024-01-01&to=2026-01-01',
      'from=soon&to=2026-10-01',
      'from=2026-10-01',
    ])
      expect([query, (await ask(`/reports/days?${query}`, { as: admin })).status]).toEqual([query, 400]);
  });
});

describe('a report’s file', () => {
  it('as CSV contains every row, and no cell that begins a formula', async () => {
    const answer = await ask(`/reports/days.csv?from=${FROM}&to=${TO}`, { as: admin });
    expect(answer.headers.get('Content-Disposition')).toContain(`attendance-${FROM}-to-${TO}.csv`);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    expect([...bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    const text = new TextDecoder().decode(bytes);
    const count = (await all()).length;
    expect(text.match(/^2026-10-\d\d,/gm)).toHaveLength(count);
    expect(text).toContain(`"'=HYPERLINK(""x"")"`);
    expect(text).not.toMatch(/(^|,)"?[=+@]/m);
    expect(text).toContain('A night shift counts on the day it began.');
  });

  it('as a spreadsheet contains real dates and durations, and text as text', async () => {
    const answer = await ask(`/reports/days.xlsx?from=${FROM}&to=${TO}`, { as: admin });
    const book = await readXlsx(new Uint8Array(await answer.arrayBuffer()));
    const rows = book.sheets[0]?.rows ?? [];
    const [day] = (await all()).filter(({ workedMs }) => workedMs > 0);
    const line = rows.find((row) => row[1] === day?.name);
    expect(rows[0]?.slice(0, 4)).toEqual(['Date', 'Name', 'Staff number', 'Email']);
    expect(rows.filter((row) => String(row[1]).startsWith('Person'))).toHaveLength((await all()).length);
    const worked = line?.[9];
    const share = worked instanceof Date ? +worked / 86_400_000 + 25_569 : Number(worked);
    // The reader turns a duration into a date, and counts 29 February 1900, which did not exist.
    const wrong = Math.abs(share - (day?.workedMs ?? 0) / 86_400_000);
    expect(Math.min(wrong, Math.abs(wrong - 1))).toBeLessThan(1e-6);
    expect(rows.flat()).toContain('=HYPERLINK("x")');
  });
});
