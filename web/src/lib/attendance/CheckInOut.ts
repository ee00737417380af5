import type { AttendanceRecord } from '$contract/attendance/attendance';
import type { ReplacedDays } from '$contract/attendance/corrections/corrections';
import type { Problem } from '$contract/errors';
import type { Receipt } from '$contract/receipts';
import type { ApiClient } from '$lib/api';
import { Command, type Outcome, PERSISTENT } from '$lib/Command.svelte';
import type { Clock } from '$lib/live/Clock.svelte';
import type { MyPlan } from './MyPlan.svelte';
import type { MyRecords } from './MyRecords.svelte';

/** For a button whose label changes with each press: an immediate second press is a mistake. */
export const RESTING = { ...PERSISTENT, rest: 1200 };

export interface Dependencies {
  api: ApiClient;
  clock: Clock;
  records: MyRecords;
  refused(problem: Problem): void;
}

/** The check-in and check-out button. It shows the outcome immediately, and rolls it back with the reason if refused. */
export class CheckInOut {
  readonly command = new Command<AttendanceRecord>(RESTING);

  constructor(
    private readonly it: Dependencies,
    private readonly personId: string,
    private readonly plan: MyPlan,
  ) {}

  /** Closes the open record, or opens one. A running break ends with its record. */
  async press(): Promise<void> {
    const { records } = this.it;
    if (records.open) await this.checkOut(records.open.id);
    else await this.#send('check-in', { guess: (id) => records.guess(this.#begun(id)) });
  }

  /** @param id of the open record, or of one that closed automatically */
  async checkOut(id: string): Promise<void> {
    const { records, clock } = this.it;
    const guess = () => {
      const record = records.get(id);
      const end = { outAt: Math.max(clock.read(), record?.inAt ?? 0), auto: false, unconfirmed: false };
      return record && records.guess({ ...record, ...end });
    };
    // An assumed end is no check-out.
    const isDone = ({ outAt, unconfirmed }: AttendanceRecord) => outAt !== null && !unconfirmed;
    await this.#send('check-out', { id, guess, isDone });
  }

  /** A check-in or check-out took effect. */
  take(record: AttendanceRecord, receipt: Receipt): void {
    this.#watch(() => this.it.records.take(record, receipt));
    this.command.settle(record);
  }

  /** A change without a tap keeps the tap's receipt, except when it confirms the end. */
  update(record: AttendanceRecord, receipt: Receipt): void {
    const unconfirmed = this.it.records.get(record.id)?.unconfirmed;
    if (unconfirmed && !record.unconfirmed && !record.corrected) this.take(record, receipt);
    else this.it.records.update(record, receipt);
  }

  replaceDays(days: ReplacedDays, receipt: Receipt): void {
    this.#watch(() => this.it.records.replaceDays(days, receipt));
  }

  #send(act: 'check-in' | 'check-out', outcome: Outcome<never, AttendanceRecord>): Promise<boolean> {
    const { api, refused } = this.it;
    return this.command.send(
      [act, outcome.id],
      (how, id) => api.attendance[act].$post({ json: { id } }, how),
      { ...outcome, take: ({ record, receipt }) => this.take(record, receipt), refused },
    );
  }

  /** Another device may change the button's meaning under the thumb, so the button rests. */
  #watch(change: () => void): void {
    const before = this.it.records.open?.id;
    change();
    if (this.it.records.open?.id !== before) this.command.rest();
  }

  #begun(id: string): AttendanceRecord {
    const { personId, plan } = this;
    const inAt = this.it.clock.read();
    return {
      id,
      personId,
      workDate: plan.times.date(inAt),
      zone: plan.times.zone,
      inAt,
      outAt: null,
      auto: false,
      corrected: false,
      photo: null,
    };
  }
}
