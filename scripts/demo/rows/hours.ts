/** Records, breaks, marks, corrections and closed days. SQLite has no booleans. */
import type { Correction } from '../../../worker/contract/attendance/corrections/corrections.ts';
import type { Database } from '../../migrate.ts';
import type { Demo } from '../demo.ts';
import { insert } from '../insert.ts';

export async function insertHours(
  db: Database,
  { calendar, history, entered, corrections, notices }: Demo,
): Promise<void> {
  const days = entered?.after ?? [];
  const records = [...history.records, ...days.map(({ record }) => ({ ...record, reminded: false }))];
  await insert(
    db,
    'attendance',
    ATTENDANCE,
    records.map((record) => ({
      ...record,
      auto: Number(record.auto),
      unconfirmed: Number(record.unconfirmed ?? false),
      corrected: Number(record.corrected),
      reminded: Number(record.reminded),
    })),
  );
  const breaks = [...history.breaks, ...days.flatMap((day) => day.breaks)];
  await insert(
    db,
    'breaks',
    BREAKS,
    breaks.map((it) => ({ ...it, auto: Number(it.auto) })),
  );
  const marks = history.marks.map((mark) => ({
    ...mark,
    countsEarly: Number(mark.countsEarly),
    absenceNotified: Number(mark.setBy === null),
  }));
  await insert(db, 'marks', MARKS, marks);
  await insert(db, 'corrections', CORRECTIONS, corrections.map(asRow));
  await insert(db, 'notifications', NOTIFICATIONS, notices);
  await db.prepare('UPDATE closing SET through = ?1').bind(calendar.closedThrough.toString()).run();
}

const ATTENDANCE =
  'id person_id work_date zone in_at out_at due_at due_out auto unconfirmed corrected reminded';
const BREAKS = 'id record_id person_id kind start_at end_at due_at auto';
const MARKS = 'person_id work_date status note set_by at absence_notified counts_early';
const CORRECTIONS =
  'id person_id from_date to_date zone before after reason state requested_at decided_by decided_at answer';
const NOTIFICATIONS = 'id person_id kind title body href at read_at named_id named_as';

const asRow = ({ decidedBy, from, to, before, after, ...correction }: Correction) => ({
  ...correction,
  fromDate: from,
  toDate: to,
  before: JSON.stringify(before),
  after: JSON.stringify(after),
  decidedBy: decidedBy?.id ?? null,
});
