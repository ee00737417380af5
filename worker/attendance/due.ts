/**
 * What ends by itself: stays that nobody ended, breaks at their allowance. One commit each, so that each has its own entry
 * in the journal and one person's own act, made at the same moment, undoes nothing of the others'.
 */
import type { AttendanceRecord, BoardPerson, Break } from '../contract/attendance';
import { rowsOf } from '../db/client';
import { type Message, notices } from '../notifications/notify';
import type { Scope } from '../scope';
import { lapseMessage } from './attendance';
import { endingOf } from './breaks';
import { BOARD_PERSON, BREAK, breakOfRow, type BreakRow, RECORD, recordOfRow, type RecordRow } from './rows';
import { lapsing, type Stay } from './stay';

/** A run has only so many subrequests; what is left over is the next run's, a minute later. */
const BATCH = 50;

/** Closes the stays whose time is up; a break that is on ends with its record, so this comes before `endBreaks`. */
export async function closeForgotten(scope: Scope): Promise<void> {
  for (const { person, ...stay } of await overdueStays(scope)) {
    const { record, changes, publish } = lapsing(scope, person, stay);
    const at = scope.now();
    const told = await notices(scope, at, [lapseMessage(record)]);
    // Refused means that its person was faster: then there is nothing to do.
    await scope.commit({ at, changes, publish: [...publish, ...told.publish], also: told.also });
  }
}

async function overdueStays({ d1, now }: Scope): Promise<(Stay & { person: BoardPerson })[]> {
  const due = `attendance WHERE out_at IS NULL AND due_at <= ?1 ORDER BY due_at LIMIT ${BATCH}`;
  const bound = (sql: string) => d1.prepare(sql).bind(now());
  const [records, people, breaks] = await d1.batch([
    bound(`SELECT ${RECORD}, due_out AS dueOut FROM ${due}`),
    bound(`SELECT ${BOARD_PERSON} FROM people WHERE id IN (SELECT person_id FROM (SELECT * FROM ${due}))`),
    bound(
      `SELECT ${BREAK} FROM breaks WHERE record_id IN (SELECT id FROM (SELECT * FROM ${due})) ORDER BY start_at`,
    ),
  ]);
  const byId = new Map(rowsOf<BoardPerson>(people).map((person) => [person.id, person]));
  const byRecord = Map.groupBy(rowsOf<BreakRow>(breaks).map(breakOfRow), ({ recordId }) => recordId);
  return rowsOf<RecordRow & { dueOut: number | null }>(records).flatMap(({ dueOut, ...row }) => {
    const record: AttendanceRecord = recordOfRow(row);
    const person = byId.get(record.personId);
    return person ? [{ record, dueOut, breaks: byRecord.get(record.id) ?? [], person }] : [];
  });
}

/** Ends the breaks that have run to their allowance, there and not when the job came round. */
export async function endBreaks(scope: Scope): Promise<void> {
  const { d1 } = scope;
  const { results } = await d1
    .prepare(
      `SELECT ${BREAK}, in_at AS inAt FROM breaks JOIN attendance ON attendance.id = record_id
       WHERE end_at IS NULL AND breaks.due_at <= ?1 ORDER BY breaks.due_at LIMIT ${BATCH}`,
    )
    .bind(scope.now())
    .all<BreakRow & { inAt: number }>();
  if (results.length === 0) return;
  const people = await peopleOf(
    d1,
    results.map(({ personId }) => personId),
  );
  const { breaks: kinds } = await scope.settings();
  for (const { inAt, ...row } of results) {
    const before = breakOfRow(row);
    const person = people.get(before.personId);
    if (!person) continue;
    const at = scope.now();
    const after: Break = { ...before, endAt: before.dueAt, auto: true };
    const name = kinds.find(({ kind }) => kind === before.kind)?.name ?? before.kind;
    const told = await notices(scope, at, [breakMessage(after, name)]);
    const { changes, publish } = endingOf(scope, person, before, after, inAt);
    await scope.commit({ at, changes, publish: [...publish, ...told.publish], also: told.also });
  }
}

async function peopleOf(d1: D1Database, ids: readonly string[]): Promise<Map<string, BoardPerson>> {
  const { results } = await d1
    .prepare(`SELECT ${BOARD_PERSON} FROM people WHERE id IN (SELECT value FROM json_each(?1))`)
    .bind(JSON.stringify(ids))
    .all<BoardPerson>();
  return new Map(results.map((person) => [person.id, person]));
}

const breakMessage = ({ personId }: Break, name: string): Message => ({
  personId,
  kind: 'break.auto_ended',
  title: `Your break is over: ${name}`,
  body: `It ended by itself because today’s allowance for it is used up.`,
  href: '/',
});
