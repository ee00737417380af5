/**
 * A person's days: read, corrected, and replaced in one commit. The write's guard compares a fingerprint of the records of these
 * days and next to them, so nothing is replaced that was not read.
 */
import { BREAK, breakOfRow, type BreakRow, RECORD, recordOfRow, type RecordRow } from '../records';
import { addDays, dateIn, dayWords } from '../../contract/zones';
import type { AttendanceRecord, Break } from '../../contract/attendance/attendance';
import type { Correction, RecordWithBreaks } from '../../contract/attendance/corrections/corrections';
import { type ProposedRecord, proposalTrouble } from '../../contract/attendance/corrections/proposals';
import { type Fact, known, map, rows, together } from '../../db/queries';
import { Refusal } from '../../refusal';
import { type Roster, rosterOf } from '../../schedules/roster';
import { spanWords } from './words';

export interface SeenDays {
  personId: string;
  from: string;
  to: string;
  /** The records of `from` … `to`, in the order they began. */
  days: RecordWithBreaks[];
  /** Records within two days of them, and the open one: the days must not overlap them. */
  adjacent: AttendanceRecord[];
  roster: Roster;
  /** See `fingerprint`. */
  seen: string;
}

type Span = Pick<Correction, 'personId' | 'from' | 'to'>;

/** SQL: the records of a person's days and next to them. @param it a JSON expression with `personId`, `from` and `to` */
const near = (it: string) => `attendance.person_id = ${it} ->> 'personId'
  AND (work_date BETWEEN date(${it} ->> 'from', '-2 days') AND date(${it} ->> 'to', '+2 days') OR out_at IS NULL)`;

/** SQL: the contents of these records and their breaks, as text. */
export const fingerprint = (it: string) => `(SELECT coalesce(group_concat(row, ';'), '') FROM (
    SELECT concat_ws(',', id, work_date, in_at, coalesce(out_at, '-'), unconfirmed, photo) AS row FROM attendance WHERE ${near(it)}
    UNION ALL SELECT concat_ws(',', breaks.id, start_at, coalesce(end_at, '-'), breaks.auto) FROM breaks
      JOIN attendance ON attendance.id = record_id WHERE ${near(it)} ORDER BY 1))`;

/**
 * SQL: the ids come from the client, so no record may belong to another person or to a day outside the span.
 * @param it as above @param after the corrected days, as JSON
 */
export const namesOwnRecords = (
  it: string,
  after: string,
) => `NOT EXISTS (SELECT 1 FROM json_each(${after}) AS day
    JOIN attendance AS taken ON taken.id = day.value ->> '$.record.id'
    WHERE taken.person_id <> ${it} ->> 'personId' OR taken.work_date NOT BETWEEN ${it} ->> 'from' AND ${it} ->> 'to')`;

/** Days by person. @param workplaceZone the zone before the first settings */
export function daysOf(
  d1: D1Database,
  spans: readonly Span[],
  workplaceZone: string,
): Fact<ReadonlyMap<string, SeenDays>> {
  const [first] = spans;
  if (!first) return known(new Map<string, SeenDays>());
  const input = JSON.stringify(spans.map(({ personId, from, to }) => ({ personId, from, to })));
  const read = <Row>(sql: string) => rows<Row>(d1, sql, [input]);
  const dates = spans.flatMap(({ from, to }) => [from, to]).sort();
  const [earliest, latest] = [dates[0] ?? first.from, dates.at(-1) ?? first.to];
  const facts = together({
    records: read<RecordRow>(
      `SELECT ${RECORD} FROM json_each(?1) AS its JOIN attendance ON ${near('its.value')} ORDER BY in_at`,
    ),
    breaks: read<BreakRow>(`SELECT ${BREAK} FROM json_each(?1) AS its JOIN attendance ON ${near('its.value')}
        JOIN breaks ON record_id = attendance.id ORDER BY start_at`),
    fingerprints: read<{ person: string; seen: string }>(
      `SELECT its.value ->> 'personId' AS person, ${fingerprint('its.value')} AS seen FROM json_each(?1) AS its`,
    ),
    roster: rosterOf(
      d1,
      {
        from: addDays(earliest, -3),
        to: addDays(latest, 4),
        people: spans.map(({ personId }) => personId),
      },
      workplaceZone,
    ),
  });
  return map(facts, ({ records, breaks, fingerprints, roster }) => {
    const byPerson = Map.groupBy(records.map(recordOfRow), ({ personId }) => personId);
    const byRecord = Map.groupBy(breaks.map(breakOfRow), ({ recordId }) => recordId);
    const seen = new Map(fingerprints.map((row) => [row.person, row.seen]));
    return new Map(
      spans.map(({ personId, from, to }) => {
        const all = byPerson.get(personId) ?? [];
        const inside = ({ workDate }: AttendanceRecord) => workDate >= from && workDate <= to;
        const days = all.filter(inside).map((record) => ({ record, breaks: byRecord.get(record.id) ?? [] }));
        const adjacent = all.filter((record) => !inside(record));
        return [personId, { personId, from, to, days, adjacent, roster, seen: seen.get(personId) ?? '' }];
      }),
    );
  });
}

/**
 * The corrected days. A record with the same start keeps its date and zone; else the roster gives them.
 *
 * An assumed end is confirmed if its record changes, or if nothing changes on all these days. It stays unconfirmed if only another
 * record changes, or if the proposal did not contain the end.
 * @param tapped ids of records whose end was not proposed: they keep their present end
 * @throws Refusal `invalid_input` naming the field, `overlap` with the other record as `current`
 */
export function correctedDays(
  now: number,
  seen: SeenDays,
  records: readonly ProposedRecord[],
  tapped: ReadonlySet<string> = new Set(),
): RecordWithBreaks[] {
  const trouble = proposalTrouble(records, now);
  if (trouble) throw refusal(`days.${trouble.path}`, trouble.message);
  const made = records.map((it, index) => correctedRecord(now, seen, it, index, tapped));
  for (const { record } of made) refuseOverlap(seen, record);
  made.sort((a, b) => a.record.inAt - b.record.inAt);
  const changesNothing = JSON.stringify(made) === JSON.stringify(seen.days);
  return changesNothing ? made.map((day) => (tapped.has(day.record.id) ? day : confirmed(day))) : made;
}

const confirmed = ({ record, breaks }: RecordWithBreaks): RecordWithBreaks => ({
  record: record.unconfirmed ? { ...record, ...CONFIRMED } : record,
  breaks,
});
const CONFIRMED = { auto: false, unconfirmed: false, corrected: true } as const;

function correctedRecord(
  now: number,
  seen: SeenDays,
  it: ProposedRecord,
  index: number,
  tapped: ReadonlySet<string>,
): RecordWithBreaks {
  const { personId, from, to, roster } = seen;
  const known = seen.days.find(({ record }) => record.id === it.id);
  const path = `days.records.${index}`;
  if (it.outAt === null && known?.record.outAt !== null)
    throw refusal(`${path}.outAt`, 'must be given: only the record that is open now has no end');
  const place = roster.placeOf(personId, it.inAt);
  const kept = known && known.record.inAt === it.inAt ? known.record : undefined;
  const { workDate, zone } = kept ?? place;
  if (workDate < from || workDate > to)
    throw refusal(`${path}.inAt`, `belongs to ${dayWords(workDate)}: add that day, or change the time`);
  const same = kept !== undefined && kept.outAt === it.outAt;
  const isAssumed = tapped.has(it.id) && known?.record.unconfirmed === true;
  const keepsEnd = same || tapped.has(it.id);
  const due = it.outAt === null && !kept ? roster.dueOf(personId, { workDate, inAt: it.inAt }, now) : place;
  const record: AttendanceRecord = {
    id: it.id,
    personId,
    workDate,
    zone,
    inAt: it.inAt,
    outAt: it.outAt,
    auto: keepsEnd && known?.record.auto === true && (isAssumed || !known.record.unconfirmed),
    unconfirmed: isAssumed,
    offline: known?.record.offline ?? false,
    corrected: true,
    photo: known?.record.photo ?? null,
    dueAt: kept ? (kept.dueAt ?? null) : due.dueAt,
    dueOut: kept ? (kept.dueOut ?? null) : due.dueOut,
  };
  const breaks = correctedBreaks(seen, it, workDate, known?.breaks ?? [], path);
  const untouched = same && JSON.stringify(breaks) === JSON.stringify(known?.breaks);
  return { record: untouched ? kept : record, breaks };
}

/** A changed break is due at what is left of its kind's allowance, as a tapped one is. */
function correctedBreaks(
  { personId, roster }: SeenDays,
  { id: recordId, breaks }: ProposedRecord,
  workDate: string,
  known: readonly Break[],
  path: string,
): Break[] {
  const kinds = roster.settingsOn(workDate).breaks;
  const used = new Map<string, number>();
  const ordered = breaks.map((it, index) => ({ it, index })).sort((a, b) => a.it.startAt - b.it.startAt);
  return ordered.map(({ it: { id, kind, startAt, endAt }, index }) => {
    const before = known.find((each) => each.id === id);
    const minutes = kinds.find((each) => each.kind === kind)?.minutes;
    if (minutes === undefined && before?.kind !== kind)
      throw refusal(`${path}.breaks.${index}.kind`, 'must be one of the workplace’s kinds of break');
    const taken = used.get(kind) ?? 0;
    used.set(kind, taken + (endAt ?? startAt) - startAt);
    const left = minutes === undefined ? (endAt ?? startAt) - startAt : Math.max(0, minutes * 60_000 - taken);
    const asBefore = before?.startAt === startAt && before.endAt === endAt;
    return {
      id,
      recordId,
      personId,
      kind,
      startAt,
      endAt,
      dueAt: before?.startAt === startAt ? before.dueAt : startAt + left,
      auto: asBefore ? before.auto : false,
      offline: before?.offline ?? false,
    };
  });
}

function refuseOverlap({ adjacent }: SeenDays, record: AttendanceRecord): void {
  const other = adjacent.find(
    ({ inAt, outAt }) => inAt < (record.outAt ?? Infinity) && (outAt ?? Infinity) > record.inAt,
  );
  if (!other) return;
  const span = spanWords(other.zone, other.inAt, other.outAt);
  const detail = `These times overlap with the record of ${dayWords(other.workDate)}, ${span}. Include that day to change both.`;
  throw new Refusal('overlap', { detail, current: other });
}

/**
 * The proposal with its person's later taps: their check-out, breaks and records since the request.
 * @returns undefined if the days have changed in another way
 */
export function withLaterTaps(it: Correction, seen: SeenDays): ProposedRecord[] | undefined {
  const later = (at: number) => at >= it.requestedAt;
  const known = new Map(seen.days.map((day) => [day.record.id, day]));
  for (const { record, breaks } of it.before) {
    const now = known.get(record.id);
    if (!now || now.record.inAt !== record.inAt) return undefined;
    const tappedOut = record.outAt === null && (now.record.outAt === null || later(now.record.outAt));
    if (now.record.outAt !== record.outAt && !tappedOut) return undefined;
    const before = new Map(breaks.map((each) => [each.id, each]));
    const asBefore = now.breaks.every((each) => {
      const old = before.get(each.id);
      if (!old) return later(each.startAt);
      return old.startAt === each.startAt && (old.endAt === each.endAt || old.endAt === null);
    });
    if (!asBefore || breaks.some(({ id }) => !now.breaks.some((each) => each.id === id))) return undefined;
  }
  const had = new Set(it.before.map(({ record }) => record.id));
  const fresh = seen.days.filter(({ record }) => !had.has(record.id));
  if (fresh.some(({ record }) => !later(record.inAt))) return undefined;
  const kept = it.after.map((day) => {
    const now = known.get(day.record.id);
    const old = it.before.find(({ record }) => record.id === day.record.id);
    if (day.record.outAt !== null || !now || !old) return proposedOf(day);
    const since = now.breaks.filter(({ id }) => !old.breaks.some((each) => each.id === id));
    const ended = day.breaks.map(
      (each) => now.breaks.find(({ id }) => id === each.id && each.endAt === null) ?? each,
    );
    return proposedOf({ record: { ...day.record, outAt: now.record.outAt }, breaks: [...ended, ...since] });
  });
  return [...kept, ...fresh.map(proposedOf)];
}

export const proposedOf = ({ record, breaks }: RecordWithBreaks): ProposedRecord => ({
  id: record.id,
  inAt: record.inAt,
  outAt: record.outAt,
  breaks: breaks.map(({ id, kind, startAt, endAt }) => ({ id, kind, startAt, endAt })),
});

/**
 * The supervisor or decider saw the days of the first read, so a later read must find the same.
 * @returns to call after each read @throws Refusal `changed_meanwhile`
 */
export function asFirstSeen(
  refusal = (_now: SeenDays) => new Refusal('changed_meanwhile'),
): (now: SeenDays) => void {
  let first: string | undefined;
  return (now) => {
    first ??= now.seen;
    if (now.seen !== first) throw refusal(now);
  };
}

/** @throws Refusal `invalid_input` for dates after today, in the person's zone */
export function refuseFuture({ from, to, personId, roster }: SeenDays, now: number): void {
  const today = dateIn(roster.zoneOf(personId, from), now);
  if (to > today) throw refusal('days.to', 'must not be in the future');
}

export const refusal = (path: string, message: string): Refusal =>
  new Refusal('invalid_input', { issues: [{ path, message }], detail: `${path}: ${message}` });
