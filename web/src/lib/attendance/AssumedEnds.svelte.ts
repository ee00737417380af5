import { AttendanceRecord } from '$contract/attendance/attendance';
import type { Clock } from '$lib/live/Clock.svelte';
import type { MyCorrections } from './corrections/MyCorrections.svelte';
import * as v from 'valibot';
import { closedByItself, mayEndNow } from './leaving';
import type { MyPlan } from './MyPlan.svelte';
import type { MyRecords } from './MyRecords.svelte';

interface Dependencies {
  records: MyRecords;
  plan: MyPlan;
  corrections: MyCorrections;
  clock: Clock;
}

/** Records that closed by themselves at an assumed end, until their person confirms it: “When did you leave?”. */
export class AssumedEnds {
  /** The record that a notification's link names. */
  #asked = $state<string>();
  /** The record of which a check-out came too late. */
  #late = $state<string>();

  /** The record that the page asks about: the one named, or the newest. */
  readonly current = $derived.by(() => {
    const { records, corrections, clock } = this.dependencies;
    const unconfirmed = records.rows
      .map((record) => closedByItself(record, records.breaksOf(record), clock.minute))
      .filter((it) => it.unconfirmed && !corrections.pending(it.workDate, it.workDate))
      .toSorted((a, b) => b.inAt - a.inAt);
    return unconfirmed.find(({ id }) => id === this.#asked) ?? unconfirmed[0];
  });

  constructor(private readonly dependencies: Dependencies) {}

  get asked(): string | undefined {
    return this.#asked;
  }

  /** Asks about that record before any other. @returns whether its end is still unconfirmed */
  ask(id: string): boolean {
    this.#asked = id;
    return this.current?.id === id;
  }

  /** Whether a check-out now can be the end of the record. */
  mayEndNow(record: AttendanceRecord): boolean {
    const { records, plan, clock } = this.dependencies;
    if (this.isLate(record)) return false;
    return mayEndNow(record, { records: records.rows, plan: plan.dates, now: clock.minute });
  }

  /** Whether a check-out of it came too late, so that only a time can be its end. */
  isLate({ id }: AttendanceRecord): boolean {
    return this.#late === id;
  }

  /** A page that was behind learns from a refused check-out that the record has closed by itself. */
  tooLate(current: unknown): void {
    const parsed = v.safeParse(AttendanceRecord, current);
    if (!parsed.success) return;
    this.#late = parsed.output.id;
    this.dependencies.records.learn(parsed.output);
  }
}
