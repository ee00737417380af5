import {
  type AttendanceRecord,
  type Board as Snapshot,
  type BoardPerson,
  isOnBoard,
} from '$contract/attendance';
import { events } from '$contract/events';
import type { Cursor, Envelope } from '$contract/wire';
import type { ApiClient } from '$lib/api';
import { Clock } from '$lib/Clock.svelte';
import { LiveChannel } from '$lib/live/LiveChannel.svelte';
import { LiveCollection } from '$lib/live/LiveCollection.svelte';
import { Denied, type Network } from '$lib/live/network';
import { Times } from '$lib/times';
import * as v from 'valibot';
import { countsOf, feedOf, inOrder, rowsOf, type BoardRow, type Counts, type Happening } from './rows';

interface Surroundings {
  api: ApiClient;
  network: Network;
  /** The session or the right has ended. */
  ended(): void;
}

/** One day of the whole workplace, live. */
export class Board {
  readonly times: Times;
  readonly clock: Clock;
  readonly channel: LiveChannel;
  readonly date: string;
  readonly #api: ApiClient;
  readonly #people: LiveCollection<BoardPerson>;
  readonly #records: LiveCollection<AttendanceRecord>;
  /** When each person's row last changed before somebody's eyes, by person id: what glows. */
  #touched = $state.raw<ReadonlyMap<string, number>>(new Map());

  /** Sorted when people change, which is seldom, and not at every check-in. */
  readonly #byName = $derived.by(() => inOrder(this.#people.rows));
  readonly rows: BoardRow[] = $derived.by(() => rowsOf(this.#byName, this.#records.rows));
  readonly counts: Counts = $derived.by(() => countsOf(this.rows, this.clock.minute));
  readonly feed: Happening[] = $derived.by(() => feedOf(this.rows));
  /** Today's date in the workplace's zone: it turns at midnight by itself. */
  readonly today = $derived.by(() => this.times.date(this.clock.minute));

  constructor(snapshot: Snapshot, { api, network, ended }: Surroundings) {
    this.#api = api;
    this.date = snapshot.date;
    this.times = new Times(snapshot.zone);
    this.clock = new Clock(snapshot.now);
    this.#people = new LiveCollection(snapshot.people);
    this.#records = new LiveCollection(snapshot.records);
    this.channel = new LiveChannel({
      name: 'admin.dashboard',
      cursor: { epoch: snapshot.epoch, head: snapshot.head },
      network,
      now: () => this.clock.read(),
      reload: () => this.#reload(),
      apply: (event, how) => this.#apply(event, how.replayed),
      ended,
    });
  }

  /** Follows the clock and the channel until the returned function is called. */
  start(): () => void {
    const stops = [this.clock.start(), this.channel.start()];
    return () => stops.forEach((stop) => stop());
  }

  get records(): readonly AttendanceRecord[] {
    return this.#records.rows;
  }

  get isToday(): boolean {
    return this.date === this.today;
  }

  /** When this person's row last changed before somebody's eyes; 0 for never. */
  touchedAt(personId: string): number {
    return this.#touched.get(personId) ?? 0;
  }

  #apply({ type, data, at }: Envelope, replayed: boolean): void {
    if (!replayed) this.clock.hear(at);
    if (type !== 'attendance.checked_in' && type !== 'attendance.checked_out') return;
    const { person, record } = v.parse(events['admin.dashboard'][type], data);
    if (!same(person, this.#people.get(person.id))) this.#people.upsert(person);
    // A past day is live too: somebody may close a record of it. Yesterday's night shift leaves today's board when it ends.
    if (isOnBoard(record, this.date, this.today)) this.#records.upsert(record);
    else if (this.#records.get(record.id)) this.#records.delete(record.id);
    else return;
    if (!replayed) this.#touched = new Map(this.#touched).set(person.id, performance.now());
  }

  async #reload(): Promise<Cursor> {
    const answer = await this.#api.attendance.board.$get({ query: { date: this.date } });
    const status: number = answer.status;
    if (status === 401 || status === 403) throw new Denied();
    if (!answer.ok) throw new Error(`board: ${status}`);
    const snapshot = await answer.json();
    this.clock.hear(snapshot.now);
    this.#people.replace(snapshot.people);
    this.#records.replace(snapshot.records);
    return { epoch: snapshot.epoch, head: snapshot.head };
  }
}

function same(a: BoardPerson, b: BoardPerson | undefined): boolean {
  return a.name === b?.name && a.department === b.department && a.position === b.position;
}
