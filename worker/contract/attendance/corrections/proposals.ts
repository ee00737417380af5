/** What people propose and supervisors enter, and what is wrong with it. */
import * as v from 'valibot';
import { addDays } from '../../zones';
import { HoursReason } from '../../text';
import { Id, Instant, LocalDate, WallTime } from '../../values';

const ProposedBreak = v.strictObject({
  id: Id,
  kind: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9_]{0,29}$/, 'must be one of the kinds of break')),
  startAt: Instant,
  /** Null only for the open break. */
  endAt: v.nullable(Instant),
});
export type ProposedBreak = v.InferOutput<typeof ProposedBreak>;

export const ProposedRecord = v.strictObject({
  /** The changed record's id, or a new one. */
  id: Id,
  inAt: Instant,
  /** Null only for the open record, which stays open. */
  outAt: v.nullable(Instant),
  breaks: v.pipe(v.array(ProposedBreak), v.maxLength(20, 'must be at most 20 breaks')),
});
export type ProposedRecord = v.InferOutput<typeof ProposedRecord>;

const MOST_DAYS = 3;

/** Instants count from 1970 on; a mistyped year would be before. */
const RecordDate = v.pipe(
  LocalDate,
  v.check((date) => date > '1970-01-01', 'must lie after 1 January 1970'),
);

const days = {
  from: RecordDate,
  to: LocalDate,
  /** All records of these days; records left out are removed. */
  records: v.pipe(v.array(ProposedRecord), v.maxLength(12, 'must be at most 12 records')),
};

/** One to three consecutive days of a person. */
export const DaysProposal = v.pipe(
  v.strictObject(days),
  v.rawCheck(({ dataset, addIssue }) => {
    // A text that is no date is typed too.
    if (!dataset.typed || dataset.issues) return;
    const { value } = dataset;
    const last = addDays(value.from, MOST_DAYS - 1);
    if (value.to >= value.from && value.to <= last) return;
    addIssue({
      message: `must be ${value.from} to ${last}: a correction is of one to three days`,
      path: [{ type: 'object', origin: 'value', input: value, key: 'to', value: value.to }],
    });
  }),
);
export type DaysProposal = v.InferOutput<typeof DaysProposal>;

/** The id is the client's, so that a request sent again is the same one. */
export const RequestCorrection = v.strictObject({ id: Id, days: DaysProposal, reason: HoursReason });
export type RequestCorrection = v.InferOutput<typeof RequestCorrection>;

export const EnterDays = v.strictObject({
  ...RequestCorrection.entries,
  /** The records that the supervisor saw; if they have changed, nothing is written. */
  before: v.optional(days.records),
});
export type EnterDays = v.InferOutput<typeof EnterDays>;

/** For a time that comes twice: whether the later one is meant. Else ignored. */
const Second = v.optional(v.boolean(), false);
const wall = { start: WallTime, secondStart: Second, end: WallTime, secondEnd: Second };
const WallBreak = v.strictObject({ kind: ProposedBreak.entries.kind, ...wall });
/** A record by wall time; see `wallDateOf` for times of the next day. */
export const WallRecord = v.strictObject({
  ...wall,
  breaks: v.pipe(v.array(WallBreak), v.maxLength(8, 'must be at most 8 breaks')),
});
export type WallRecord = v.InferOutput<typeof WallRecord>;

/**
 * The date of a time after a record's start. A time up to the start is on the next day, unless both are in the hour that comes
 * twice and this is its second time.
 * @param isTwice whether a time comes twice on a date
 */
export function wallDateOf(
  date: string,
  { start, secondStart }: Pick<WallRecord, 'start' | 'secondStart'>,
  { time, second }: { time: string; second: boolean },
  isTwice: (date: string, time: string) => boolean,
): string {
  if (time > start) return date;
  return second && !secondStart && isTwice(date, start) && isTwice(date, time) ? date : addDays(date, 1);
}

/** The same day for many people, each in their own zone. No records removes the existing ones. */
export const EnterDay = v.strictObject({
  date: RecordDate,
  /** The ids are the client's, so that a request sent again is the same one. */
  people: v.pipe(
    v.array(v.strictObject({ id: Id, personId: Id })),
    v.minLength(1, 'must name at least one person'),
    v.maxLength(50, 'must name at most 50 people'),
    v.check(
      (people) => new Set(people.map(({ personId }) => personId)).size === people.length,
      'must not name a person twice',
    ),
    v.check(
      (people) => new Set(people.map(({ id }) => id)).size === people.length,
      'must not use an id twice',
    ),
  ),
  records: v.pipe(v.array(WallRecord), v.maxLength(4, 'must be at most 4 records')),
  reason: HoursReason,
});
export type EnterDay = v.InferOutput<typeof EnterDay>;

/** The outcomes, in the order of the people. */
export const EnteredDay = v.strictObject({
  people: v.array(
    v.strictObject({
      personId: Id,
      outcome: v.picklist(['entered', 'refused']),
      why: v.nullable(v.string()),
    }),
  ),
});
export type EnteredDay = v.InferOutput<typeof EnteredDay>;

export const LONGEST_RECORD_MS = 48 * 3_600_000;

interface Trouble {
  /** Such as `records.0.outAt`. */
  path: string;
  message: string;
}

/**
 * The first fault of proposed records, in words: the same on the page and on the server.
 * @param now UTC epoch milliseconds
 */
export function proposalTrouble(records: readonly ProposedRecord[], now: number): Trouble | undefined {
  const ordered = records.map((it, index) => ({ it, index })).sort((a, b) => a.it.inAt - b.it.inAt);
  for (const [place, { it, index }] of ordered.entries()) {
    const trouble = recordTrouble(it, now);
    if (trouble) return { ...trouble, path: `records.${index}.${trouble.path}` };
    const next = ordered[place + 1];
    if (next && next.it.inAt < (it.outAt ?? Infinity))
      return {
        path: `records.${next.index}.inAt`,
        message: 'must not be before the end of the record before it',
      };
  }
  return idTrouble(records);
}

/** Of two records under one id only one would be kept, with the breaks of both. */
function idTrouble(records: readonly ProposedRecord[]): Trouble | undefined {
  const named = records.flatMap(({ id, breaks }, index) => [
    { id, path: `records.${index}.id` },
    ...breaks.map((it, place) => ({ id: it.id, path: `records.${index}.breaks.${place}.id` })),
  ]);
  const ids = named.map(({ id }) => id);
  const again = named.find(({ id }, place) => ids.indexOf(id) < place);
  return again && { path: again.path, message: 'must not use an id twice' };
}

function recordTrouble({ inAt, outAt, breaks }: ProposedRecord, now: number): Trouble | undefined {
  if (inAt > now) return { path: 'inAt', message: 'must not be in the future' };
  if (outAt !== null && outAt <= inAt) return { path: 'outAt', message: 'must be after the check-in' };
  if (outAt !== null && outAt > now) return { path: 'outAt', message: 'must not be in the future' };
  if (outAt !== null && outAt - inAt > LONGEST_RECORD_MS)
    return { path: 'outAt', message: 'must be at most 48 hours after the check-in' };
  const ordered = breaks.map((it, index) => ({ it, index })).sort((a, b) => a.it.startAt - b.it.startAt);
  let end = inAt;
  for (const [place, { it, index }] of ordered.entries()) {
    const path = `breaks.${index}`;
    if (it.startAt < end)
      return {
        path: `${path}.startAt`,
        message:
          place === 0
            ? 'must not be before the check-in'
            : 'must not be before the end of the break before it',
      };
    if (it.endAt === null && (outAt !== null || place < ordered.length - 1))
      return { path: `${path}.endAt`, message: 'must be given: this break is over' };
    if (it.endAt !== null && it.endAt < it.startAt)
      return { path: `${path}.endAt`, message: 'must not be before the start of the break' };
    end = it.endAt ?? it.startAt;
    if (end > (outAt ?? now))
      return {
        path: `${path}.endAt`,
        message: outAt === null ? 'must not be in the future' : 'must not be after the check-out',
      };
  }
  return undefined;
}

const fields: Readonly<Record<string, string>> = {
  inAt: 'The check-in',
  outAt: 'The check-out',
  startAt: 'The start of the break',
  endAt: 'The end of the break',
  kind: 'The kind of break',
  to: 'The day',
};

/** "The check-out must be after the check-in." */
export function troubleWords({ path, message }: Trouble): string {
  const field = path.split('.').at(-1) ?? '';
  return `${fields[field] ?? 'This'} ${message}.`;
}

/** A rejection needs a reason; an approval may have one. */
export const ApproveCorrection = v.strictObject({ answer: v.optional(v.nullable(HoursReason), null) });
export const RejectCorrection = v.strictObject({ answer: HoursReason });
/** Taking a request back needs no reason. */
export const WithdrawCorrection = v.strictObject({});
