/** Check-in and check-out: what they do, and what is answered when it has been done already. */
import { and, eq, isNull } from 'drizzle-orm';
import * as v from 'valibot';
import { AttendanceRecord, type Receipted, type Standing } from '../contract/attendance';
import { userChannel } from '../contract/channels';
import { dateIn } from '../contract/dates';
import type { Publication } from '../contract/events';
import { attendance } from '../db/schema';
import type { Answer } from '../live/commit';
import { Refusal } from '../refusal';
import type { Asker, Scope } from '../scope';

type Act = 'attendance.checked_in' | 'attendance.checked_out';

/** The one place where a row becomes the contract's record. */
export function recordOf(row: typeof attendance.$inferSelect): AttendanceRecord {
  const { dueAt: _dueAt, dueOut: _dueOut, ...record } = row;
  return record satisfies AttendanceRecord;
}

/**
 * Opens a record dated by the person's zone. Whoever is in already gets the open record and its first receipt.
 * @param id the record's id, made by the client, so that a retry names the same record
 * @throws Refusal `already_checked_out` when that very record is closed, `key_reused`, `unavailable`
 */
export async function checkIn(scope: Scope, id: string): Promise<Receipted> {
  const { me } = scope;
  const at = scope.now();
  const record: AttendanceRecord = {
    id,
    personId: me.id,
    workDate: dateIn(me.zone, at),
    zone: me.zone,
    inAt: at,
    outAt: null,
    auto: false,
    corrected: false,
    photo: null,
  };
  const answer = await scope.commit({
    at,
    // A second open record is refused by the index one_open_record_a_person, whatever races.
    changes: [
      {
        write: scope.db.insert(attendance).values(record),
        action: 'attendance.checked_in',
        subject: subjectOf(id),
        before: null,
        after: record,
      },
    ],
    publish: told(me, 'attendance.checked_in', record),
  });
  if (answer) return receipted(answer);
  const open = await openRecord(scope);
  if (!open) throw new Refusal('already_checked_out', { current: await ownRecord(scope, id) });
  return receipted(await scope.already(subjectOf(open.id), 'attendance.checked_in'));
}

/**
 * Closes the record of that id. A closed one answers with its first receipt.
 * @throws Refusal `not_checked_in` with the open record, if any, as `current`; `key_reused`, `unavailable`
 */
export async function checkOut(scope: Scope, id: string): Promise<Receipted> {
  const before = await ownRecord(scope, id);
  if (!before) throw new Refusal('not_checked_in', { current: await openRecord(scope) });
  if (before.outAt === null) {
    // A clock that was set back must not make a stay shorter than nothing.
    const at = Math.max(scope.now(), before.inAt);
    const after: AttendanceRecord = { ...before, outAt: at };
    const answer = await scope.commit({
      at,
      changes: [
        {
          write: scope.db
            .update(attendance)
            .set({ outAt: at })
            .where(
              and(eq(attendance.id, id), eq(attendance.personId, scope.me.id), isNull(attendance.outAt)),
            ),
          action: 'attendance.checked_out',
          subject: subjectOf(id),
          before,
          after,
        },
      ],
      publish: told(scope.me, 'attendance.checked_out', after),
    });
    if (answer) return receipted(answer);
  }
  return receipted(await scope.already(subjectOf(id), 'attendance.checked_out'));
}

/** What the journal calls a record. */
const subjectOf = (id: string) => `attendance/${id}`;

const receipted = ({ after, receipt }: Answer): Receipted => ({
  record: v.parse(AttendanceRecord, after),
  receipt,
});

/** Who is told what of a check-in or check-out: everyone the standing, the person the record, the board both. */
function told(me: Asker, type: Act, record: AttendanceRecord): Publication[] {
  const { id, name, department, position, category, photo } = me;
  const standing: Standing = {
    personId: id,
    name,
    state: record.outAt === null ? 'in' : 'out',
    since: record.outAt ?? record.inAt,
  };
  return [
    { channel: 'attendance', type, data: standing },
    { channel: userChannel(id), type, data: record },
    {
      channel: 'admin.dashboard',
      type,
      data: { person: { id, name, department, position, category, photo }, record },
    },
  ];
}

async function openRecord(scope: Scope): Promise<AttendanceRecord | null> {
  const row = await scope.db.query.attendance.findFirst({
    where: and(eq(attendance.personId, scope.me.id), isNull(attendance.outAt)),
  });
  return row ? recordOf(row) : null;
}

/** The record of that id if it is one's own: somebody else's is as unknown as none. */
async function ownRecord(scope: Scope, id: string): Promise<AttendanceRecord | null> {
  const row = await scope.db.query.attendance.findFirst({
    where: and(eq(attendance.id, id), eq(attendance.personId, scope.me.id)),
  });
  return row ? recordOf(row) : null;
}
