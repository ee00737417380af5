/** Snapshots: a person's own days, one day of the whole workplace, and who is in right now. Each is one D1 batch with its cursor. */
import type { Board, BoardPerson, Standing, Standings } from '../contract/attendance/attendance';
import type { Receipt } from '../contract/receipts';
import type { MyDays } from '../contract/attendance/my-days';
import { maySeePresence, userChannel } from '../contract/channels';
import { addDays, dateIn } from '../contract/zones';
import type { DayPlan } from '../contract/schedules/schedules';
import { CORRECTION, correctionOf, type CorrectionRow } from './corrections/corrections';
import { rowsOf } from '../db/queries';
import { headsAt, readHeads } from '../live/replay';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { readRoster, rosterOf } from '../schedules/roster';
import {
  boardPerson,
  BREAK,
  breakOfRow,
  type BreakRow,
  MARK,
  markOfRow,
  type MarkRow,
  ownMarkOfRow,
  type OwnMarkRow,
  RECORD,
  recordOfRow,
  type RecordRow,
} from './rows';

/**
 * The `days` days up to `to` (today in one's own zone if not given), with the open record whatever its date.
 */
export async function myDays(
  scope: Scope,
  { to, days }: { to?: string | undefined; days: number },
): Promise<MyDays> {
  const { me, d1 } = scope;
  const now = scope.now();
  const last = to ?? dateIn(me.zone, now);
  const first = addDays(last, 1 - days);
  const mine = 'attendance.person_id = ?1 AND (work_date BETWEEN ?2 AND ?3 OR out_at IS NULL)';
  const bound = (sql: string) => d1.prepare(sql).bind(me.id, first, last);
  const span = { from: first, to: addDays(last, 1), people: [me.id] };
  const [heads, rows, receipts, breaks, marks, corrections, ...roster] = await d1.batch([
    headsAt(d1, userChannel(me.id), 'presence'),
    bound(`SELECT ${RECORD} FROM attendance WHERE ${mine} ORDER BY in_at DESC`),
    bound(`SELECT attendance.id AS record, max(journal.id) AS entry, at
      FROM attendance JOIN journal ON subject = 'attendance/' || attendance.id WHERE ${mine}
      AND action IN ('attendance.checked_in', 'attendance.checked_out', 'attendance.closed', 'attendance.confirmed')
      GROUP BY attendance.id`),
    bound(
      `SELECT ${BREAK} FROM attendance JOIN breaks ON record_id = attendance.id WHERE ${mine} ORDER BY start_at`,
    ),
    bound(`SELECT ${MARK} FROM marks WHERE person_id = ?1 AND work_date BETWEEN ?2 AND ?3`),
    bound(`${CORRECTION} WHERE corrections.person_id = ?1 AND ((from_date <= ?3 AND to_date >= ?2) OR state = 'pending')
      ORDER BY requested_at DESC`),
    ...rosterOf(d1, span),
  ]);
  const records = rowsOf<RecordRow>(rows).map(recordOfRow);
  const plan = readRoster(roster, scope.env.WORKPLACE_ZONE);
  const dates = Array.from({ length: days + 1 }, (_, index) => addDays(first, index));
  return {
    at: readHeads(heads),
    now,
    zone: me.zone,
    open: records.find(({ outAt }) => outAt === null) ?? null,
    records,
    receipts: Object.fromEntries(
      rowsOf<Receipt & { record: string }>(receipts).map(({ record, entry, at }) => [record, { entry, at }]),
    ),
    breaks: rowsOf<BreakRow>(breaks).map(breakOfRow),
    plans: Object.fromEntries(dates.map((date) => [date, plan.planOf(me.id, date)])),
    holidays: Object.fromEntries(
      dates.flatMap((date): [string, string][] => {
        const name = plan.holidayOn(date);
        return name === undefined ? [] : [[date, name]];
      }),
    ),
    marks: rowsOf<OwnMarkRow>(marks).map(ownMarkOfRow),
    corrections: rowsOf<CorrectionRow>(corrections).map(correctionOf),
    breakKinds: me.settings.breaks,
    checkInPhoto: me.settings.checkInPhoto !== 'off',
    from: first,
    to: last,
  };
}

/** A day of everyone: the people on the list, and the records that `isOnBoard` (contract/attendance.ts) puts there. */
export async function board(scope: Scope, chosen?: string): Promise<Board> {
  const { d1, me } = scope;
  const now = scope.now();
  const { zone } = me.settings;
  const today = dateIn(zone, now);
  const date = chosen ?? today;
  const there = `attendance WHERE work_date = ?1 UNION SELECT ${RECORD} FROM attendance WHERE out_at IS NULL AND ?1 = ?2`;
  const [heads, people, rows, breaks, marks, ...roster] = await d1.batch([
    headsAt(d1, 'admin.dashboard'),
    d1.prepare(
      `SELECT id, name, image AS photo FROM people
       WHERE EXISTS (SELECT 1 FROM terms WHERE person_id = people.id) ORDER BY sort_key, id`,
    ),
    d1.prepare(`SELECT ${RECORD} FROM ${there}`).bind(date, today),
    d1
      .prepare(
        `SELECT ${BREAK} FROM breaks JOIN attendance ON attendance.id = record_id WHERE work_date = ?1
         UNION SELECT ${BREAK} FROM breaks JOIN attendance ON attendance.id = record_id WHERE out_at IS NULL AND ?1 = ?2`,
      )
      .bind(date, today),
    d1.prepare(`SELECT ${MARK}, note FROM marks WHERE work_date = ?1`).bind(date),
    ...rosterOf(d1, { from: addDays(date, -3), to: date }),
  ]);
  const plan = readRoster(roster, scope.env.WORKPLACE_ZONE);
  const records = rowsOf<RecordRow>(rows).map(recordOfRow);
  const marked = rowsOf<MarkRow>(marks).map(markOfRow);
  const present = new Set([...records, ...marked].map(({ personId }) => personId));
  const staff = rowsOf<Pick<BoardPerson, 'id' | 'name' | 'photo'>>(people).filter(
    ({ id }) => plan.termOn(id, date)?.employed || present.has(id),
  );
  const places = new Places();
  const expected = staff.flatMap(({ id }) => places.entry(id, plan.planOf(id, date)));
  const carried = records
    .filter(({ workDate }) => workDate !== date)
    .flatMap(({ id, personId, workDate }) => places.entry(id, plan.planOf(personId, workDate)));
  return {
    at: readHeads(heads),
    now,
    zone,
    date,
    today,
    people: staff.map((person) => boardPerson(person, plan.termOn(person.id, date))),
    records,
    breaks: rowsOf<BreakRow>(breaks).map(breakOfRow),
    marks: marked,
    plans: places.plans,
    expected: Object.fromEntries(expected),
    carried: Object.fromEntries(carried),
    holiday: plan.holidayOn(date) ?? null,
    breakKinds: plan.settingsOn(date).breaks,
  };
}

/** The day's different plans, each sent once; people and records point to their place. */
class Places {
  readonly #places = new Map<DayPlan, number>();

  get plans(): DayPlan[] {
    return [...this.#places.keys()];
  }

  entry(id: string, plan: DayPlan): [string, number][] {
    const place = this.#places.get(plan) ?? this.#places.size;
    this.#places.set(plan, place);
    return [[id, place]];
  }
}

/** Everyone who is in now, as every signed-in person may know it, unless a setting keeps it to supervisors. */
export async function standings(scope: Scope): Promise<Standings> {
  const { d1, me } = scope;
  if (!maySeePresence(me, me.settings)) throw new Refusal('not_allowed');
  const now = scope.now();
  const [heads, rows] = await d1.batch([
    headsAt(d1, 'attendance'),
    d1
      .prepare(
        `SELECT attendance.person_id AS personId, name, iif(start_at IS NULL, 'in', 'break') AS state, coalesce(start_at, in_at) AS since
         FROM attendance JOIN people ON people.id = attendance.person_id
         LEFT JOIN breaks ON record_id = attendance.id AND end_at IS NULL AND breaks.due_at > ?1
         WHERE out_at IS NULL ORDER BY sort_key, people.id`,
      )
      .bind(now),
  ]);
  return { at: readHeads(heads), now, standings: rowsOf<Standing>(rows) };
}
