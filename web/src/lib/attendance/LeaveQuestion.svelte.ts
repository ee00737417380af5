import type { AttendanceRecord } from '$contract/attendance/attendance';
import { lastTap } from '$contract/attendance/assumed-end';
import { HoursReason } from '$contract/text';
import type { ApiClient } from '$lib/api';
import { proposalOf, TypedTime } from './corrections/DayDraft.svelte';
import { Command } from '$lib/Command.svelte';
import { fitted } from '$lib/fitted';
import { Times } from '$lib/times';
import * as v from 'valibot';
import type { MyDay } from './MyDay.svelte';

/** A typed time counts immediately, or is a proposal for a supervisor. */
type Meaning = { act: 'confirm' | 'propose'; at: number } | { act: 'none'; trouble: string | undefined };

/** “When did you leave?”, about a record that closed automatically. */
export class LeaveQuestion {
  readonly times: Times;
  readonly time: TypedTime;
  /** The end that counts until the person confirms one. */
  readonly assumed: number;
  reason = $state('');
  #choosesTime = $state(false);
  #leaving = $state(false);
  readonly #command = new Command();

  readonly meaning: Meaning = $derived.by(() => this.#read());
  /** Whether the time field shows: the person chose it, or a check-out came too late. */
  readonly asksTime = $derived.by(() => this.#choosesTime || this.day.isLate(this.record));
  readonly mayLeaveNow = $derived.by(() => this.day.mayEndNow(this.record));
  /** A request about this record is running. A running check-in must not block these buttons. */
  readonly busy = $derived.by(() => this.#command.busy || this.#leaving);
  readonly trouble = $derived.by(() => this.#command.message);
  readonly ready = $derived.by(() => {
    const { act } = this.meaning;
    return act === 'confirm' || (act === 'propose' && v.is(HoursReason, this.reason));
  });

  constructor(
    private readonly day: MyDay,
    private readonly api: ApiClient,
    readonly record: AttendanceRecord,
  ) {
    this.times = new Times(record.zone);
    this.time = new TypedTime(this.times, record.outAt);
    this.assumed = record.outAt ?? record.inAt;
  }

  askTime(on = true): void {
    this.#choosesTime = on;
  }

  get kept() {
    return this.#choosesTime || this.reason !== ''
      ? { time: this.time.kept, reason: this.reason }
      : undefined;
  }

  set kept(kept) {
    const { time, reason } = fitted({ time: this.time.kept, reason: this.reason }, kept);
    Object.assign(this.time, time);
    this.reason = reason;
    this.#choosesTime = true;
  }

  /** A check-out of this record, as the big button sends it. */
  async leaveNow(): Promise<void> {
    this.#leaving = true;
    await this.day.checkInOut.checkOut(this.record.id);
    this.#leaving = false;
  }

  /** “I left at …”, up to the assumed end. */
  async confirm(outAt: number): Promise<void> {
    const json = { id: this.record.id, outAt };
    await this.#command.send(json, (how) => this.api.attendance['confirm-check-out'].$post({ json }, how), {
      take: ({ record, receipt }) => this.day.checkInOut.take(record, receipt),
    });
  }

  async send(): Promise<void> {
    const { meaning } = this;
    if (meaning.act === 'none' || !this.ready || this.busy) return;
    if (meaning.act === 'confirm') return this.confirm(meaning.at);
    const { id, workDate } = this.record;
    const recorded = this.day.recorded(workDate).map(proposalOf);
    const records = recorded.map((it) => (it.id === id ? { ...it, outAt: meaning.at } : it));
    await this.day.corrections.request(this.#command, {
      days: { from: workDate, to: workDate, records },
      reason: this.reason.trim(),
    });
  }

  #read(): Meaning {
    const { at } = this.time;
    if (at === undefined)
      return {
        act: 'none',
        trouble: this.time.text === '' ? undefined : 'The clock did not show this time on that day.',
      };
    const first = lastTap(this.record, this.day.breaksOf(this.record));
    if (at > this.day.clock.now) return { act: 'none', trouble: 'This must not be in the future.' };
    // People type minutes; a tap has seconds.
    if (at < Math.floor(first / 60_000) * 60_000)
      return {
        act: 'none',
        trouble: `Your last tap was at ${this.times.clock(first)}. For an earlier time, correct the whole day.`,
      };
    const then = Math.max(at, first);
    return { act: then <= this.assumed ? 'confirm' : 'propose', at: then };
  }
}
