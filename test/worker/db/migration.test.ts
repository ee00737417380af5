import { applyD1Migrations, reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Correction } from '../../../worker/contract/attendance/corrections/corrections';
import type { ReportDay } from '../../../worker/contract/reports/reports';
import {
  CORRECTION,
  correctionOf,
  type CorrectionRow,
} from '../../../worker/attendance/corrections/corrections';
import { reportDays } from '../../../worker/reports/days';
import before from './files/reports-before.json';
import { FROM, history, idOf, NOW, TO } from './history';
import { dateOf, GONE, hal, ida, kim, lou, max, MOVED, moves, RETURNED, LEFT } from './history-moves';
import { scopeOf } from '../workplace';

/** The rows of `reports-before.json`: the reports of this history before there were terms. */
type Row = (string | number | boolean | null)[];
const MINUTE = 60_000;

const rowOf = (day: ReportDay): Row => [
  ...[day.personId, day.workDate, day.department, day.status],
  ...[day.workedMs, day.breakMs, day.overtimeMs, day.lateMs, day.earlyMs].map((ms) => ms / MINUTE),
  ...[day.firstIn, day.lastOut, day.zone, day.auto, day.corrected],
];
const keyOf = ([person, date]: Row) => `${String(person)} ${String(date)}`;
const created = '2026-10-12';
const [finn, gil] = [idOf(1, 6), idOf(1, 7)];

let after: Map<string, Row>;
beforeAll(async () => {
  await reset();
  await applyD1Migrations(
    env.DB,
    env.TEST_MIGRATIONS.filter(({ name }) => name < '0005'),
  );
  await env.DB.batch([...history(), ...moves()].map((sql) => env.DB.prepare(sql)));
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  const scope = scopeOf({ id: idOf(1, 1), name: '', email: '', session: '', cookie: '' }, NOW);
  const rows: Row[] = [];
  for await (const { days } of reportDays(scope, { from: FROM, to: TO })) rows.push(...days.map(rowOf));
  after = new Map(rows.map((row) => [keyOf(row), row]));
});

describe('the migration to terms', () => {
  it('keeps every past day of a report to the minute, except what leavers lost and new hires never owed', () => {
    const kept = (before as Row[]).filter(
      ([person, date]) => person !== gil && person !== kim && (person !== finn || String(date) >= created),
    );
    expect(kept.length).toBeGreaterThan(200);
    expect(kept.map((row) => after.get(keyOf(row)))).toEqual(kept);
  });

  it('is tested with all kinds of events in the eight weeks', () => {
    const of = (id: string, from: number, to: number) =>
      (before as Row[]).filter(
        ([person, date]) => person === id && String(date) > dateOf(from) && String(date) < dateOf(to),
      );
    const gap = of(hal, LEFT, RETURNED).map(([, , , status]) => status);
    expect([gap.length, new Set(gap)]).toEqual([7, new Set(['absent'])]);
    expect(new Set(of(ida, 0, MOVED).map((row) => row[11]))).toContain('Europe/Berlin');
    expect(new Set(of(ida, MOVED, 56).map((row) => row[11]))).toEqual(new Set(['America/New_York']));
    expect((before as Row[]).filter((row) => row[12] === true).length).toBeGreaterThan(20);
    expect(of(max, 7, 9)).toMatchObject([{ 13: true }]);
  });

  it('expects no person before their first day', () => {
    const early = [...after.values()].filter(([person, date]) => person === finn && String(date) < created);
    expect(early).toEqual([]);
    expect((before as Row[]).some(([person, date]) => person === finn && String(date) < created)).toBe(true);
  });

  it('restores a leaver’s lateness, overtime and half days, and keeps their hours', () => {
    const was = (before as Row[]).filter(([person]) => person === gil);
    const is = was.map((row) => after.get(keyOf(row)) ?? []);
    expect(is.map((row) => row.slice(4, 6))).toEqual(was.map((row) => row.slice(4, 6)));
    expect(was.every(([, , , , , , overtime, late]) => overtime === 0 && late === 0)).toBe(true);
    expect(is.some(([, , , , , , overtime]) => overtime === 60)).toBe(true);
    expect(is.some(([, , , , , , , late]) => late === 40)).toBe(true);
  });

  it('restores a leaver’s absences before their last day, and expects nothing after it', () => {
    const had = new Set((before as Row[]).map(keyOf));
    const fresh = [...after.values()].filter((row) => !had.has(keyOf(row)));
    expect(fresh.length).toBeGreaterThan(0);
    for (const [person, date, , status] of fresh) {
      expect(status).toBe('absent');
      expect(String(date) <= (person === gil ? '2026-10-31' : person === kim ? dateOf(GONE) : '')).toBe(true);
    }
    expect(new Set(fresh.map(([person]) => person))).toEqual(new Set([gil, kim]));
  });

  it('turns a waiting request into its whole day, which can be approved unchanged', async () => {
    const found = await corrections();
    const waiting = found.find(({ state }) => state === 'pending');
    expect(waiting).toMatchObject({ from: FROM, to: FROM, personId: idOf(1, 2) });
    expect(waiting?.before).toHaveLength(1);
    expect(waiting?.after[0]?.record.outAt).toBe((waiting?.before[0]?.record.outAt ?? 0) + 30 * MINUTE);
    expect(waiting?.after[0]?.breaks).toEqual(waiting?.before[0]?.breaks);
  });

  it('keeps a decided request with its change', async () => {
    const [approved] = (await corrections()).filter(({ state }) => state === 'approved');
    expect(approved?.before).toEqual([]);
    expect(approved?.after[0]?.record).toMatchObject({ workDate: '2026-10-01', corrected: true });
  });

  it('keeps the content of a rejected request, and the other records of a waiting one’s day', async () => {
    const found = (await corrections()).filter(({ personId }) => personId === max);
    const times = (state: string) => {
      const it = found.find((one) => one.state === state);
      return [it?.before, it?.after].map((days) => days?.map(({ record }) => record.outAt));
    };
    const end = (day: string, hour: number) => Date.parse(`2026-09-${day}T${hour}:00+02:00`);
    const taps = async (date: string) => {
      const { results } = await env.DB.prepare(
        'SELECT out_at AS outAt FROM attendance WHERE person_id = ?1 AND work_date = ?2 ORDER BY in_at',
      )
        .bind(max, date)
        .all<{ outAt: number }>();
      return results.map(({ outAt }) => outAt);
    };
    expect(times('rejected')).toEqual([await taps('2026-09-30'), [end('30', 20)]]);
    const [first = 0] = await taps('2026-09-29');
    expect(first).toBe(end('29', 18));
    expect(found.find(({ state }) => state === 'approved')?.after[0]?.record.outAt).toBe(first);
    const waiting = found.find(({ state }) => state === 'pending');
    expect(waiting?.before.map(({ record }) => record.outAt)).toEqual(await taps('2026-10-01'));
    expect(waiting?.after).toHaveLength(2);
  });

  it('keeps open records and breaks, with planned ends for the job to compute again', async () => {
    const rows = await env.DB.prepare(
      `SELECT a.person_id AS id, a.due_at AS due, b.end_at AS back, b.due_at AS allowance
       FROM attendance AS a JOIN breaks AS b ON b.record_id = a.id WHERE a.out_at IS NULL`,
    ).all();
    expect(rows.results).toEqual([{ id: max, due: null, back: null, allowance: NOW + 35 * MINUTE }]);
  });

  it('employs staff without an end, leavers until they left, and no members', async () => {
    const { results } = await env.DB.prepare(
      'SELECT person_id AS id, valid_from AS "from", employed FROM terms ORDER BY person_id, valid_from',
    ).all<{ id: string; from: string; employed: number }>();
    const of = (id: string) =>
      results.filter((it) => it.id === id).map(({ from, employed }) => [from, employed]);
    expect([hal, ida, kim, lou].map(of)).toEqual([
      [[FROM, 1]],
      [[FROM, 1]],
      [
        [FROM, 1],
        [dateOf(GONE + 1), 0],
      ],
      [],
    ]);
  });

  it('raises a wait of one hour for a check-out to five, keeps longer ones, and drops the longest record', async () => {
    const { results } = await env.DB.prepare('SELECT value FROM settings ORDER BY valid_from').all<{
      value: string;
    }>();
    const values = results.map(({ value }) => JSON.parse(value) as Record<string, unknown>);
    expect(values).toMatchObject([
      { checkOutWaitMinutes: 300, organisation: 'Harbour Clinic' },
      { checkOutWaitMinutes: 60, dayStart: '03:00' },
    ]);
    for (const value of values) {
      expect(value).not.toHaveProperty('longestStayHours');
      expect(value).not.toHaveProperty('checkOutGraceMinutes');
    }
  });
});

async function corrections(): Promise<Correction[]> {
  const { results } = await env.DB.prepare(CORRECTION).all<CorrectionRow>();
  return results.map(correctionOf);
}
