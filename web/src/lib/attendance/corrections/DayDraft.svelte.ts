/** One to three days in a form: records with their breaks, in local time. */
import { cut } from '$contract/intervals';
import type { RecordWithBreaks } from '$contract/attendance/corrections/corrections';
import {
  type DaysProposal,
  type ProposedBreak,
  type ProposedRecord,
  proposalTrouble,
  troubleWords,
} from '$contract/attendance/corrections/proposals';
import { addDays } from '$contract/zones';
import { dayBesides, type Times } from '$lib/times';
import { uuidv7 } from '$lib/uuidv7';

interface KeptTime {
  text: string;
  second: boolean;
}

/** What is typed, as JSON can hold it. A missing end is that of an open record or a running break. */
interface KeptDays {
  from: string;
  to: string;
  known: readonly RecordWithBreaks[];
  records: {
    id: string;
    in: KeptTime;
    out?: KeptTime | undefined;
    breaks: { id: string; kind: string; start: KeptTime; end?: KeptTime | undefined }[];
  }[];
}

/** A typed time, and which of the two it is where clocks went back. */
export class TypedTime {
  /** `YYYY-MM-DDTHH:MM`; empty while nothing is typed. */
  text = $state('');
  /** The later of the two instants of this local time. */
  second = $state(false);

  constructor(
    private readonly times: Times,
    /** The recorded instant. A text that still shows its minute keeps its milliseconds. */
    private readonly known: number | null = null,
    at: number | null = known,
  ) {
    if (at === null) return;
    this.text = textOf(times, at);
    this.second = times.instants(this.text).indexOf(Math.floor(at / 60_000) * 60_000) === 1;
  }

  /** Whether the clock showed this time twice. */
  get isTwice(): boolean {
    return this.times.instants(this.text).length > 1;
  }

  /** As JSON can hold it. */
  get kept(): KeptTime {
    return { text: this.text, second: this.second };
  }

  get at(): number | undefined {
    const found = this.times.instants(this.text);
    const at = (this.second ? found[1] : undefined) ?? found[0];
    return this.known !== null && at === Math.floor(this.known / 60_000) * 60_000 ? this.known : at;
  }
}

export class BreakRow {
  readonly id: string;
  kind = $state('');
  readonly start: TypedTime;
  /** Undefined while the break is running. */
  readonly end: TypedTime | undefined;

  constructor(times: Times, kind: string, known?: ProposedBreak, at: { start?: number; end?: number } = {}) {
    this.id = known?.id ?? uuidv7();
    this.kind = known?.kind ?? kind;
    this.start = new TypedTime(times, known?.startAt ?? null, known?.startAt ?? at.start ?? null);
    this.end =
      known && known.endAt === null
        ? undefined
        : new TypedTime(times, known?.endAt ?? null, known?.endAt ?? at.end ?? null);
  }
}

export class RecordRow {
  readonly id: string;
  /** The recorded date, and the start it belongs to. */
  readonly #recorded: { date: string; inAt: number } | undefined;
  readonly in: TypedTime;
  /** Undefined for the open record. */
  readonly out: TypedTime | undefined;
  breaks = $state<BreakRow[]>([]);

  constructor(times: Times, known?: RecordWithBreaks, at: { in?: number; out?: number } = {}) {
    this.id = known?.record.id ?? uuidv7();
    this.#recorded = known && { date: known.record.workDate, inAt: known.record.inAt };
    this.in = new TypedTime(times, known?.record.inAt ?? null, known?.record.inAt ?? at.in ?? null);
    const out = known?.record.outAt ?? null;
    this.out = known && out === null ? undefined : new TypedTime(times, out, out ?? at.out ?? null);
    this.breaks = (known?.breaks ?? []).map((it) => new BreakRow(times, it.kind, it));
  }

  /** The recorded date, as long as the start is unchanged. */
  get recordedOn(): string | undefined {
    return this.#recorded?.inAt === this.in.at ? this.#recorded?.date : undefined;
  }
}

/** A draft as read. */
export interface Read {
  /** Undefined while a time is missing or wrong. */
  records: ProposedRecord[] | undefined;
  /** Messages by path, such as `records.0.outAt`. */
  troubles: Readonly<Record<string, string>>;
  /** Work without breaks, milliseconds. */
  workedMs: number;
  unchanged: boolean;
}

const MOST_DAYS = 3;

export class DayDraft {
  from = $state('');
  to = $state('');
  records = $state<RecordRow[]>([]);
  #known = $state.raw<readonly RecordWithBreaks[]>([]);
  readonly isLongest = $derived.by(() => addDays(this.from, MOST_DAYS - 1) <= this.to);
  /** The recorded days, as shown. */
  readonly before = $derived.by(() => this.#known.map(proposalOf));

  constructor(
    readonly times: Times,
    date: string,
    days: readonly RecordWithBreaks[],
    /** The kinds of break; a new break gets the first. */
    readonly kinds: readonly { kind: string; name: string }[],
    /** The person's shift: the times of a first record. */
    private readonly shift?: { startsAt: number; endsAt: number },
  ) {
    this.from = date;
    this.to = date;
    this.#add(days);
    if (days.length === 0) this.addRecord();
  }

  /** Adds a neighbouring day with its records. */
  extend(date: string, days: readonly RecordWithBreaks[]): void {
    if (date < this.from) this.from = date;
    else this.to = date;
    this.#add(days);
  }

  addRecord(): void {
    const at = this.#known.length === 0 && this.records.length === 0 ? this.shift : undefined;
    this.records.push(new RecordRow(this.times, undefined, at && { in: at.startsAt, out: at.endsAt }));
  }

  removeRecord(row: RecordRow): void {
    this.records = this.records.filter((it) => it !== row);
  }

  addBreak(row: RecordRow): void {
    const start = row.in.at;
    const at = start === undefined ? {} : { start: start + 4 * 3_600_000, end: start + 4.5 * 3_600_000 };
    row.breaks.push(new BreakRow(this.times, this.kinds[0]?.kind ?? 'meal', undefined, at));
  }

  removeBreak(row: RecordRow, it: BreakRow): void {
    row.breaks = row.breaks.filter((each) => each !== it);
  }

  /** What is typed, and the recorded days that it replaces. */
  get kept(): KeptDays {
    const records = this.records.map(({ id, in: start, out, breaks }) => ({
      id,
      in: start.kept,
      out: out?.kept,
      breaks: breaks.map((it) => ({ id: it.id, kind: it.kind, start: it.start.kept, end: it.end?.kept })),
    }));
    return { from: this.from, to: this.to, known: this.#known, records };
  }

  set kept({ from, to, known, records }: KeptDays) {
    [this.from, this.to, this.#known] = [from, to, known];
    this.records = records.map((kept) => {
      const recorded = known.find(({ record }) => record.id === kept.id);
      const row = new RecordRow(this.times, recorded);
      Object.assign(row.in, kept.in);
      if (row.out) Object.assign(row.out, kept.out);
      row.breaks = kept.breaks.map((it) => {
        const one = new BreakRow(
          this.times,
          it.kind,
          recorded?.breaks.find(({ id }) => id === it.id),
        );
        one.kind = it.kind;
        Object.assign(one.start, it.start);
        if (one.end) Object.assign(one.end, it.end);
        return one;
      });
      return row;
    });
  }

  /** "Next day", "The day before", beside a time that is not on its record's date; else undefined. */
  besides(row: RecordRow, time: TypedTime): string | undefined {
    const day = time.text.slice(0, 10);
    const began = row.in.text.slice(0, 10);
    if (day === '' || began === '') return undefined;
    const within = began < this.from ? this.from : began > this.to ? this.to : began;
    const words = dayBesides(row.recordedOn ?? within, day);
    return words === '' ? undefined : words.charAt(0).toUpperCase() + words.slice(1);
  }

  /** @param now UTC epoch milliseconds */
  read(now: number): Read {
    const troubles: Record<string, string> = {};
    const made = this.records.map((row, index) => recordOf(row, `records.${index}`, troubles));
    const records = made.filter((it) => it !== undefined);
    const complete = records.length === made.length;
    const trouble = complete ? proposalTrouble(records, now) : undefined;
    if (trouble) troubles[trouble.path] = troubleWords(trouble);
    return {
      records: complete && Object.keys(troubles).length === 0 ? records : undefined,
      troubles,
      workedMs: records.reduce((sum, it) => sum + workOf(it, now), 0),
      unchanged: complete && JSON.stringify(records) === JSON.stringify(this.before),
    };
  }

  proposal(records: ProposedRecord[]): DaysProposal {
    return { from: this.from, to: this.to, records };
  }

  #add(days: readonly RecordWithBreaks[]): void {
    this.#known = [...this.#known, ...days].sort((a, b) => a.record.inAt - b.record.inAt);
    const rows = days.map((it) => new RecordRow(this.times, it));
    // A blank record gives way to recorded ones.
    const kept = this.records.filter((row) => row.in.text !== '' || rows.length === 0);
    this.records = [...kept, ...rows].sort((a, b) => (a.in.at ?? 0) - (b.in.at ?? 0));
  }
}

const textOf = (times: Times, at: number): string => `${times.date(at)}T${times.clock(at)}`;

/** A record as it is proposed, unchanged. */
export const proposalOf = ({ record, breaks }: RecordWithBreaks): ProposedRecord => ({
  id: record.id,
  inAt: record.inAt,
  outAt: record.outAt,
  breaks: breaks.map(({ id, kind, startAt, endAt }) => ({ id, kind, startAt, endAt })),
});

function recordOf(
  row: RecordRow,
  path: string,
  troubles: Record<string, string>,
): ProposedRecord | undefined {
  const inAt = typed(row.in, `${path}.inAt`, troubles);
  const outAt = row.out ? typed(row.out, `${path}.outAt`, troubles) : null;
  const breaks = row.breaks.map((it, index) => breakOf(it, `${path}.breaks.${index}`, troubles));
  const complete = breaks.filter((it) => it !== undefined);
  if (inAt === undefined || outAt === undefined || complete.length < breaks.length) return undefined;
  return { id: row.id, inAt, outAt, breaks: complete };
}

function breakOf(row: BreakRow, path: string, troubles: Record<string, string>): ProposedBreak | undefined {
  const startAt = typed(row.start, `${path}.startAt`, troubles);
  const endAt = row.end ? typed(row.end, `${path}.endAt`, troubles) : null;
  if (startAt === undefined || endAt === undefined) return undefined;
  return { id: row.id, kind: row.kind, startAt, endAt };
}

function typed(time: TypedTime, path: string, troubles: Record<string, string>): number | undefined {
  if (time.text !== '' && time.at === undefined)
    troubles[path] = 'The clock did not show this time on that day.';
  return time.at;
}

function workOf({ inAt, outAt, breaks }: ProposedRecord, now: number): number {
  const pauses = breaks.reduce((sum, { startAt, endAt }) => sum + cut(endAt ?? now) - cut(startAt), 0);
  return Math.max(0, cut(outAt ?? now) - cut(inAt) - pauses);
}
