/** Fixtures for tests of the jobs: check-ins at given moments, and what the jobs wrote. */
import { defaultSettings } from '../../../worker/contract/settings/settings';
import { env } from 'cloudflare:workers';
import { uuidv7 } from 'uuidv7';
import { checkIn } from '../../../worker/attendance/check-in';
import { startBreak } from '../../../worker/attendance/breaks';
import type { Break } from '../../../worker/contract/attendance/attendance';
import { scopeOf, type Someone, someone } from '../workplace';

export const at = (iso: string) => Date.parse(iso);
export const [MINUTE, HOUR] = [60_000, 3_600_000];
export const eight = at('2026-06-10T08:00+02:00');
export const noon = at('2026-06-10T12:00+02:00');

export const rows = async <Row>(sql: string, ...bound: unknown[]): Promise<Row[]> =>
  (
    await env.DB.prepare(sql)
      .bind(...bound)
      .all<Row>()
  ).results;

export const journalOf = (subject: string) =>
  rows<{ action: string; actor: string | null; after: string }>(
    'SELECT action, actor, after FROM journal WHERE subject = ? ORDER BY id',
    subject,
  );

export const notificationsOf = ({ id }: Someone, kind: string) =>
  rows<{ title: string; body: string; href: string }>(
    'SELECT title, body, href FROM notifications WHERE person_id = ? AND kind = ?',
    id,
    kind,
  );

export const marksOf = ({ id }: Someone) =>
  rows<{ work_date: string; status: string | null; set_by: string | null; note: string | null }>(
    'SELECT work_date, status, set_by, note FROM marks WHERE person_id = ? ORDER BY work_date',
    id,
  );

export async function inSince(when: number, who?: Someone): Promise<{ ben: Someone; recordId: string }> {
  const ben = who ?? (await someone());
  const recordId = uuidv7();
  await checkIn(scopeOf(ben, when), recordId);
  return { ben, recordId };
}

export const onBreak = async (ben: Someone, recordId: string, when: number, kind = 'meal'): Promise<Break> =>
  (await startBreak(scopeOf(ben, when), { id: uuidv7(), recordId, kind })).break;

/** Sets the wait for a check-out to one hour. */
export async function waitsOneHour(): Promise<void> {
  const value = JSON.stringify({ ...defaultSettings('Europe/Berlin'), checkOutWaitMinutes: 60 });
  await env.DB.prepare(`INSERT INTO settings (valid_from, applies_at, value) VALUES ('2026-01-01', 0, ?)`)
    .bind(value)
    .run();
}
