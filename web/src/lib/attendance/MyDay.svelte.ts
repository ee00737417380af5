import {
  AttendanceRecord,
  type Break,
  type OwnMark,
  type Receipt,
  type Receipted,
} from '$contract/attendance';
import type { MyDays } from '$contract/my-days';
import { addDays } from '$contract/dates';
import { isOn } from '$contract/day';
import type { RecordWithBreaks, ReplacedDays } from '$contract/corrections';
import { events } from '$contract/events';
import type { Shift } from '$contract/schedules';
import type { BreakKind } from '$contract/settings';
import type { Cursor, Envelope } from '$contract/wire';
import type { ApiClient } from '$lib/api';
import { Clock } from '$lib/Clock.svelte';
import { MyCorrections } from '$lib/corrections/MyCorrections.svelte';
import { answerOf } from '$lib/live/answer';
import type { LiveChannel } from '$lib/live/LiveChannel.svelte';
import { LiveCollection } from '$lib/live/LiveCollection.svelte';
import { Renewal } from '$lib/live/Renewal';
import type { PhotoSend } from '$lib/photos/send';
import { daysBetween, Times } from '$lib/times';
import { uuidv7 } from 'uuidv7';
import * as v from 'valibot';
import { blankDate, datesOf, type MyDate } from './dates';
import { closedByItself, mayEndNow, pastEndOf } from './leaving';
import { joined, outlook, type Plan, shiftOn } from './outlook';
import { overdueOf } from './overrun';
import { type Allowance, allowancesOf, type Pause, pausing } from './pause';
import { Tap } from './Tap.svelte';
import { type Turn, turning } from './turn';

/** The API gives at most this many days at once. */
const MOST_DAYS = 92;
const PAGE_DAYS = 28;

interface Surroundings {
  api: ApiClient;
  /** The person's own channel, which the whole app shares. */
  channel: LiveChannel;
  /** The channel that everyone follows, shared likewise. */
  presence: LiveChannel;
  /** The session or the right has ended. */
  ended(): void;
}

/** A changed roster is asked for within this, so that those who follow one schedule do not come at the same moment. */
const RENEW_MS = 2_000;
/** And within this if it concerns the whole workplace: ten thousand pages would be a storm otherwise. */
const RENEW_ALL_MS = 10_000;

/** A person's own days, live: the same on every tab and device of theirs. */
export class MyDay {
  /** By the person's zone, which a setting may change while the page is open. */
  readonly times = $derived.by(() => new Times(this.#zone));
  readonly clock: Clock;
  readonly channel: LiveChannel;
  readonly corrections: MyCorrections;
  /** The big button, and the break buttons. */
  readonly tap: Tap<Turn, AttendanceRecord>;
  readonly pause: Tap<Pause, Break>;
  readonly #api: ApiClient;
  /** Where the snapshot stands. */
  readonly #cursor: Cursor;
  readonly #presence: LiveChannel;
  readonly #presenceAt: Cursor;
  readonly #renewal = new Renewal(() => this.channel.renew());
  #zone = $state('');
  #photos = $state(false);
  readonly #records: LiveCollection<AttendanceRecord>;
  readonly #breaks: LiveCollection<Break>;
  /** The latest journal entry heard of, by the id of a record or a break. */
  readonly #entries = new Map<string, number>();
  #receipts = $state.raw<Readonly<Record<string, Receipt>>>({});
  #marks = $state.raw<Readonly<Record<string, OwnMark>>>({});
  #plan = $state.raw<Plan>({ plans: {}, holidays: {} });
  #kinds = $state.raw<readonly BreakKind[]>([]);
  #from = $state('');
  /** The last date whose plan is known. */
  #planned = '';
  #earlier = $state<'idle' | 'loading' | 'failed'>('idle');
  /** The record about whose end somebody asked: a notification leads there. */
  #asked = $state<string>();
  /** The record of which a check-out came too late. */
  #late = $state<string>();

  /** The local date now: it turns at midnight by itself. */
  readonly today = $derived.by(() => this.times.date(this.clock.minute));
  /** The record that a check-out would close: one that should have been closed by itself is open in name only. */
  readonly open = $derived.by(() => {
    const [latest] = this.#records.rows
      .filter(({ outAt }) => outAt === null)
      .toSorted((a, b) => b.inAt - a.inAt);
    return latest && this.clock.minute < (latest.dueAt ?? Infinity) ? latest : undefined;
  });
  /** The break that is on; it ends on the second, whether or not the job has written it down. */
  readonly on = $derived.by(() =>
    this.#breaks.rows.find((it) => it.recordId === this.open?.id && isOn(it, this.clock.now)),
  );
  /** The break that was assumed to end at its allowance, while its person may still say when they came back. */
  readonly overdue = $derived.by(() => this.open && overdueOf(this.open, this.#breaks.rows, this.clock.now));
  readonly pastEnd = $derived.by(() => pastEndOf(this.open, this.clock.minute));
  /** The record about which the page asks “When did you leave?”: the one named, or the newest that closed by itself. */
  readonly left = $derived.by(() => {
    const those = this.#records.rows
      .map((record) => closedByItself(record, this.breaksOf(record), this.clock.minute))
      .filter(({ unconfirmed, workDate }) => unconfirmed && !this.corrections.pending(workDate, workDate))
      .toSorted((a, b) => b.inAt - a.inAt);
    return those.find(({ id }) => id === this.#asked) ?? those[0];
  });
  readonly allowances: Allowance[] = $derived.by(() => {
    const date = this.open?.workDate ?? this.today;
    const ids = new Set(this.#records.rows.filter(({ workDate }) => workDate === date).map(({ id }) => id));
    const breaks = this.#breaks.rows.filter(({ recordId }) => ids.has(recordId));
    return allowancesOf(this.#kinds, breaks, this.clock.now);
  });
  /** From the earliest date shown to today, the newest first; without those of which there is nothing to tell. */
  readonly days: MyDate[] = $derived.by(() =>
    datesOf({
      ...{ from: this.#from, to: this.today, plan: this.#plan, marks: this.#marks },
      ...{ records: this.#records.rows, breaks: this.#breaks.rows, now: this.clock.minute },
    }),
  );
  /** What the schedule has to say while one is not checked in. */
  readonly outlook = $derived.by(() =>
    outlook(this.#plan, {
      ...{ today: this.today, now: this.clock.minute, times: this.times },
      been: (date) => this.#records.rows.some(({ workDate }) => workDate === date),
    }),
  );

  constructor(personId: string, snapshot: MyDays, { api, channel, presence, ended }: Surroundings) {
    this.#api = api;
    this.clock = new Clock(snapshot.now);
    this.#records = new LiveCollection(snapshot.records);
    this.#breaks = new LiveCollection(snapshot.breaks);
    this.#show(snapshot);
    this.channel = channel;
    this.#presence = presence;
    this.#presenceAt = { epoch: snapshot.epoch, head: snapshot.presence };
    this.corrections = new MyCorrections(api, snapshot.corrections);
    this.#cursor = { epoch: snapshot.epoch, head: snapshot.head };
    const now = () => this.clock.read();
    const refused = ({ status }: { status: number }) =>
      status === 401 ? ended() : void this.channel.refresh();
    this.tap = new Tap(
      turning({
        ...{ api, now },
        refused: (problem) => {
          if (problem.code === 'check_out_late') this.#tooLate(problem.current);
          refused(problem);
        },
        record: (id) => this.#records.get(id),
        blank: (id, at) => ({
          ...{ id, personId, workDate: this.times.date(at), zone: this.times.zone },
          ...{ inAt: at, outAt: null, auto: false, corrected: false, photo: null },
        }),
        guess: (record) => this.#records.guess(record),
        confirm: (record, receipt) => this.#take(record, receipt),
      }),
    );
    this.pause = new Tap(
      pausing({
        ...{ api, now, refused },
        guess: (it) => this.#breaks.guess(it),
        confirm: (it, receipt) => this.#takeBreak(it, receipt),
      }),
    );
  }

  /** Follows the clock and the channel until the returned function is called. */
  start(): () => void {
    const leave = this.channel.join({
      cursor: this.#cursor,
      apply: (event, { replayed }) => this.#apply(event, replayed),
      reload: () => this.#reload(),
    });
    const leaveEveryone = this.#presence.join({
      cursor: this.#presenceAt,
      apply: ({ type }) => type === 'roster.updated' && this.#renewal.within(RENEW_ALL_MS),
      reload: async () => {
        const { epoch, presence } = await this.#read({ days: '1' });
        this.#renewal.within(RENEW_ALL_MS);
        return { epoch, head: presence };
      },
    });
    const stops = [this.clock.start(), leave, leaveEveryone, () => this.#renewal.stop()];
    return () => stops.forEach((stop) => stop());
  }

  /** Checks out of what is open, or in. A break that is on ends with its record. */
  async turn(): Promise<void> {
    const { open } = this;
    await this.tap.press(open ? { act: 'check-out', id: open.id } : { act: 'check-in', id: uuidv7() });
  }

  /** Begins a break of that kind in the open record. */
  async startBreak({ kind, left }: Allowance): Promise<void> {
    const record = this.open;
    if (!record || this.on || left === 0 || this.tap.sending) return;
    await this.pause.press({ act: 'start', id: uuidv7(), record, kind, dueAt: this.clock.read() + left });
  }

  /** Ends the break that is on, or that was assumed to end. */
  async endBreak(): Promise<void> {
    const it = this.on ?? this.overdue;
    if (it) await this.pause.press({ act: 'end', id: it.id, break: it });
  }

  /** Whether a check-out now can be the end of a record that closed by itself. */
  mayEndNow(record: AttendanceRecord): boolean {
    if (this.#late === record.id) return false;
    return mayEndNow(record, { records: this.#records.rows, plan: this.#plan, now: this.clock.minute });
  }

  /** Whether a check-out of it came too late, so that only a time can be its end. */
  isLate({ id }: AttendanceRecord): boolean {
    return this.#late === id;
  }

  /** Asks about the end of that record before any other. @returns whether there is something to ask */
  ask(id: string): boolean {
    this.#asked = id;
    return this.left?.id === id;
  }

  get asked(): string | undefined {
    return this.#asked;
  }

  /** The answer to saying when one left. */
  confirmed({ record, receipt }: Receipted): void {
    this.#take(record, receipt);
  }

  /** The earliest date that is shown. */
  get from(): string {
    return this.#from;
  }

  /** Whether earlier days are being fetched, or could not be. */
  get earlier(): 'idle' | 'loading' | 'failed' {
    return this.#earlier;
  }

  day(date: string): MyDate {
    return this.days.find((it) => it.date === date) ?? blankDate(date, this.#plan.holidays[date]);
  }

  /** When the person is expected on a date, if it is known and they are. */
  shiftOn(date: string): Shift | undefined {
    return shiftOn(this.#plan, date);
  }

  /** The records of a date with their breaks, as a correction has them. */
  recorded(date: string): RecordWithBreaks[] {
    const { records, breaks } = this.day(date);
    return records.map((record) => ({
      record,
      breaks: breaks
        .filter(({ recordId }) => recordId === record.id)
        .toSorted((a, b) => a.startAt - b.startAt),
    }));
  }

  breaksOf({ id }: AttendanceRecord): Break[] {
    return this.#breaks.rows.filter(({ recordId }) => recordId === id);
  }

  get breakKinds(): readonly BreakKind[] {
    return this.#kinds;
  }

  /** What a kind of break is called, also one that there is no more. */
  nameOf(kind: string): string {
    return this.#kinds.find((it) => it.kind === kind)?.name ?? kind.replaceAll('_', ' ');
  }

  /** The receipt of the latest check-in or check-out that is not a mere guess. */
  get receipt(): { record: AttendanceRecord; receipt: Receipt } | undefined {
    const [record] = this.#records.rows
      .filter(({ id }) => !this.#records.isGuess(id))
      .toSorted((a, b) => b.inAt - a.inAt);
    // Corrected times are no longer those that were tapped.
    const receipt = record && !record.corrected && this.#receipts[record.id];
    return receipt ? { record, receipt } : undefined;
  }

  /** The open record, once the server knows it and if the workplace takes photos at check-in. */
  get arrived(): AttendanceRecord | undefined {
    return this.open && this.#photos && !this.#records.isGuess(this.open.id) ? this.open : undefined;
  }

  /** Adds a photo to one's own record; the record comes back by the channel. */
  sendPhoto(id: string, how: Parameters<PhotoSend>[0]): ReturnType<PhotoSend> {
    return this.#api.attendance.records[':id'].photo.$put({ param: { id } }, how);
  }

  async showEarlier(): Promise<void> {
    if (this.#earlier === 'loading') return;
    this.#earlier = 'loading';
    try {
      const page = await this.#read({ to: addDays(this.#from, -1), days: String(PAGE_DAYS) });
      for (const record of page.records) this.#records.upsert(record);
      for (const it of page.breaks) this.#breaks.upsert(it);
      for (const correction of page.corrections) this.corrections.take(correction);
      this.#show(page);
      this.#earlier = 'idle';
    } catch {
      this.#earlier = 'failed';
    }
  }

  /** After midnight the next day's plan is asked for; without an answer the page goes on without it. */
  async renewPlan(): Promise<void> {
    if (addDays(this.today, 1) <= this.#planned) return;
    await this.#read({ days: '2' }).then(
      (page) => this.#plans(page, page.to),
      () => undefined,
    );
  }

  #apply({ type, data, entry, at }: Envelope, replayed: boolean): void {
    if (!replayed) this.clock.hear(at);
    if (type === 'attendance.checked_in' || type === 'attendance.checked_out')
      this.#take(v.parse(events.user[type], data), { entry, at });
    else if (type === 'attendance.updated') this.#update(v.parse(events.user[type], data), { entry, at });
    else if (type === 'correction.updated') this.corrections.take(v.parse(events.user[type], data));
    else if (type === 'days.replaced') this.#replaceDays(v.parse(events.user[type], data), { entry, at });
    else if (type === 'break.updated') this.#takeBreak(v.parse(events.user[type], data), { entry, at });
    else if (type === 'roster.updated') this.#renewal.within(RENEW_MS);
    else if (type === 'day.marked') {
      const mark = v.parse(events.user[type], data);
      this.#marks = { ...this.#marks, [mark.workDate]: mark };
    }
  }

  /** A page that was behind learns that the record has closed by itself. */
  #tooLate(current: unknown): void {
    const told = v.safeParse(AttendanceRecord, current);
    if (!told.success) return;
    this.#late = told.output.id;
    this.#records.upsert(told.output);
  }

  /** Changed otherwise than by a tap: the receipt stays that of the tap, unless its end was confirmed just now. */
  #update(record: AttendanceRecord, receipt: Receipt): void {
    const confirmed = this.#records.get(record.id)?.unconfirmed && !record.unconfirmed && !record.corrected;
    if (confirmed) return this.#take(record, receipt);
    this.#entries.set(record.id, receipt.entry);
    this.#records.upsert(record);
  }

  /** Whole days were corrected: what is not among them is gone. */
  #replaceDays({ from, to, days }: ReplacedDays, receipt: Receipt): void {
    const before = this.open?.id;
    for (const { id, workDate } of this.#records.rows) {
      if (workDate < from || workDate > to) continue;
      for (const it of this.#breaks.rows) if (it.recordId === id) this.#breaks.delete(it.id);
      this.#records.delete(id);
    }
    for (const { record, breaks } of days) {
      this.#update(record, receipt);
      for (const it of breaks) this.#breaks.upsert(it);
    }
    if (this.open?.id !== before) this.tap.relabelled();
  }

  #take(record: AttendanceRecord, receipt: Receipt): void {
    // An answer may come after the event of a later act on the same record.
    if (this.#knowsLater(record, receipt)) return this.tap.settle(record);
    const before = this.open?.id;
    this.#records.upsert(record);
    this.#receipts = { ...this.#receipts, [record.id]: receipt };
    this.tap.settle(record);
    if (this.open?.id !== before) this.tap.relabelled();
  }

  #takeBreak(it: Break, receipt: Receipt): void {
    if (this.#knowsLater(it, receipt)) return this.pause.settle(it);
    const before = this.on?.id;
    this.#breaks.upsert(it);
    this.#receipts = { ...this.#receipts, [it.id]: receipt };
    this.pause.settle(it);
    if (this.on?.id !== before) this.pause.relabelled();
  }

  /** Whether an entry later than that has been heard of already; if not, that one is the latest now. */
  #knowsLater({ id }: { id: string }, { entry }: Receipt): boolean {
    if ((this.#entries.get(id) ?? 0) > entry) return true;
    this.#entries.set(id, entry);
    return false;
  }

  /** Adds what a page knows beside records and breaks; what is known of later stays as it is. */
  #show(page: MyDays): void {
    for (const [id, { entry }] of Object.entries(page.receipts)) this.#entries.set(id, entry);
    this.#receipts = { ...page.receipts, ...this.#receipts };
    this.#marks = { ...Object.fromEntries(page.marks.map((it) => [it.workDate, it])), ...this.#marks };
    this.#plans(page, page.to);
    this.#kinds = page.breakKinds;
    this.#zone = page.zone;
    this.#photos = page.checkInPhoto;
    this.#from = page.from;
  }

  #plans(plan: Plan, to: string): void {
    this.#plan = joined(this.#plan, plan);
    if (this.#planned <= to) this.#planned = addDays(to, 1);
  }

  /** As many days anew as are shown; what is older than the API gives at once must be asked for again. */
  async #reload(): Promise<Cursor> {
    const days = Math.min(MOST_DAYS, daysBetween(this.#from, this.today));
    const snapshot = await this.#read({ days: String(days) });
    this.clock.hear(snapshot.now);
    this.#records.replace(snapshot.records);
    this.#breaks.replace(snapshot.breaks);
    this.corrections.replace(snapshot.corrections);
    this.#entries.clear();
    this.#receipts = {};
    this.#marks = {};
    this.#plan = { plans: {}, holidays: {} };
    this.#show(snapshot);
    for (const record of snapshot.records) this.tap.settle(record);
    for (const it of snapshot.breaks) this.pause.settle(it);
    return { epoch: snapshot.epoch, head: snapshot.head };
  }

  async #read(query: { to?: string; days: string }): Promise<MyDays> {
    return answerOf(this.#api.attendance.mine.$get({ query }));
  }
}
