/** The board's rows, computed from people, records, breaks and marks: the same for a snapshot and for any order of events. */
import {
  type AttendanceRecord,
  type BoardPerson,
  type Break,
  type DayStatus,
  dayStatusWords,
  type Mark,
} from '$contract/attendance/attendance';
import { dayOf, type DayOutcome, isOn } from '$contract/attendance/day';
import type { DayPlan, Shift } from '$contract/schedules/schedules';
import type { Times } from '$lib/times';
import type { Bar } from '$lib/ui/barPlot';
import { overdueOf } from './overrun';

export type Presence = 'in' | 'break' | 'out' | 'none';

/** The board's lists of a day, and the current time. */
export interface Facts {
  records: readonly AttendanceRecord[];
  breaks: readonly Break[];
  marks: readonly Mark[];
  /** By person, for the board's date. */
  planOf(personId: string): DayPlan;
  /** By record, for those that began on an earlier date. */
  carried(recordId: string): DayPlan;
  date: string;
  now: number;
}

/** One person's day. */
export interface BoardRow {
  id: string;
  person: BoardPerson;
  presence: Presence;
  /** In the order they began. */
  records: AttendanceRecord[];
  /** In the order they began. */
  breaks: Break[];
  /** The running break. */
  on: Break | undefined;
  mark: Mark | undefined;
  shift: Shift | null;
  day: DayOutcome;
  /** The shift's end, if the person is still in after it. */
  pastEnd: number | undefined;
  /** A record closed automatically, and its person has not confirmed the end. */
  unconfirmed: boolean;
  /** The break that ended at its allowance, while the person has not tapped “End break”. */
  overdueBreak: Break | undefined;
  /** The latest check-in, check-out or break; 0 if there is none. */
  changedAt: number;
}

/** One line of the live feed. */
export interface FeedItem {
  id: string;
  person: BoardPerson;
  /** `closed`: out automatically at an assumed time; `spent`: a break ended at its allowance without a tap. */
  what: 'in' | 'out' | 'closed' | 'break' | 'back' | 'spent' | 'marked';
  /** The kind of break, or the mark's status. */
  as?: string | undefined;
  at: number;
}

const HOUR = 3_600_000;
const QUARTER = HOUR / 4;
const FEED_LENGTH = 40;

/** A row for each person, in their order. */
export function rowsOf(people: readonly BoardPerson[], facts: Facts): BoardRow[] {
  const records = Map.groupBy(facts.records, ({ personId }) => personId);
  const breaks = Map.groupBy(facts.breaks, ({ recordId }) => recordId);
  const marks = new Map(facts.marks.map((mark) => [mark.personId, mark]));
  return people.map((person) => {
    const mine = (records.get(person.id) ?? []).toSorted((a, b) => a.inAt - b.inAt);
    const pauses = mine.flatMap(({ id }) => breaks.get(id) ?? []).sort((a, b) => a.startAt - b.startAt);
    return rowOf(person, mine, pauses, marks.get(person.id), facts);
  });
}

function rowOf(
  person: BoardPerson,
  records: AttendanceRecord[],
  breaks: Break[],
  mark: Mark | undefined,
  facts: Facts,
): BoardRow {
  const { now } = facts;
  // For a person who is still in from an earlier date, that night's plan counts.
  const night = records.find(({ workDate }) => workDate < facts.date);
  const plan = night ? facts.carried(night.id) : facts.planOf(person.id);
  const on = breaks.find((each) => isOn(each, now));
  const day = dayOf({ ...plan, records, breaks, mark: night ? null : (mark ?? null), now });
  const open = records.find(({ outAt }) => outAt === null);
  const past = typeof open?.dueOut === 'number' && open.dueOut <= now ? open.dueOut : undefined;
  const acts = [
    ...records.map(({ inAt, outAt }) => outAt ?? inAt),
    ...breaks.map(({ startAt, endAt }) => endAt ?? startAt),
  ];
  return {
    id: person.id,
    person,
    records,
    breaks,
    on,
    mark,
    shift: plan.shifts[0] ?? null,
    day,
    pastEnd: past,
    unconfirmed: records.some(({ unconfirmed }) => unconfirmed),
    overdueBreak: open && overdueOf(open, breaks, now),
    presence: !day.open ? (records.length > 0 ? 'out' : 'none') : on ? 'break' : 'in',
    changedAt: Math.max(0, ...acts),
  };
}

export type Counts = ReturnType<typeof countsOf>;

/** The numbers of a day. People on a break count as in; those expected have not come yet; `arrivedLately` is within the last hour. */
export function countsOf(rows: readonly BoardRow[], now: number) {
  const count = (counts: (row: BoardRow) => boolean): number => rows.filter(counts).length;
  return {
    people: rows.length,
    planned: count(({ shift }) => shift !== null),
    expected: count(({ day }) => day.status === 'pending'),
    in: count(({ presence }) => presence === 'in' || presence === 'break'),
    break: count(({ presence }) => presence === 'break'),
    out: count(({ presence }) => presence === 'out'),
    none: count(({ presence }) => presence === 'none'),
    late: count(({ day }) => day.lateMs > 0),
    absent: count(({ day }) => day.status === 'absent'),
    pastEnd: count(({ pastEnd }) => pastEnd !== undefined),
    unconfirmed: count(({ unconfirmed }) => unconfirmed),
    arrivedLately: count(({ records }) => records.some(({ inAt }) => inAt > now - HOUR)),
  };
}

/** Every check-in, check-out, break and mark of the day, the newest first. */
export function feedOf(rows: readonly BoardRow[], kindOf: (kind: string) => string): FeedItem[] {
  const all = rows.flatMap(({ person, records, breaks, mark }) => {
    const item = (id: string, what: FeedItem['what'], at: number | null, as?: string): FeedItem[] =>
      at === null ? [] : [{ id, person, what, as, at }];
    const status = mark?.status && dayStatusWords[mark.status].toLowerCase();
    return [
      ...records.flatMap(({ id, inAt, outAt, unconfirmed }) => [
        ...item(`${id} in`, 'in', inAt),
        ...item(`${id} out`, unconfirmed ? 'closed' : 'out', outAt),
      ]),
      ...breaks.flatMap(({ id, kind, startAt, endAt, auto }) => [
        ...item(`${id} break`, 'break', startAt, kindOf(kind)),
        ...item(`${id} back`, auto ? 'spent' : 'back', endAt),
      ]),
      ...(mark && status ? item(`${person.id} marked`, 'marked', mark.at, status) : []),
    ];
  });
  return all.sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1)).slice(0, FEED_LENGTH);
}

/** The people on a break, in the order their breaks end. */
export const onBreak = (rows: readonly BoardRow[]): (BoardRow & { on: Break })[] =>
  rows
    .flatMap((row) => (row.on ? [{ ...row, on: row.on }] : []))
    .sort((a, b) => a.on.dueAt - b.on.dueAt || (a.id < b.id ? -1 : 1));

export type Overdue = BoardRow & { overdueBreak: Break };

/** The people who are not back from a break, the longest overdue first. */
export const overdueBreaks = (rows: readonly BoardRow[]): Overdue[] =>
  rows
    .flatMap((row) => (row.overdueBreak ? [{ ...row, overdueBreak: row.overdueBreak }] : []))
    .sort((a, b) => a.overdueBreak.dueAt - b.overdueBreak.dueAt || (a.id < b.id ? -1 : 1));

/** Whether the status adds something to the presence state. */
export const isNotable = (status: DayStatus | null): status is DayStatus =>
  status !== null && status !== 'present' && status !== 'pending';

/**
 * Arrivals by quarter hour, from one hour before the first to one after the last, and at least from 07:00 to 18:00.
 * Counted from the day's first instant, so a day of 23 or 25 hours has 92 or 100 quarters.
 */
export function arrivalsOf(records: readonly AttendanceRecord[], date: string, times: Times): Bar[] {
  const { from: start, to: end } = times.span(date);
  const arrivals = records.filter(({ inAt }) => inAt >= start && inAt < end).map(({ inAt }) => inAt);
  const from = Math.max(start, Math.min(start + 7 * HOUR, ...arrivals.map((at) => at - HOUR)));
  const to = Math.min(end, Math.max(start + 18 * HOUR, ...arrivals.map((at) => at + HOUR)));
  const first = Math.floor((from - start) / HOUR) * 4;
  const bars: Bar[] = [];
  for (let at = start + first * QUARTER; at < to; at += QUARTER)
    bars.push({ label: times.clock(at), value: 0 });
  for (const at of arrivals) {
    const bar = bars[Math.floor((at - start) / QUARTER) - first];
    if (bar) bar.value += 1;
  }
  return bars;
}
