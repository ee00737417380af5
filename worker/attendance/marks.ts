/** A supervisor's status and note for a person's day. Only those who watch the board see the note. */
import * as v from 'valibot';
import { dayStatusWords, Mark, type Marked } from '../contract/attendance/attendance';
import type { SetMark } from '../contract/attendance/board';
import { userChannel } from '../contract/channels';
import type { Publication } from '../contract/events';
import { type Fact, map, type Query, query, row, together } from '../db/queries';
import { type Message, mutedBy, noticesOf } from '../notifications/notify';
import { dayWords } from '../contract/zones';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import type { Asker } from '../session';
import { openOn } from '../settings/closing';
import { MARK, markOfRow, type MarkRow } from './records';

/**
 * Sets status and note of a person's day. The person gets the status, never the note.
 * @throws Refusal `own_day`, `not_found`, `changed_meanwhile` with the current mark, `key_reused`, `unavailable`
 */
export async function setMark(
  scope: Scope,
  personId: string,
  date: string,
  { status, note, seenAt, ...set }: SetMark,
): Promise<Marked> {
  if (personId === scope.me.id) throw new Refusal('own_day');
  const { after, receipt } = await scope.commit({
    subject: markSubject(personId, date),
    action: 'day.marked',
    facts: (d1) =>
      together({
        // The people of the board: employed on that date, or with a record.
        person: row(
          d1,
          `SELECT 1 WHERE (SELECT employed FROM terms WHERE person_id = ?1 AND valid_from <= ?2 ORDER BY valid_from DESC LIMIT 1)
           OR EXISTS (SELECT 1 FROM attendance WHERE person_id = ?1 AND work_date = ?2)`,
          [personId, date],
        ),
        before: markOf(d1, personId, date),
        muted: mutedBy(d1, [personId]),
      }),
    decide({ person, before, muted }, me, now) {
      if (!person) throw new Refusal('not_found');
      if (seenAt !== undefined && seenAt !== (before?.at ?? null))
        throw new Refusal('changed_meanwhile', { current: before });
      // Forms distinguish marks by `at`, so it must grow within one millisecond too.
      const at = Math.max(now, (before?.at ?? 0) + 1);
      const changed = status !== (before?.status ?? null);
      const setBy = before && !changed ? before.setBy : me.id;
      const countsEarly = set.countsEarly ?? before?.countsEarly ?? false;
      const mark: Mark = { personId, workDate: date, status, note, setBy, at, countsEarly };
      const notices = noticesOf(scope, at, changed ? [message(me, mark)] : [], muted);
      return {
        at,
        write: writing(before, mark),
        before,
        after: mark,
        onlyIf: openOn(date),
        publish: [...markEvents(mark), ...notices.publish],
        also: notices.also,
      };
    },
  });
  return { mark: v.parse(Mark, after), receipt };
}

export const markSubject = (personId: string, date: string) => `mark/${personId}/${date}`;

/** The board gets the note, the person does not. */
export function markEvents({ note, ...own }: Mark): Publication[] {
  return [
    { channel: 'admin.dashboard', type: 'day.marked', data: { ...own, note } },
    { channel: userChannel(own.personId), type: 'day.marked', data: own },
  ];
}

/** The write fails if the mark has changed since it was read. */
function writing(
  before: Mark | null,
  { personId, workDate, status, note, setBy, at, countsEarly }: Mark,
): Query {
  const values = [personId, workDate, status, note, setBy, at, countsEarly ? 1 : 0];
  if (!before)
    return query(
      `INSERT INTO marks (person_id, work_date, status, note, set_by, at, counts_early) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)`,
      values,
    );
  return query(
    `UPDATE marks SET status = ?3, note = ?4, set_by = ?5, at = ?6, counts_early = ?7
     WHERE person_id = ?1 AND work_date = ?2 AND at = ?8 AND status IS ?9 AND note IS ?10`,
    [...values, before.at, before.status, before.note],
  );
}

export const markOf = (d1: D1Database, personId: string, date: string): Fact<Mark | null> =>
  map(
    row<MarkRow>(d1, `SELECT ${MARK}, note FROM marks WHERE person_id = ?1 AND work_date = ?2`, [
      personId,
      date,
    ]),
    (found) => (found ? v.parse(Mark, markOfRow(found)) : null),
  );

function message({ id, name }: Asker, { personId, workDate, status }: Mark): Message {
  const day = dayWords(workDate);
  return {
    personId,
    names: { id, name },
    kind: 'day.marked',
    title: status ? `${day}: ${dayStatusWords[status].toLowerCase()}` : `${day} counts as recorded again`,
    body: status
      ? `${name} set the status of this day to “${dayStatusWords[status]}”.`
      : `${name} removed the status set for this day.`,
    href: '/',
  };
}
