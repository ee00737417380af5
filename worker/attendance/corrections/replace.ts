/** The writes and events that replace people's days as their corrections say. */
import { BOARD_PERSON, presenceOf, termJoin } from '../records';
import type { BoardPerson } from '../../contract/attendance/attendance';
import { userChannel } from '../../contract/channels';
import { addDays } from '../../contract/zones';
import type { Correction, RecordWithBreaks } from '../../contract/attendance/corrections/corrections';
import type { Publication } from '../../contract/events';
import { type Fact, map, type Query, query, rows } from '../../db/queries';

/** The writes come after the guard, in the same commit. */
export function replacing(corrections: readonly Correction[]): Query[] {
  const spans = JSON.stringify(corrections.map(({ personId, from, to }) => ({ personId, from, to })));
  const days = corrections.flatMap(({ after }) => after);
  const replaced = `SELECT attendance.id FROM json_each(?1) AS its JOIN attendance ON person_id = its.value ->> 'personId'
    AND work_date BETWEEN its.value ->> 'from' AND its.value ->> 'to'`;
  return [
    query(`DELETE FROM breaks WHERE record_id IN (${replaced})`, [spans]),
    // Kept records are updated in place: the columns that a correction does not carry must survive.
    query(
      `DELETE FROM attendance WHERE id IN (${replaced}) AND id NOT IN (SELECT value ->> 'id' FROM json_each(?2))`,
      [spans, JSON.stringify(days.map(({ record }) => record))],
    ),
    query(
      `INSERT INTO attendance (id, person_id, work_date, zone, in_at, out_at, due_at, due_out, auto, unconfirmed, corrected, photo, offline)
       SELECT value ->> 'id', value ->> 'personId', value ->> 'workDate', value ->> 'zone', value ->> 'inAt', value ->> 'outAt',
         value ->> 'dueAt', value ->> 'dueOut', value ->> 'auto', coalesce(value ->> 'unconfirmed', 0), value ->> 'corrected', value ->> 'photo',
         coalesce(value ->> 'offline', 0)
       FROM json_each(?1) WHERE true
       ON CONFLICT (id) DO UPDATE SET work_date = excluded.work_date, zone = excluded.zone, in_at = excluded.in_at,
         out_at = excluded.out_at, due_at = excluded.due_at, due_out = excluded.due_out, auto = excluded.auto,
         unconfirmed = excluded.unconfirmed, corrected = excluded.corrected WHERE person_id = excluded.person_id`,
      [JSON.stringify(days.map(({ record }) => record))],
    ),
    query(
      `INSERT INTO breaks (id, record_id, person_id, kind, start_at, end_at, due_at, auto, offline)
       SELECT value ->> 'id', value ->> 'recordId', value ->> 'personId', value ->> 'kind', value ->> 'startAt', value ->> 'endAt',
         value ->> 'dueAt', value ->> 'auto', coalesce(value ->> 'offline', 0) FROM json_each(?1)`,
      [JSON.stringify(days.flatMap(({ breaks }) => breaks))],
    ),
  ];
}

/** By `personId date`. */
export type PeopleOn = ReadonlyMap<string, BoardPerson>;

/** One event carries all of a person's days. @param people as of each date */
export const replacedEvents = (corrections: readonly Correction[], people: PeopleOn): Publication[] =>
  corrections.flatMap(({ personId, from, to, before, after }): Publication[] => {
    const dated = Object.fromEntries(
      datesOf(from, to).flatMap((date): [string, BoardPerson][] => {
        const person = people.get(`${personId} ${date}`);
        return person ? [[date, person]] : [];
      }),
    );
    const name = Object.values(dated)[0]?.name ?? '';
    const days = { personId, from, to, days: after };
    return [
      { channel: userChannel(personId), type: 'days.replaced', data: days },
      { channel: 'admin.dashboard', type: 'days.replaced', data: { ...days, people: dated } },
      ...presenceEvents({ id: personId, name }, before, after),
    ];
  });

/** Presence is published only if the person is in now, or was before the correction. */
function presenceEvents(
  person: Pick<BoardPerson, 'id' | 'name'>,
  before: readonly RecordWithBreaks[],
  after: readonly RecordWithBreaks[],
): Publication[] {
  const openIn = (days: readonly RecordWithBreaks[]) => days.find(({ record }) => record.outAt === null);
  const [was, is] = [openIn(before), openIn(after)];
  if (is) {
    const on = is.breaks.find(({ endAt }) => endAt === null);
    const data = on ? presenceOf(person, 'break', on.startAt) : presenceOf(person, 'in', is.record.inAt);
    return [{ channel: 'attendance', type: 'attendance.checked_in', data }];
  }
  if (!was) return [];
  const left = after.find(({ record }) => record.id === was.record.id)?.record.outAt ?? was.record.inAt;
  return [{ channel: 'attendance', type: 'attendance.checked_out', data: presenceOf(person, 'out', left) }];
}

const datesOf = (from: string, to: string): string[] =>
  [0, 1, 2].map((days) => addDays(from, days)).filter((date) => date <= to);

export const peopleOn = (
  d1: D1Database,
  spans: readonly Pick<Correction, 'personId' | 'from' | 'to'>[],
): Fact<PeopleOn> => {
  const dates = spans.flatMap(({ personId, from, to }) =>
    datesOf(from, to).map((date) => ({ personId, date })),
  );
  return map(
    rows<BoardPerson & { date: string }>(
      d1,
      `SELECT its.value ->> 'date' AS date, ${BOARD_PERSON} FROM json_each(?1) AS its
       JOIN people ON people.id = its.value ->> 'personId' ${termJoin(`its.value ->> 'date'`)}`,
      [JSON.stringify(dates)],
    ),
    (found) => new Map(found.map(({ date, ...person }) => [`${person.id} ${date}`, person])),
  );
};
