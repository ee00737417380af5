import { AttendanceRecord } from '$contract/attendance/attendance';
import type { Clock } from '$lib/live/Clock.svelte';
import type { MyCorrections } from './corrections/MyCorrections.svelte';
import * as v from 'valibot';
import { closedAutomatically, mayEndNow } from './leaving';
import type { MyPlan } from './MyPlan.svelte';
import type { MyRecords } from './MyRecords.svelte';

interface Dependencies {
  records: MyRecords;
  plan: MyPlan;
  corrections: MyCorrections;
  clock: Clock;
}

/** Records that closed automatically at an assumed end, which their person has not confirmed: “When did you leave?”. */
export class AssumedEnds {
  /** The record that a notification's link names. */
  #linkedId = $state<string>();
  /** The record whose check-out came too late. */
  #late = $state<string>();

  readonly linkedId = $derived.by(() => this.#linkedId);
  /** The record of the question: the linked one, else the newest. */
  readonly current = $derived.by(() => {
    const { records, corrections, clock } = this.dependencies;
    const unconfirmed = records.rows
      .map((record) => closedAutomatically(record, records.breaksOf(record), clock.minute))
      .filter((it) => it.unconfirmed && !corrections.pending(it.workDate, it.workDate))
      .toSorted((a, b) => b.inAt - a.inAt);
    return unconfirmed.find(({ id }) => id === this.#linkedId) ?? unconfirmed[0];
  });

  constructor(private readonly dependencies: Dependencies) {}

  /** Asks about this record first. @returns whether its end is still unconfirmed */
  link(id: string): boolean {
    this.#linkedId = id;
    return this.current?.id === id;
  }

  /** Whether a check-out now can be the end of the record. */
  mayEndNow(record: AttendanceRecord): boolean {
    const { records, plan, clock } = this.dependencies;
    if (this.isLate(record)) return false;
    return mayEndNow(record, { records: records.rows, plan: plan.dates, now: clock.minute });
  }

  /** Whether a check-out came too late, so that the person must enter a time. */
  isLate({ id }: AttendanceRecord): boolean {
    return this.#late === id;
  }

  /** A refused check-out tells a page that was behind that the record has closed automatically. */
  tooLate(current: unknown): void {
    const parsed = v.safeParse(AttendanceRecord, current);
    if (!parsed.success) return;
    this.#late = parsed.output.id;
    this.dependencies.records.learn(parsed.output);
  }
}
