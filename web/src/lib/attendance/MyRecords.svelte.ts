import type { AttendanceRecord, Break } from '$contract/attendance/attendance';
import type { Receipt } from '$contract/receipts';
import type { RecordWithBreaks, ReplacedDays } from '$contract/attendance/corrections/corrections';
import { isOn } from '$contract/attendance/day';
import type { MyDays } from '$contract/attendance/my-days';
import type { Clock } from '$lib/live/Clock.svelte';
import { LiveCollection } from '$lib/live/LiveCollection.svelte';
import { overdueOf } from './overrun';

/** A person's own records with their breaks and receipts. */
export class MyRecords {
  readonly #records: LiveCollection<AttendanceRecord>;
  readonly #breaks: LiveCollection<Break>;
  /** The latest journal entry received, by the id of a record or a break. */
  readonly #entries = new Map<string, number>();
  /** By the same ids. */
  #receipts = $state.raw<Readonly<Record<string, Receipt>>>({});

  readonly rows = $derived.by(() => this.#records.rows);
  readonly breaks = $derived.by(() => this.#breaks.rows);
  /** The record that a check-out would close. One past its due time counts as closed. */
  readonly open = $derived.by(() => {
    const [latest] = this.rows.filter(({ outAt }) => outAt === null).toSorted(byLatest);
    return latest && this.clock.minute < (latest.dueAt ?? Infinity) ? latest : undefined;
  });
  /** The running break. It ends on the second, before the job has written it. */
  readonly on = $derived.by(() =>
    this.breaks.find((it) => it.recordId === this.open?.id && isOn(it, this.clock.now)),
  );
  /** The break that ended at its allowance, while its person may still end it. */
  readonly overdue = $derived.by(() => this.open && overdueOf(this.open, this.breaks, this.clock.now));
  /** The receipt of the latest check-in or check-out that the server has confirmed. */
  readonly receipt = $derived.by(() => {
    const [record] = this.rows.filter(({ id }) => !this.isGuess(id)).toSorted(byLatest);
    // A correction replaces the tapped times, so the tap's receipt no longer applies.
    const receipt = record && !record.corrected && this.#receipts[record.id];
    return receipt ? { record, receipt } : undefined;
  });

  constructor(
    snapshot: MyDays,
    private readonly clock: Clock,
  ) {
    this.#records = new LiveCollection(snapshot.records);
    this.#breaks = new LiveCollection(snapshot.breaks);
    this.#addReceipts(snapshot);
  }

  get(id: string): AttendanceRecord | undefined {
    return this.#records.get(id);
  }

  isGuess(id: string): boolean {
    return this.#records.isGuess(id);
  }

  breaksOf({ id }: AttendanceRecord): Break[] {
    return this.breaks.filter(({ recordId }) => recordId === id);
  }

  breaksOn(date: string): Break[] {
    return this.rows.filter(({ workDate }) => workDate === date).flatMap((record) => this.breaksOf(record));
  }

  /** The breaks of each record in the order they began. */
  withBreaks(records: readonly AttendanceRecord[]): RecordWithBreaks[] {
    return records.map((record) => ({
      record,
      breaks: this.breaksOf(record).toSorted((a, b) => a.startAt - b.startAt),
    }));
  }

  guess(record: AttendanceRecord): { rollback(): void } {
    return this.#records.guess(record);
  }

  guessBreak(it: Break): { rollback(): void } {
    return this.#breaks.guess(it);
  }

  /** The outcome of a tap. Its answer may come after the event of a later change. */
  take(record: AttendanceRecord, receipt: Receipt): void {
    if (this.#isOutdated(record.id, receipt)) return;
    this.#records.upsert(record);
    this.#keep(record.id, receipt);
  }

  takeBreak(it: Break, receipt: Receipt): void {
    if (this.#isOutdated(it.id, receipt)) return;
    this.#breaks.upsert(it);
    this.#keep(it.id, receipt);
  }

  /** A change without a tap: the record keeps the tap's receipt. */
  update(record: AttendanceRecord, { entry }: Receipt): void {
    this.#entries.set(record.id, entry);
    this.#records.upsert(record);
  }

  /** Takes the server's record without a receipt. */
  learn(record: AttendanceRecord): void {
    this.#records.upsert(record);
  }

  /** A correction replaces whole days, so their other records are deleted. */
  replaceDays({ from, to, days }: ReplacedDays, receipt: Receipt): void {
    for (const record of this.rows) {
      if (record.workDate < from || record.workDate > to) continue;
      for (const { id } of this.breaksOf(record)) this.#breaks.delete(id);
      this.#records.delete(record.id);
    }
    for (const { record, breaks } of days) {
      this.update(record, receipt);
      for (const it of breaks) this.#breaks.upsert(it);
    }
  }

  /** Adds a page of earlier days. */
  add(page: MyDays): void {
    for (const record of page.records) this.#records.upsert(record);
    for (const it of page.breaks) this.#breaks.upsert(it);
    this.#addReceipts(page);
  }

  replace(snapshot: MyDays): void {
    this.#records.replace(snapshot.records);
    this.#breaks.replace(snapshot.breaks);
    this.#entries.clear();
    this.#receipts = {};
    this.#addReceipts(snapshot);
  }

  /** A known receipt is newer than the page's. */
  #addReceipts({ receipts }: MyDays): void {
    for (const [id, { entry }] of Object.entries(receipts)) this.#entries.set(id, entry);
    this.#receipts = { ...receipts, ...this.#receipts };
  }

  #keep(id: string, { entry, at }: Receipt): void {
    this.#entries.set(id, entry);
    this.#receipts = { ...this.#receipts, [id]: { entry, at } };
  }

  #isOutdated(id: string, { entry }: Receipt): boolean {
    return (this.#entries.get(id) ?? 0) > entry;
  }
}

const byLatest = (a: AttendanceRecord, b: AttendanceRecord): number => b.inAt - a.inAt;
