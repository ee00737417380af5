import type { AttendanceRecord, Break } from '$contract/attendance/attendance';
import type { Receipt } from '$contract/receipts';
import type { ReplacedDays } from '$contract/attendance/corrections/corrections';
import type { Problem } from '$contract/errors';
import type { MyDays } from '$contract/attendance/my-days';
import type { ApiClient } from '$lib/api';
import type { Clock } from '$lib/live/Clock.svelte';
import { uuidv7 } from 'uuidv7';
import type { MyPlan } from './MyPlan.svelte';
import type { MyRecords } from './MyRecords.svelte';
import { type Allowance, type Pause, pausing } from './pause';
import { Tap } from './Tap.svelte';
import { type Turn, turning } from './turn';

interface Dependencies {
  personId: string;
  api: ApiClient;
  clock: Clock;
  plan: MyPlan;
  records: MyRecords;
  refused(problem: Problem): void;
}

/** The big button and the break buttons: what they do, and when a change of the records gives them another meaning. */
export class MyTaps {
  readonly tap: Tap<Turn, AttendanceRecord>;
  readonly pause: Tap<Pause, Break>;
  readonly #clock: Clock;
  readonly #records: MyRecords;

  constructor({ personId, api, clock, plan, records, refused }: Dependencies) {
    this.#clock = clock;
    this.#records = records;
    const now = () => clock.read();
    this.tap = new Tap(
      turning({
        api,
        now,
        refused,
        record: (id) => records.get(id),
        blank: (id, at) => ({
          id,
          personId,
          workDate: plan.times.date(at),
          zone: plan.times.zone,
          inAt: at,
          outAt: null,
          auto: false,
          corrected: false,
          photo: null,
        }),
        guess: (record) => records.guess(record),
        confirm: (record, receipt) => this.take(record, receipt),
      }),
    );
    this.pause = new Tap(
      pausing({
        api,
        now,
        refused,
        guess: (it) => records.guessBreak(it),
        confirm: (it, receipt) => this.takeBreak(it, receipt),
      }),
    );
  }

  /** Checks out of what is open, or in. A break that is on ends with its record. */
  async turn(): Promise<void> {
    const { open } = this.#records;
    await this.tap.press(open ? { act: 'check-out', id: open.id } : { act: 'check-in', id: uuidv7() });
  }

  /** Begins a break of that kind in the open record. */
  async startBreak({ kind, left }: Allowance): Promise<void> {
    const { open: record, on } = this.#records;
    if (!record || on || left === 0 || this.tap.sending) return;
    await this.pause.press({ act: 'start', id: uuidv7(), record, kind, dueAt: this.#clock.read() + left });
  }

  /** Ends the break that is on, or that was assumed to end. */
  async endBreak(): Promise<void> {
    const it = this.#records.on ?? this.#records.overdue;
    if (it) await this.pause.press({ act: 'end', id: it.id, break: it });
  }

  /** A check-in or check-out took effect. */
  take(record: AttendanceRecord, receipt: Receipt): void {
    const before = this.#records.open?.id;
    this.#records.take(record, receipt);
    this.tap.settle(record);
    if (this.#records.open?.id !== before) this.tap.relabelled();
  }

  takeBreak(it: Break, receipt: Receipt): void {
    const before = this.#records.on?.id;
    this.#records.takeBreak(it, receipt);
    this.pause.settle(it);
    if (this.#records.on?.id !== before) this.pause.relabelled();
  }

  /** Changed otherwise than by a tap: the receipt stays that of the tap, unless its end was confirmed just now. */
  update(record: AttendanceRecord, receipt: Receipt): void {
    const unconfirmed = this.#records.get(record.id)?.unconfirmed;
    if (unconfirmed && !record.unconfirmed && !record.corrected) this.take(record, receipt);
    else this.#records.update(record, receipt);
  }

  replaceDays(days: ReplacedDays, receipt: Receipt): void {
    const before = this.#records.open?.id;
    this.#records.replaceDays(days, receipt);
    if (this.#records.open?.id !== before) this.tap.relabelled();
  }

  /** A new snapshot answers presses that had no answer. */
  replace(snapshot: MyDays): void {
    this.#records.replace(snapshot);
    for (const record of snapshot.records) this.tap.settle(record);
    for (const it of snapshot.breaks) this.pause.settle(it);
  }
}
