import { addDays, dateIn } from '$contract/zones';
import type { EventMeta } from '$lib/live/handlers';
import { LiveView, type Snapshot } from '$lib/live/LiveView.svelte';
import type { Dependencies as Live } from '$lib/live/network';

/** What a report was asked for, as far as an event tells whether it concerns it. */
interface Dependencies extends Live {
  /** Local dates, both included. */
  from: string;
  to: string;
  person?: string;
  /** The workplace's, for breaks, which tell no date. */
  zone: string;
}

/** What has changed of a report since it was loaded. It is only counted: nothing is loaded anew under the reader's hands. */
export class Changes extends LiveView<Snapshot, Dependencies> {
  /** One act may tell several things: they have one entry of the journal. */
  #entries = $state.raw<ReadonlySet<number>>(new Set());
  readonly channel = this.follow('admin.dashboard', {
    'attendance.checked_in': ({ record }, told) => this.#hear(told, record.personId, record.workDate),
    'attendance.checked_out': ({ record }, told) => this.#hear(told, record.personId, record.workDate),
    'attendance.updated': ({ record }, told) => this.#hear(told, record.personId, record.workDate),
    'break.updated': ({ break: { personId, startAt } }, told) => {
      const date = dateIn(this.it.zone, startAt); // or a night's that began the day before
      this.#hear(told, personId, date, addDays(date, -1));
    },
    'day.marked': ({ personId, workDate }, told) => this.#hear(told, personId, workDate),
    'correction.updated': ({ correction: { personId, from, to } }, told) =>
      this.#hear(told, personId, from, to),
    'days.replaced': ({ personId, from, to }, told) => this.#hear(told, personId, from, to),
  });

  get count(): number {
    return this.#entries.size;
  }

  protected async load(): Promise<Snapshot> {
    return { at: await this.it.network.heads(['admin.dashboard']), now: this.clock.read() };
  }

  /** What the log no longer tells counts as one change: nobody knows. */
  protected override loaded(): void {
    this.#add(0);
  }

  #hear({ entry }: EventMeta, personId: string, ...dates: string[]): void {
    const { from, to, person = personId } = this.it;
    if (person === personId && dates.some((date) => date >= from && date <= to)) this.#add(entry);
  }

  #add(entry: number): void {
    this.#entries = new Set(this.#entries).add(entry);
  }
}
