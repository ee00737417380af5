/** Why times cannot be a record's, told once a write has been refused. */
import { and, eq, gt, lt, or } from 'drizzle-orm';
import type { AttendanceRecord } from '../contract/attendance';
import type { Correction } from '../contract/corrections';
import { breaks } from '../db/schema';
import { RECORD, recordOfRow, type RecordRow } from '../attendance/rows';
import { dayWords } from '../notifications/words';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { spanWords } from './words';

type Asked = Pick<Correction, 'personId' | 'recordId' | 'newIn' | 'newOut' | 'zone'>;

/** @throws Refusal `overlap` with the other record as `current`, `breaks_outside`; returns if neither is so */
export async function refuseClash(
  { d1, db }: Scope,
  { personId, recordId, newIn, newOut, zone }: Asked,
): Promise<void> {
  const other = await d1
    .prepare(
      `SELECT ${RECORD} FROM attendance
       WHERE person_id = ?1 AND id <> ?2 AND in_at < ?4 AND (out_at IS NULL OR out_at > ?3) ORDER BY in_at LIMIT 1`,
    )
    .bind(personId, recordId, newIn, newOut)
    .first<RecordRow>();
  if (other) {
    const record = recordOfRow(other);
    const span = spanWords(zone, record.inAt, record.outAt);
    const detail = `These times overlap with the record of ${dayWords(record.workDate)}, ${span}.`;
    throw new Refusal('overlap', { detail, current: record });
  }
  const outside = await db.query.breaks.findFirst({
    where: and(eq(breaks.recordId, recordId), or(lt(breaks.startAt, newIn), gt(breaks.endAt, newOut))),
  });
  if (outside) {
    const span = spanWords(zone, outside.startAt, outside.endAt);
    throw new Refusal('breaks_outside', { detail: `The break of ${span} would lie outside these times.` });
  }
}

/** The record a correction is about, whoever's it is; null if there is none. */
export async function recordNow({ d1 }: Scope, id: string): Promise<AttendanceRecord | null> {
  const row = await d1.prepare(`SELECT ${RECORD} FROM attendance WHERE id = ?1`).bind(id).first<RecordRow>();
  return row ? recordOfRow(row) : null;
}
