import { PersonCorrection, BoardDays } from '$contract/attendance/corrections/requests';
import { BoardBreak, Mark, BoardEntry } from '$contract/attendance/attendance';
import { addDays, dateIn } from '$contract/zones';
import type { EventMeta } from '$lib/live/handlers';
import { LiveView, type Snapshot } from '$lib/live/LiveView.svelte';
import type { Dependencies as Live } from '$lib/live/network';

/** The report's filter, as far as an event can be matched to it. */
interface Dependencies extends Live {
  /** Local dates, both included. */
  from: string;
  to: string;
  person?: string;
  /** The workplace's, for break events, which have no date. */
  zone: string;
}

/** Counts the changes of a report since it was loaded. It does not reload by itself: people may be reading. */
export class Changes extends LiveView<Snapshot, Dependencies> {
  /** One action may publish several events with the same journal entry. */
  #entries = $state.raw<ReadonlySet<number>>(new Set());
  readonly count = $derived.by(() => this.#entries.size);
  readonly channel = this.follow('admin.dashboard', {
    'attendance.checked_in': [
      BoardEntry,
      ({ record }, event) => this.#countIfShown(event, record.personId, record.workDate),
    ],
    'attendance.checked_out': [
      BoardEntry,
      ({ record }, event) => this.#countIfShown(event, record.personId, record.workDate),
    ],
    'attendance.updated': [
      BoardEntry,
      ({ record }, event) => this.#countIfShown(event, record.personId, record.workDate),
    ],
    'break.updated': [
      BoardBreak,
      ({ break: { personId, startAt } }, event) => {
        const date = dateIn(this.it.zone, startAt); // or of a night shift that began the day before
        this.#countIfShown(event, personId, date, addDays(date, -1));
      },
    ],
    'day.marked': [Mark, ({ personId, workDate }, event) => this.#countIfShown(event, personId, workDate)],
    'correction.updated': [
      PersonCorrection,
      ({ correction: { personId, from, to } }, event) => this.#countIfShown(event, personId, from, to),
    ],
    'days.replaced': [
      BoardDays,
      ({ personId, from, to }, event) => this.#countIfShown(event, personId, from, to),
    ],
  });

  protected async load(): Promise<Snapshot> {
    return { at: await this.it.network.heads(['admin.dashboard']), now: this.clock.read() };
  }

  /** Events that the log no longer has count as one change. */
  protected override loaded(): void {
    this.#add(0);
  }

  #countIfShown({ entry }: EventMeta, personId: string, ...dates: string[]): void {
    const { from, to, person = personId } = this.it;
    if (person === personId && dates.some((date) => date >= from && date <= to)) this.#add(entry);
  }

  #add(entry: number): void {
    this.#entries = new Set(this.#entries).add(entry);
  }
}
