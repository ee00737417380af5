/** Marks: what a supervisor says of somebody's day. The note stays among those who watch the board. */
import { and, eq, sql } from 'drizzle-orm';
import * as v from 'valibot';
import { dayStatusWords, Mark, type Marked, type SetMark } from '../contract/attendance/attendance';
import { userChannel } from '../contract/channels';
import type { Publication } from '../contract/events';
import type { Query } from '../db/client';
import { marks } from '../db/schema';
import { type Message, notices } from '../notifications/notify';
import { dayWords } from '../contract/dates';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { openOn } from '../settings/closing';

/**
 * Sets status and note of a person's day. A new status is published to the person, the note never.
 * @throws Refusal `own_day`, `not_found`, `changed_meanwhile` with the mark as it is now, `key_reused`, `unavailable`
 */
export async function setMark(
  scope: Scope,
  personId: string,
  date: string,
  { status, note, seenAt, ...set }: SetMark,
): Promise<Marked> {
  const { d1, me } = scope;
  if (personId === me.id) throw new Refusal('own_day');
  // As on the board: who is employed on that date, or has a record of it.
  const person = await d1
    .prepare(
      `SELECT 1 WHERE (SELECT employed FROM terms WHERE person_id = ?1 AND valid_from <= ?2 ORDER BY valid_from DESC LIMIT 1)
       OR EXISTS (SELECT 1 FROM attendance WHERE person_id = ?1 AND work_date = ?2)`,
    )
    .bind(personId, date)
    .first();
  if (!person) throw new Refusal('not_found');
  const before = await markOf(scope, personId, date);
  // Later than the one before, also within a millisecond: forms tell marks apart by it.
  const at = Math.max(scope.now(), (before?.at ?? 0) + 1);
  const changed = status !== (before?.status ?? null);
  const setBy = before && !changed ? before.setBy : me.id;
  const countsEarly = set.countsEarly ?? before?.countsEarly ?? false;
  const after: Mark = { personId, workDate: date, status, note, setBy, at, countsEarly };
  const notified = await notices(scope, at, changed ? [message(scope, after)] : []);
  const answer = await scope.attempt({
    at,
    changes: [
      {
        write: writing(scope, before, after, seenAt === undefined ? (before?.at ?? null) : seenAt),
        action: 'day.marked',
        subject: markSubject(personId, date),
        before,
        after,
        onlyIf: openOn(date),
      },
    ],
    publish: [...markTold(after), ...notified.publish],
    also: notified.also,
  });
  if (!answer) throw new Refusal('changed_meanwhile', { current: await markOf(scope, personId, date) });
  return { mark: v.parse(Mark, answer.after), receipt: answer.receipt };
}

/** What the journal calls a mark. */
export const markSubject = (personId: string, date: string) => `mark/${personId}/${date}`;

/** The board is told all of it, the person all but the note. */
export function markTold({ note, ...own }: Mark): Publication[] {
  return [
    { channel: 'admin.dashboard', type: 'day.marked', data: { ...own, note } },
    { channel: userChannel(own.personId), type: 'day.marked', data: own },
  ];
}

/** The upsert, which changes nothing if the mark is not the one that was seen: with none seen, a second row is refused. */
function writing({ db }: Scope, before: Mark | null, after: Mark, seen: number | null): Query {
  if (seen === null) return db.insert(marks).values(after);
  const { personId, workDate, status, note, setBy, at, countsEarly } = after;
  return db
    .update(marks)
    .set({ status, note, setBy, at, countsEarly })
    .where(
      and(
        eq(marks.personId, personId),
        eq(marks.workDate, workDate),
        eq(marks.at, seen),
        sql`${marks.status} IS ${before?.status ?? null} AND ${marks.note} IS ${before?.note ?? null}`,
      ),
    );
}

/** The mark of a person's day as it is now, if there is one. */
export async function markOf({ db }: Scope, personId: string, date: string): Promise<Mark | null> {
  const row = await db.query.marks.findFirst({
    where: and(eq(marks.personId, personId), eq(marks.workDate, date)),
    columns: { absenceTold: false },
  });
  return row ? v.parse(Mark, row) : null;
}

function message({ me }: Scope, { personId, workDate, status }: Mark): Message {
  const day = dayWords(workDate);
  return {
    personId,
    kind: 'day.marked',
    title: status ? `${day}: ${dayStatusWords[status].toLowerCase()}` : `${day} counts as recorded again`,
    body: status
      ? `${me.name} set the status of this day to “${dayStatusWords[status]}”.`
      : `${me.name} took back the status that was set for this day.`,
    href: '/',
  };
}
