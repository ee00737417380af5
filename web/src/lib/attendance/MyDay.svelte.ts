import { AttendanceRecord, Break, OwnMark } from '$contract/attendance/attendance';
import { addDays } from '$contract/zones';
import {
  type RecordWithBreaks,
  Correction,
  ReplacedDays,
} from '$contract/attendance/corrections/corrections';
import type { MyDays } from '$contract/attendance/my-days';
import type { Problem } from '$contract/errors';
import type { Shift } from '$contract/schedules/schedules';
import type { PageDependencies } from '$lib/api';
import { MyCorrections } from './corrections/MyCorrections.svelte';
import { answerOf } from '$lib/live/network';
import type { LiveChannel } from '$lib/live/LiveChannel.svelte';
import { LiveView } from '$lib/live/LiveView.svelte';
import type { Outbox } from '$lib/outbox/Outbox.svelte';
import type { PhotoSend } from '$lib/people/photos/send';
import { daysBetween } from '$lib/times';
import { type Allowance, allowancesOf } from './allowances';
import { AssumedEnds } from './AssumedEnds.svelte';
import { BreakCommand } from './BreakCommand';
import { CheckInOut } from './CheckInOut';
import { blankDate, datesOf, type MyDate } from './dates';
import { pastEndOf } from './leaving';
import { MyPlan } from './MyPlan.svelte';
import { MyRecords } from './MyRecords.svelte';
import { outlook, shiftOn } from './outlook';

/** The API gives at most this many days at once. */
const MOST_DAYS = 92;
const PAGE_DAYS = 28;

interface Dependencies extends PageDependencies {
  /** The person's id. */
  person: string;
  /** The person's own channel; the layout starts it. */
  own: LiveChannel<`user.${string}`>;
  /** What the person tapped on this device; the layout starts it. */
  outbox: Outbox;
  /** Tells the person that a tap waits for another person's decision. */
  waits(correction: Correction): void;
  /** The channel that everyone follows; the layout starts it. */
  presence: LiveChannel<'presence'>;
}

/** Spreads the reloads of the people who follow a changed schedule. */
const RELOAD_MS = 2_000;
/** Spreads the reloads of the whole workplace: ten thousand pages at one moment would be too many. */
const RELOAD_ALL_MS = 10_000;

/** A person's own days, live on all their tabs and devices. */
export class MyDay extends LiveView<MyDays, Dependencies> {
  readonly corrections = new MyCorrections(this.it.api, this.latest.corrections);
  readonly #records = new MyRecords(this.latest, this.clock);
  readonly #plan = new MyPlan(this.latest);
  readonly #ends = new AssumedEnds({
    records: this.#records,
    plan: this.#plan,
    corrections: this.corrections,
    clock: this.clock,
  });
  readonly #dependencies = {
    outbox: this.it.outbox,
    clock: this.clock,
    records: this.#records,
    refused: (problem: Problem) => {
      if (problem.code === 'check_out_late') this.#ends.tooLate(problem.current);
      if (problem.status === 401) this.it.ended();
      else void this.channel.refresh();
    },
    proposed: (correction: Correction) => {
      this.corrections.take(correction);
      this.it.waits(correction);
    },
  };
  readonly checkInOut = new CheckInOut(this.#dependencies, this.it.person, this.#plan);
  readonly breakCommand = new BreakCommand(
    this.#dependencies,
    (kind) => this.allowances.find((it) => it.kind === kind)?.left ?? 0,
  );
  readonly channel = this.follow(this.it.own, {
    'attendance.checked_in': [AttendanceRecord, (record, event) => this.checkInOut.take(record, event)],
    'attendance.checked_out': [AttendanceRecord, (record, event) => this.checkInOut.take(record, event)],
    'attendance.updated': [AttendanceRecord, (record, event) => this.checkInOut.update(record, event)],
    'break.updated': [Break, (it, event) => this.breakCommand.take(it, event)],
    'days.replaced': [ReplacedDays, (days, event) => this.checkInOut.replaceDays(days, event)],
    'correction.updated': [Correction, (correction) => this.corrections.take(correction)],
    'day.marked': [OwnMark, (mark) => this.#plan.mark(mark)],
    'roster.updated': () => this.reloadWithin(RELOAD_MS),
  });
  #from = $state(this.latest.from);
  #earlier = $state<'idle' | 'loading' | 'failed'>('idle');

  /** The earliest date shown. */
  readonly from = $derived.by(() => this.#from);
  readonly earlier = $derived.by(() => this.#earlier);
  readonly times = $derived.by(() => this.#plan.times);
  readonly breakKinds = $derived.by(() => this.#plan.kinds);
  readonly open = $derived.by(() => this.#records.open);
  readonly on = $derived.by(() => this.#records.on);
  readonly overdue = $derived.by(() => this.#records.overdue);
  readonly receipt = $derived.by(() => this.#records.receipt);
  /** The record about which the page asks “When did you leave?”. */
  readonly left = $derived.by(() => this.#ends.current);
  /** The record that a notification's link names. */
  readonly linkedId = $derived.by(() => this.#ends.linkedId);
  /** The local date; it changes at midnight. */
  readonly today = $derived.by(() => this.times.date(this.clock.minute));
  readonly pastEnd = $derived.by(() => pastEndOf(this.open, this.clock.minute));
  readonly allowances: Allowance[] = $derived.by(() => {
    const breaks = this.#records.breaksOn(this.open?.workDate ?? this.today);
    return allowancesOf(this.breakKinds, breaks, this.clock.now);
  });
  /** From today back to the earliest date shown, without dates that have nothing to show. */
  readonly days: MyDate[] = $derived.by(() =>
    datesOf({
      from: this.#from,
      to: this.today,
      plan: this.#plan.dates,
      marks: this.#plan.marks,
      records: this.#records.rows,
      breaks: this.#records.breaks,
      now: this.clock.minute,
    }),
  );
  /** The schedule in words, for a person who is not checked in. */
  readonly outlook = $derived.by(() =>
    outlook(this.#plan.dates, {
      today: this.today,
      now: this.clock.minute,
      times: this.times,
      been: (date) => this.#records.rows.some(({ workDate }) => workDate === date),
    }),
  );

  constructor(snapshot: MyDays, it: Dependencies) {
    super(snapshot, it);
    this.follow(it.presence, { 'roster.updated': () => this.reloadWithin(RELOAD_ALL_MS) });
  }

  override start(): () => void {
    const stops = [super.start(), this.checkInOut.start(), this.breakCommand.start()];
    return () => stops.forEach((stop) => stop());
  }

  /** Asks about this record first. @returns whether its end is still unconfirmed */
  link(id: string): boolean {
    return this.#ends.link(id);
  }

  mayEndNow(record: AttendanceRecord): boolean {
    return this.#ends.mayEndNow(record);
  }

  isLate(record: AttendanceRecord): boolean {
    return this.#ends.isLate(record);
  }

  day(date: string): MyDate {
    return this.days.find((it) => it.date === date) ?? blankDate(date, this.#plan.dates.holidays[date]);
  }

  shiftOn(date: string): Shift | undefined {
    return shiftOn(this.#plan.dates, date);
  }

  recorded(date: string): RecordWithBreaks[] {
    return this.#records.withBreaks(this.day(date).records);
  }

  breaksOf(record: AttendanceRecord): Break[] {
    return this.#records.breaksOf(record);
  }

  nameOf(kind: string): string {
    return this.#plan.nameOf(kind);
  }

  /** The open record that can get a check-in photo: the server knows it, and the workplace takes photos. */
  get arrived(): AttendanceRecord | undefined {
    const { open } = this;
    return open && this.#plan.checkInPhoto && !this.#records.isGuess(open.id) ? open : undefined;
  }

  /** Adds a photo to a record; the channel then delivers the record. */
  sendPhoto(id: string, how: Parameters<PhotoSend>[0]): ReturnType<PhotoSend> {
    return this.it.api.attendance.records[':id'].photo.$put({ param: { id } }, how);
  }

  async showEarlier(): Promise<void> {
    if (this.#earlier === 'loading') return;
    this.#earlier = 'loading';
    try {
      const page = await this.#read({ to: addDays(this.#from, -1), days: String(PAGE_DAYS) });
      this.#records.add(page);
      for (const correction of page.corrections) this.corrections.take(correction);
      this.#plan.add(page);
      this.#from = page.from;
      this.#earlier = 'idle';
    } catch {
      this.#earlier = 'failed';
    }
  }

  /** Loads the next day's plan after midnight; a failure leaves the page without it. */
  async renewPlan(): Promise<void> {
    if (this.#plan.knows(addDays(this.today, 1))) return;
    await this.#read({ days: '2' }).then(
      (page) => this.#plan.addPlans(page),
      () => undefined,
    );
  }

  /** Loads the days shown, up to the API's limit; the person must ask again for older ones. */
  protected load(): Promise<MyDays> {
    const days = Math.min(MOST_DAYS, daysBetween(this.#from, this.today));
    return this.#read({ days: String(days) });
  }

  protected override loaded(snapshot: MyDays): void {
    this.#records.replace(snapshot);
    this.corrections.replace(snapshot.corrections);
    this.#plan.replace(snapshot);
    this.#from = snapshot.from;
    this.it.outbox.show();
  }

  async #read(query: { to?: string; days: string }): Promise<MyDays> {
    return answerOf(this.it.api.attendance.mine.$get({ query }));
  }
}
