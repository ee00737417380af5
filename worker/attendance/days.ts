/** Snapshots with their cursors: a person's own days, the board of a day, and who is in now. */
import type { BoardPerson, PresenceState, PresenceStates } from '../contract/attendance/attendance';
import type { Board } from '../contract/attendance/board';
import type { Receipt } from '../contract/receipts';
import type { MyDays } from '../contract/attendance/my-days';
import { userChannel } from '../contract/channels';
import { maySeePresence } from '../contract/listeners';
import { addDays, dateIn } from '../contract/zones';
import type { DayPlan } from '../contract/schedules/schedules';
import { CORRECTION, correctionOf, type CorrectionRow } from './corrections/corrections';
import { ask, rows, together } from '../db/queries';
import { headsIn } from '../live/replay';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { rosterOf } from '../schedules/roster';
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
} from './records';

type RecordReceipt = Receipt & { record: string };

/** The `days` days up to `to` (today in one's own zone if not given), and the open record of any date. */
export async function myDays(
  scope: Scope,
  { to, days }: { to?: string | undefined; days: number },
): Promise<MyDays> {
  const { me, d1 } = scope;
  const now = scope.now();
  const last = to ?? dateIn(me.zone, now);
  const first = addDays(last, 1 - days);
  const mine = 'attendance.person_id = ?1 AND (work_date BETWEEN ?2 AND ?3 OR out_at IS NULL)';
  const read = <Row>(sql: string) => rows<Row>(d1, sql, [me.id, first, last]);
  const span = { from: first, to: addDays(last, 1), people: [me.id] };
  const found = await ask(
    d1,
    together({
      at: headsIn(d1, userChannel(me.id), 'presence'),
      records: read<RecordRow>(`SELECT ${RECORD} FROM attendance WHERE ${mine} ORDER BY in_at DESC`),
      receipts: read<RecordReceipt>(`SELECT attendance.id AS record, max(journal.id) AS entry, at
          FROM attendance JOIN journal ON subject = 'attendance/' || attendance.id WHERE ${mine}
          AND action IN ('attendance.checked_in', 'attendance.checked_out', 'attendance.closed', 'attendance.confirmed')
          GROUP BY attendance.id`),
      breaks: read<BreakRow>(
        `SELECT ${BREAK} FROM attendance JOIN breaks ON record_id = attendance.id WHERE ${mine} ORDER BY start_at`,
      ),
      marks: read<OwnMarkRow>(
        `SELECT ${MARK} FROM marks WHERE person_id = ?1 AND work_date BETWEEN ?2 AND ?3`,
      ),
      corrections: read<CorrectionRow>(`${CORRECTION}
          WHERE corrections.person_id = ?1 AND ((from_date <= ?3 AND to_date >= ?2) OR state = 'pending')
          ORDER BY requested_at DESC`),
      roster: rosterOf(d1, span, scope.env.WORKPLACE_ZONE),
    }),
  );
  const { roster } = found;
  const records = found.records.map(recordOfRow);
  const dates = Array.from({ length: days + 1 }, (_, index) => addDays(first, index));
  return {
    at: found.at,
    now,
    zone: me.zone,
    open: records.find(({ outAt }) => outAt === null) ?? null,
    records,
    receipts: Object.fromEntries(found.receipts.map(({ record, entry, at }) => [record, { entry, at }])),
    breaks: found.breaks.map(breakOfRow),
    plans: Object.fromEntries(dates.map((date) => [date, roster.planOf(me.id, date)])),
    holidays: Object.fromEntries(
      dates.flatMap((date): [string, string][] => {
        const name = roster.holidayOn(date);
        return name === undefined ? [] : [[date, name]];
      }),
    ),
    marks: found.marks.map(ownMarkOfRow),
    corrections: found.corrections.map(correctionOf),
    breakKinds: me.settings.breaks,
    checkInPhoto: me.settings.checkInPhoto !== 'off',
    from: first,
    to: last,
  };
}

/** The day of everyone, with the records that `isOnBoard` (contract/attendance/attendance.ts) selects. */
export async function board(scope: Scope, chosen?: string): Promise<Board> {
  const { d1, me } = scope;
  const now = scope.now();
  const { zone } = me.settings;
  const today = dateIn(zone, now);
  const date = chosen ?? today;
  // Each half by its own index: a UNION of the rows themselves walks whole tables in order.
  const shown = `(SELECT id FROM attendance WHERE work_date = ?1
    UNION ALL SELECT id FROM attendance WHERE out_at IS NULL AND ?1 = ?2)`;
  const found = await ask(
    d1,
    together({
      at: headsIn(d1, 'admin.dashboard'),
      people: rows<Pick<BoardPerson, 'id' | 'name' | 'photo'>>(
        d1,
        `SELECT id, name, image AS photo FROM people
         WHERE EXISTS (SELECT 1 FROM terms WHERE person_id = people.id) ORDER BY sort_key, id`,
      ),
      records: rows<RecordRow>(d1, `SELECT ${RECORD} FROM attendance WHERE id IN ${shown}`, [date, today]),
      breaks: rows<BreakRow>(d1, `SELECT ${BREAK} FROM breaks WHERE record_id IN ${shown}`, [date, today]),
      marks: rows<MarkRow>(d1, `SELECT ${MARK}, note FROM marks WHERE work_date = ?1`, [date]),
      roster: rosterOf(d1, { from: addDays(date, -3), to: date }, scope.env.WORKPLACE_ZONE),
    }),
  );
  const { roster } = found;
  const records = found.records.map(recordOfRow);
  const marks = found.marks.map(markOfRow);
  const recorded = new Set([...records, ...marks].map(({ personId }) => personId));
  const staff = found.people.filter(({ id }) => roster.termOn(id, date)?.employed || recorded.has(id));
  const plans = new PlanIndex();
  const expected = staff.flatMap(({ id }) => plans.entry(id, roster.planOf(id, date)));
  const carried = records
    .filter(({ workDate }) => workDate !== date)
    .flatMap(({ id, personId, workDate }) => plans.entry(id, roster.planOf(personId, workDate)));
  return {
    at: found.at,
    now,
    zone,
    date,
    today,
    people: staff.map((person) => boardPerson(person, roster.termOn(person.id, date))),
    records,
    breaks: found.breaks.map(breakOfRow),
    marks,
    plans: plans.all,
    expected: Object.fromEntries(expected),
    carried: Object.fromEntries(carried),
    holiday: roster.holidayOn(date) ?? null,
    breakKinds: roster.settingsOn(date).breaks,
  };
}

/** The day's different plans, each sent once: people and records refer to them by index. */
class PlanIndex {
  readonly #plans = new Map<DayPlan, number>();

  get all(): DayPlan[] {
    return [...this.#plans.keys()];
  }

  entry(id: string, plan: DayPlan): [string, number][] {
    const index = this.#plans.get(plan) ?? this.#plans.size;
    this.#plans.set(plan, index);
    return [[id, index]];
  }
}

/** Everyone who is in now. @throws Refusal `not_allowed` where a setting keeps it to supervisors */
export async function presence(scope: Scope): Promise<PresenceStates> {
  const { d1, me } = scope;
  if (!maySeePresence(me, me.settings)) throw new Refusal('not_allowed');
  const now = scope.now();
  const { at, people } = await ask(
    d1,
    together({
      at: headsIn(d1, 'attendance'),
      people: rows<PresenceState>(
        d1,
        `SELECT attendance.person_id AS personId, name, iif(start_at IS NULL, 'in', 'break') AS state, coalesce(start_at, in_at) AS since
         FROM attendance JOIN people ON people.id = attendance.person_id
         LEFT JOIN breaks ON record_id = attendance.id AND end_at IS NULL AND breaks.due_at > ?1
         WHERE out_at IS NULL ORDER BY sort_key, people.id`,
        [now],
      ),
    }),
  );
  return { at, now, people };
}
