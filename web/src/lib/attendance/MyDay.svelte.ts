import type { AttendanceRecord, Break, Receipted } from '$contract/attendance/attendance';
import { addDays } from '$contract/zones';
import type { RecordWithBreaks } from '$contract/attendance/corrections/corrections';
import type { MyDays } from '$contract/attendance/my-days';
import type { Problem } from '$contract/errors';
import type { Shift } from '$contract/schedules/schedules';
import type { PageDependencies } from '$lib/api';
import { MyCorrections } from './corrections/MyCorrections.svelte';
import { answerOf } from '$lib/live/network';
import type { LiveChannel } from '$lib/live/LiveChannel.svelte';
import { LiveView } from '$lib/live/LiveView.svelte';
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
  /** Whose days these are, by id. */
  person: string;
  /** One's own channel, which the page around follows. */
  own: LiveChannel<`user.${string}`>;
  /** The channel that everyone follows, likewise. */
  presence: LiveChannel<'presence'>;
}

/** A changed roster is loaded within this, so that those who follow one schedule do not come at the same moment. */
const RELOAD_MS = 2_000;
/** And within this if it concerns the whole workplace: ten thousand pages would be a storm otherwise. */
const RELOAD_ALL_MS = 10_000;

/** A person's own days, live: the same on every tab and device of theirs. */
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
  readonly #tapping = {
    api: this.it.api,
    clock: this.clock,
    records: this.#records,
    refused: (problem: Problem) => {
      if (problem.code === 'check_out_late') this.#ends.tooLate(problem.current);
      if (problem.status === 401) this.it.ended();
      else void this.channel.refresh();
    },
  };
  readonly checkInOut = new CheckInOut({ ...this.#tapping, personId: this.it.person, plan: this.#plan });
  readonly breakCommand = new BreakCommand(this.#tapping);
  readonly channel = this.follow(this.it.own, {
    'attendance.checked_in': (record, told) => this.checkInOut.take(record, told),
    'attendance.checked_out': (record, told) => this.checkInOut.take(record, told),
    'attendance.updated': (record, told) => this.checkInOut.update(record, told),
    'break.updated': (it, told) => this.breakCommand.take(it, told),
    'days.replaced': (days, told) => this.checkInOut.replaceDays(days, told),
    'correction.updated': (correction) => this.corrections.take(correction),
    'day.marked': (mark) => this.#plan.mark(mark),
    'roster.updated': () => this.reloadWithin(RELOAD_MS),
  });
  #from = $state(this.latest.from);
  #earlier = $state<'idle' | 'loading' | 'failed'>('idle');

  readonly times = $derived.by(() => this.#plan.times);
  readonly breakKinds = $derived.by(() => this.#plan.kinds);
  readonly open = $derived.by(() => this.#records.open);
  readonly on = $derived.by(() => this.#records.on);
  readonly overdue = $derived.by(() => this.#records.overdue);
  readonly receipt = $derived.by(() => this.#records.receipt);
  /** The record about which the page asks “When did you leave?”. */
  readonly left = $derived.by(() => this.#ends.current);
  readonly asked = $derived.by(() => this.#ends.asked);
  /** The local date now: it turns at midnight by itself. */
  readonly today = $derived.by(() => this.times.date(this.clock.minute));
  readonly pastEnd = $derived.by(() => pastEndOf(this.open, this.clock.minute));
  readonly allowances: Allowance[] = $derived.by(() => {
    const breaks = this.#records.breaksOn(this.open?.workDate ?? this.today);
    return allowancesOf(this.breakKinds, breaks, this.clock.now);
  });
  /** From the earliest date shown to today, the newest first; without dates that have nothing to show. */
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
  /** What the schedule says while the person is not checked in. */
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

  /** @returns whether there is something to ask about that record */
  ask(id: string): boolean {
    return this.#ends.ask(id);
  }

  mayEndNow(record: AttendanceRecord): boolean {
    return this.#ends.mayEndNow(record);
  }

  isLate(record: AttendanceRecord): boolean {
    return this.#ends.isLate(record);
  }

  /** The answer to “I left at …”. */
  confirmed({ record, receipt }: Receipted): void {
    this.checkInOut.take(record, receipt);
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
    return this.days.find((it) => it.date === date) ?? blankDate(date, this.#plan.dates.holidays[date]);
  }

  /** When the person is expected on a date, if it is known and they are. */
  shiftOn(date: string): Shift | undefined {
    return shiftOn(this.#plan.dates, date);
  }

  /** The records of a date with their breaks, as a correction has them. */
  recorded(date: string): RecordWithBreaks[] {
    return this.#records.withBreaks(this.day(date).records);
  }

  breaksOf(record: AttendanceRecord): Break[] {
    return this.#records.breaksOf(record);
  }

  nameOf(kind: string): string {
    return this.#plan.nameOf(kind);
  }

  /** The open record, once the server knows it and if the workplace takes photos at check-in. */
  get arrived(): AttendanceRecord | undefined {
    const { open } = this;
    return open && this.#plan.checkInPhoto && !this.#records.isGuess(open.id) ? open : undefined;
  }

  /** Adds a photo to one's own record; the record comes back by the channel. */
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

  /** After midnight the next day's plan is fetched; without an answer the page goes on without it. */
  async renewPlan(): Promise<void> {
    if (this.#plan.knows(addDays(this.today, 1))) return;
    await this.#read({ days: '2' }).then(
      (page) => this.#plan.addPlans(page),
      () => undefined,
    );
  }

  /** As many days again as are shown; what is older than the API gives at once must be asked for again. */
  protected load(): Promise<MyDays> {
    const days = Math.min(MOST_DAYS, daysBetween(this.#from, this.today));
    return this.#read({ days: String(days) });
  }

  protected override loaded(snapshot: MyDays): void {
    this.#records.replace(snapshot);
    for (const record of snapshot.records) this.checkInOut.command.settle(record);
    for (const it of snapshot.breaks) this.breakCommand.command.settle(it);
    this.corrections.replace(snapshot.corrections);
    this.#plan.replace(snapshot);
    this.#from = snapshot.from;
  }

  async #read(query: { to?: string; days: string }): Promise<MyDays> {
    return answerOf(this.it.api.attendance.mine.$get({ query }));
  }
}
