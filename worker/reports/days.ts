/** What people's days came to, some dates at a time, so that a report of any length fits a Worker. */
import { dayOf, roundedDown } from '../contract/day';
import { addDays, dateIn } from '../contract/dates';
import type { AttendanceRecord, Break, DayStatus, Mark } from '../contract/attendance';
import type { ReportDay } from '../contract/reports';
import {
  BREAK,
  breakOfRow,
  type BreakRow,
  MARK,
  RECORD,
  recordOfRow,
  type RecordRow,
} from '../attendance/rows';
import { rowsOf, WORKS_HERE } from '../db/client';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { readRoster, type Roster, rosterOf } from '../settings/roster';

/** Which days; what is left out is any. */
export interface Wanted {
  from: string;
  to: string;
  person?: string | undefined;
  department?: string | undefined;
  category?: string | undefined;
  status?: DayStatus | undefined;
}

/** About so many days of people are read at once. */
const AT_ONCE = 2_000;

const MOST_DAYS = 366;

/** @throws Refusal `invalid_input` for dates that are not in order, or more than a year */
export function within<It extends { from: string; to: string }>(asked: It): It {
  const wrong =
    asked.from > asked.to
      ? 'must not be before the first date'
      : asked.to >= addDays(asked.from, MOST_DAYS)
        ? `must be at most ${MOST_DAYS} days after the first date`
        : undefined;
  if (wrong)
    throw new Refusal('invalid_input', { detail: `to ${wrong}.`, issues: [{ path: 'to', message: wrong }] });
  return asked;
}

interface Employed {
  id: string;
  name: string;
  department: string | null;
  category: string | null;
  zone: string | null;
  active: number;
}

/** A stretch of dates, read and judged. */
export interface Stretch {
  /** The last date of it. */
  to: string;
  days: ReportDay[];
}

/**
 * The days from `from` to `to` (today at the latest), a stretch of dates at a time, by date and name. Each stretch is one
 * read: what changes while a long report is made may show in its later part only.
 */
export async function* reportDays(scope: Scope, wanted: Wanted): AsyncGenerator<Stretch> {
  const { d1 } = scope;
  const now = scope.now();
  const today = dateIn(scope.me.settings.zone, now);
  const last = wanted.to < today ? wanted.to : today;
  const [people, ...planned] = await d1.batch([
    d1
      .prepare(
        `SELECT id, name, department, category, zone, active AND ${WORKS_HERE} AS active FROM people
         WHERE (?1 IS NULL OR id = ?1) AND (?2 IS NULL OR department = ?2) AND (?3 IS NULL OR category = ?3)
         ORDER BY name COLLATE NOCASE, id`,
      )
      .bind(wanted.person ?? null, wanted.department ?? null, wanted.category ?? null),
    ...rosterOf(d1, { from: wanted.from, to: last, ...(wanted.person && { person: wanted.person }) }),
  ]);
  const staff = rowsOf<Employed>(people);
  const roster = readRoster(planned, scope.env.WORKPLACE_ZONE);
  const length = Math.max(1, Math.floor(AT_ONCE / Math.max(1, staff.length)));
  for (let from = wanted.from; from <= last; from = addDays(from, length)) {
    const end = addDays(from, length - 1);
    const to = end < last ? end : last;
    const facts = await factsOf(d1, from, to, wanted.person);
    const days: ReportDay[] = [];
    for (let date = from; date <= to; date = addDays(date, 1)) {
      for (const person of staff) {
        const day = reportDay(person, date, facts, roster, now);
        if (day && (wanted.status === undefined || day.status === wanted.status)) days.push(day);
      }
    }
    yield { to, days };
  }
}

interface Facts {
  records: Map<string, AttendanceRecord[]>;
  /** By record. */
  breaks: Map<string, Break[]>;
  marks: Map<string, Mark>;
}

const keyOf = (personId: string, date: string): string => `${personId} ${date}`;

async function factsOf(d1: D1Database, from: string, to: string, person?: string): Promise<Facts> {
  const which = 'work_date BETWEEN ?1 AND ?2 AND (?3 IS NULL OR';
  const bound = (sql: string) => d1.prepare(sql).bind(from, to, person ?? null);
  const [records, breaks, marks] = await d1.batch([
    bound(`SELECT ${RECORD} FROM attendance WHERE ${which} attendance.person_id = ?3) ORDER BY in_at`),
    bound(
      `SELECT ${BREAK} FROM breaks JOIN attendance ON attendance.id = record_id WHERE ${which} attendance.person_id = ?3)`,
    ),
    bound(`SELECT ${MARK}, note FROM marks WHERE ${which} person_id = ?3)`),
  ]);
  return {
    records: Map.groupBy(rowsOf<RecordRow>(records).map(recordOfRow), (it) =>
      keyOf(it.personId, it.workDate),
    ),
    breaks: Map.groupBy(rowsOf<BreakRow>(breaks).map(breakOfRow), ({ recordId }) => recordId),
    marks: new Map(rowsOf<Mark>(marks).map((mark) => [keyOf(mark.personId, mark.workDate), mark])),
  };
}

/** Nothing for a date on which somebody was neither expected nor there. */
function reportDay(
  person: Employed,
  date: string,
  facts: Facts,
  roster: Roster,
  now: number,
): ReportDay | undefined {
  const key = keyOf(person.id, date);
  const records = facts.records.get(key) ?? [];
  const mark = facts.marks.get(key) ?? null;
  const plan = person.active === 1 ? roster.planOf(person, date) : { shift: null, off: null };
  if (records.length === 0 && !mark && !plan.shift) return undefined;
  const breaks = records.flatMap(({ id }) => facts.breaks.get(id) ?? []);
  const day = dayOf({ ...plan, records, breaks, mark, now });
  if (day.status === null && records.length === 0) return undefined;
  const { name, department, category } = person;
  return {
    ...{ personId: person.id, name, department, category, workDate: date },
    zone: records[0]?.zone ?? roster.zoneOf(person, date),
    status: day.status,
    firstIn: records[0]?.inAt ?? null,
    lastOut: day.open ? null : (records.map(({ outAt }) => outAt ?? 0).sort((a, b) => b - a)[0] ?? null),
    workedMs: day.workedMs,
    breakMs: day.breakMs,
    overtimeMs: roundedDown(day.overtimeMs, roster.settingsOn(date).overtimeStepMinutes),
    lateMs: day.lateMs,
    earlyMs: day.earlyMs,
    open: day.open,
    auto: records.some(({ auto }) => auto),
    corrected: records.some(({ corrected }) => corrected),
    note: mark?.note ?? null,
  };
}
