import type { AttendanceRecord, MyDays, Receipt } from '$contract/attendance';
import { addDays } from '$contract/dates';
import { events } from '$contract/events';
import type { Shift } from '$contract/schedules';
import type { Cursor, Envelope } from '$contract/wire';
import type { ApiClient } from '$lib/api';
import { Clock } from '$lib/Clock.svelte';
import { MyCorrections } from '$lib/corrections/MyCorrections.svelte';
import type { LiveChannel } from '$lib/live/LiveChannel.svelte';
import { LiveCollection } from '$lib/live/LiveCollection.svelte';
import { Denied } from '$lib/live/network';
import { daysBetween, Times } from '$lib/times';
import * as v from 'valibot';
import { daysOf, type Day } from './stay';
import { Tap } from './Tap.svelte';

/** The API gives at most this many days at once. */
const MOST_DAYS = 92;
const PAGE_DAYS = 28;

interface Surroundings {
  api: ApiClient;
  /** The person's own channel, which the whole app shares. */
  channel: LiveChannel;
  /** The session or the right has ended. */
  ended(): void;
}

/** A person's own days, live: the same on every tab and device of theirs. */
export class MyDay {
  readonly times: Times;
  readonly clock: Clock;
  readonly channel: LiveChannel;
  readonly tap: Tap;
  readonly corrections: MyCorrections;
  readonly #api: ApiClient;
  /** Where the snapshot stands. */
  readonly #cursor: Cursor;
  readonly #records: LiveCollection<AttendanceRecord>;
  #receipts = $state.raw<Readonly<Record<string, Receipt>>>({});
  #shifts = $state.raw<MyDays['shifts']>({});
  #from = $state('');
  #earlier = $state<'idle' | 'loading' | 'failed'>('idle');

  /** The local date now: it turns at midnight by itself. */
  readonly today = $derived.by(() => this.times.date(this.clock.minute));
  readonly open = $derived.by(() => this.#records.rows.find(({ outAt }) => outAt === null));
  readonly days: Day[] = $derived.by(() => daysOf(this.#records.rows));

  constructor(personId: string, snapshot: MyDays, { api, channel, ended }: Surroundings) {
    this.#api = api;
    this.times = new Times(snapshot.zone);
    this.clock = new Clock(snapshot.now);
    this.#records = new LiveCollection(snapshot.records);
    this.#receipts = snapshot.receipts;
    this.#from = snapshot.from;
    this.channel = channel;
    this.corrections = new MyCorrections(api, snapshot.corrections);
    this.#shifts = snapshot.shifts;
    this.#cursor = { epoch: snapshot.epoch, head: snapshot.head };
    this.tap = new Tap({
      api,
      now: () => this.clock.read(),
      open: () => this.open,
      blank: (id, at) => ({
        id,
        personId,
        workDate: this.times.date(at),
        zone: this.times.zone,
        inAt: at,
        outAt: null,
        auto: false,
        corrected: false,
        photo: null,
      }),
      guess: (record) => this.#records.guess(record),
      confirm: (record, receipt) => this.#take(record, receipt),
      refused: ({ status }) => (status === 401 ? ended() : void this.channel.refresh()),
    });
  }

  /** Follows the clock and the channel until the returned function is called. */
  start(): () => void {
    const leave = this.channel.join({
      cursor: this.#cursor,
      apply: (event, { replayed }) => this.#apply(event, replayed),
      reload: () => this.#reload(),
    });
    const stops = [this.clock.start(), leave];
    return () => stops.forEach((stop) => stop());
  }

  /** The earliest date that is shown. */
  get from(): string {
    return this.#from;
  }

  /** Whether earlier days are being fetched, or could not be. */
  get earlier(): 'idle' | 'loading' | 'failed' {
    return this.#earlier;
  }

  day(date: string): Day {
    return this.days.find((day) => day.date === date) ?? { date, records: [] };
  }

  /** When the person is expected on a date, if it is known and they are. */
  shiftOn(date: string): Shift | undefined {
    return this.#shifts[date];
  }

  /** The receipt of the latest act that is not a mere guess. */
  get receipt(): { record: AttendanceRecord; receipt: Receipt } | undefined {
    const [record] = this.#records.rows
      .filter(({ id }) => !this.#records.isGuess(id))
      .toSorted((a, b) => b.inAt - a.inAt);
    // Of corrected times the latest entry is the correction's.
    const receipt = record && !record.corrected && this.#receipts[record.id];
    return receipt ? { record, receipt } : undefined;
  }

  async showEarlier(): Promise<void> {
    if (this.#earlier === 'loading') return;
    this.#earlier = 'loading';
    try {
      const page = await this.#read({ to: addDays(this.#from, -1), days: String(PAGE_DAYS) });
      for (const record of page.records) this.#records.upsert(record);
      for (const correction of page.corrections) this.corrections.take(correction);
      this.#shifts = { ...page.shifts, ...this.#shifts };
      this.#receipts = { ...page.receipts, ...this.#receipts };
      this.#from = page.from;
      this.#earlier = 'idle';
    } catch {
      this.#earlier = 'failed';
    }
  }

  #apply({ type, data, entry, at }: Envelope, replayed: boolean): void {
    if (!replayed) this.clock.hear(at);
    if (type === 'correction.updated') this.corrections.take(v.parse(events.user[type], data));
    if (
      type === 'attendance.checked_in' ||
      type === 'attendance.checked_out' ||
      type === 'attendance.updated'
    )
      this.#take(v.parse(events.user[type], data), { entry, at });
  }

  #take(record: AttendanceRecord, receipt: Receipt): void {
    const known = this.#receipts[record.id];
    // An answer may come after the event of a later act on the same record.
    if (known && known.entry > receipt.entry) return this.tap.settle(record);
    const before = this.open?.id;
    this.#records.upsert(record);
    this.#receipts = { ...this.#receipts, [record.id]: receipt };
    this.tap.settle(record);
    if (this.open?.id !== before) this.tap.relabelled();
  }

  /** As many days anew as are shown; what is older than the API gives at once must be asked for again. */
  async #reload(): Promise<Cursor> {
    const days = Math.min(MOST_DAYS, daysBetween(this.#from, this.today));
    const snapshot = await this.#read({ days: String(days) });
    this.clock.hear(snapshot.now);
    this.#records.replace(snapshot.records);
    this.corrections.replace(snapshot.corrections);
    this.#shifts = snapshot.shifts;
    this.#receipts = snapshot.receipts;
    this.#from = snapshot.from;
    for (const record of snapshot.records) this.tap.settle(record);
    return { epoch: snapshot.epoch, head: snapshot.head };
  }

  async #read(query: { to?: string; days: string }): Promise<MyDays> {
    const answer = await this.#api.attendance.mine.$get({ query });
    const status: number = answer.status;
    if (status === 401 || status === 403) throw new Denied();
    if (!answer.ok) throw new Error(`my days: ${status}`);
    return await answer.json();
  }
}
