import { applyD1Migrations, reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Correction } from '../../worker/contract/corrections';
import type { ReportDay } from '../../worker/contract/reports';
import { CORRECTION, correctionOf, type CorrectionRow } from '../../worker/corrections/corrections';
import { reportDays } from '../../worker/reports/days';
import before from './files/reports-before.json';
import { FROM, history, idOf, NOW, TO } from './history';
import { scopeOf } from './workplace';

/** As `reports-before.json` has them: what the product reported of this history before it knew terms. */
type Row = (string | number | null)[];
const MINUTE = 60_000;

const rowOf = (day: ReportDay): Row => [
  ...[day.personId, day.workDate, day.department, day.status],
  ...[day.workedMs, day.breakMs, day.overtimeMs, day.lateMs, day.earlyMs].map((ms) => ms / MINUTE),
  ...[day.firstIn, day.lastOut],
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
  await env.DB.batch(history().map((sql) => env.DB.prepare(sql)));
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  const scope = scopeOf({ id: idOf(1, 1), name: '', email: '', session: '', cookie: '' }, NOW);
  const rows: Row[] = [];
  for await (const { days } of reportDays(scope, { from: FROM, to: TO })) rows.push(...days.map(rowOf));
  after = new Map(rows.map((row) => [keyOf(row), row]));
});

describe('the migration to terms', () => {
  it('leaves every past day of a report as it was, to the minute, but for what a leaver lost and a new hire never owed', () => {
    const kept = (before as Row[]).filter(
      (row) => row[0] !== gil && (row[0] !== finn || String(row[1]) >= created),
    );
    expect(kept.length).toBeGreaterThan(200);
    expect(kept.map((row) => after.get(keyOf(row)))).toEqual(kept);
  });

  it('expects nobody before their first day', () => {
    const early = [...after.values()].filter(([person, date]) => person === finn && String(date) < created);
    expect(early).toEqual([]);
    expect((before as Row[]).some(([person, date]) => person === finn && String(date) < created)).toBe(true);
  });

  it('gives a leaver back their lateness, overtime and half days; their hours stay', () => {
    const was = (before as Row[]).filter(([person]) => person === gil);
    const is = was.map((row) => after.get(keyOf(row)) ?? []);
    expect(is.map((row) => row.slice(4, 6))).toEqual(was.map((row) => row.slice(4, 6)));
    expect(was.every(([, , , , , , overtime, late]) => overtime === 0 && late === 0)).toBe(true);
    expect(is.some(([, , , , , , overtime]) => overtime === 60)).toBe(true);
    expect(is.some(([, , , , , , , late]) => late === 40)).toBe(true);
  });

  it('gives a leaver back the absences before their last day, and expects nothing after it', () => {
    const had = new Set((before as Row[]).map(keyOf));
    const fresh = [...after.values()].filter((row) => !had.has(keyOf(row)));
    expect(fresh.length).toBeGreaterThan(0);
    for (const [person, date, , status] of fresh) {
      expect([person, status]).toEqual([gil, 'absent']);
      expect(String(date) <= '2026-10-31').toBe(true);
    }
  });

  it('turns a waiting request into its whole day, which can be approved as it is', async () => {
    const found = await corrections();
    const waiting = found.find(({ state }) => state === 'pending');
    expect(waiting).toMatchObject({ from: FROM, to: FROM, personId: idOf(1, 2) });
    expect(waiting?.before).toHaveLength(1);
    expect(waiting?.after[0]?.record.outAt).toBe((waiting?.before[0]?.record.outAt ?? 0) + 30 * MINUTE);
    expect(waiting?.after[0]?.breaks).toEqual(waiting?.before[0]?.breaks);
  });

  it('keeps a decided request with what it changed', async () => {
    const [approved] = (await corrections()).filter(({ state }) => state === 'approved');
    expect(approved?.before).toEqual([]);
    expect(approved?.after[0]?.record).toMatchObject({ workDate: '2026-10-01', corrected: true });
  });

  it('waits five hours for a check-out where it waited one, and knows no other longest stay', async () => {
    const row = await env.DB.prepare('SELECT value FROM settings').first<{ value: string }>();
    const value = JSON.parse(row?.value ?? '{}') as Record<string, unknown>;
    expect(value).toMatchObject({ checkOutWaitMinutes: 300, organisation: 'Harbour Clinic' });
    expect(value).not.toHaveProperty('longestStayHours');
    expect(value).not.toHaveProperty('checkOutGraceMinutes');
  });
});

async function corrections(): Promise<Correction[]> {
  const { results } = await env.DB.prepare(CORRECTION).all<CorrectionRow>();
  return results.map(correctionOf);
}
