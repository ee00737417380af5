/** What the board shows, worked out from people and records. Pure, so that it is the same for a snapshot and for any order of events. */
import type { AttendanceRecord, BoardPerson } from '$contract/attendance';
import type { Times } from '$lib/times';
import type { Bar } from '$lib/ui/barPlot';

export type Presence = 'in' | 'out' | 'none';

/** One person's day: from the first check-in to the latest check-out, however often they went. */
export interface BoardRow {
  id: string;
  person: BoardPerson;
  presence: Presence;
  /** In the order they began. */
  records: AttendanceRecord[];
  /** The latest act; 0 if there is none. */
  changedAt: number;
}

export interface Counts {
  people: number;
  in: number;
  out: number;
  none: number;
  /** People who checked in on this day, and how many of them within the last hour. */
  arrived: number;
  arrivedLately: number;
}

/** One line of the live feed. */
export interface Happening {
  id: string;
  person: BoardPerson;
  what: 'in' | 'out';
  at: number;
}

const HOUR = 3_600_000;
const QUARTER = HOUR / 4;
const FEED_LENGTH = 40;
const byName = new Intl.Collator('en', { sensitivity: 'base', numeric: true });

/** Everybody by name; namesakes by id, so that no update can make two rows change places. */
export const inOrder = (people: readonly BoardPerson[]): BoardPerson[] =>
  people.toSorted((a, b) => byName.compare(a.name, b.name) || (a.id < b.id ? -1 : 1));

/** A row for each person, in their order. */
export function rowsOf(people: readonly BoardPerson[], records: readonly AttendanceRecord[]): BoardRow[] {
  const byPerson = Map.groupBy(records, ({ personId }) => personId);
  return people.map((person) => rowOf(person, byPerson.get(person.id) ?? []));
}

function rowOf(person: BoardPerson, some: AttendanceRecord[]): BoardRow {
  const records = some.toSorted((a, b) => a.inAt - b.inAt);
  const open = records.some(({ outAt }) => outAt === null);
  return {
    id: person.id,
    person,
    presence: open ? 'in' : records.length > 0 ? 'out' : 'none',
    records,
    changedAt: Math.max(0, ...records.map(({ inAt, outAt }) => outAt ?? inAt)),
  };
}

export function countsOf(rows: readonly BoardRow[], now: number): Counts {
  const counts: Counts = { people: rows.length, in: 0, out: 0, none: 0, arrived: 0, arrivedLately: 0 };
  for (const { presence, records } of rows) {
    counts[presence] += 1;
    if (records.length > 0) counts.arrived += 1;
    if (records.some(({ inAt }) => inAt > now - HOUR)) counts.arrivedLately += 1;
  }
  return counts;
}

/** Every check-in and check-out of the day, the newest first. */
export function feedOf(rows: readonly BoardRow[]): Happening[] {
  const all = rows.flatMap(({ person, records }) =>
    records.flatMap(({ id, inAt, outAt }): Happening[] => [
      { id: `${id} in`, person, what: 'in', at: inAt },
      ...(outAt === null ? [] : [{ id: `${id} out`, person, what: 'out', at: outAt } as const]),
    ]),
  );
  return all.sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1)).slice(0, FEED_LENGTH);
}

/**
 * Arrivals by quarter hour of the workplace's clock, from one hour before the first to one after the last, at least the
 * usual working day. Counted in instants from the day's beginning, so a day of 23 or 25 hours has 92 or 100 quarters.
 */
export function arrivalsOf(records: readonly AttendanceRecord[], date: string, times: Times): Bar[] {
  const [start, end] = [times.startOf(date), times.endOf(date)];
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
