import {
  type AttendanceRecord,
  type Board as Snapshot,
  type BoardPerson,
  type Break,
  isOnBoard,
  type Mark,
} from '$contract/attendance/attendance';
import type { BreakKind } from '$contract/settings/settings';
import { type DayPlan, noPlan } from '$contract/schedules/schedules';
import type { RecordWithBreaks } from '$contract/attendance/corrections/corrections';
import { events } from '$contract/events';
import { byName } from '$contract/folded';
import type { Cursor, Envelope } from '$contract/wire';
import type { ApiClient } from '$lib/api';
import { Clock } from '$lib/Clock.svelte';
import { cursorIn } from '$lib/live/cursor';
import { answerOf } from '$lib/live/answer';
import { LiveChannel } from '$lib/live/LiveChannel.svelte';
import { LiveCollection } from '$lib/live/LiveCollection.svelte';
import type { Network } from '$lib/live/network';
import { Renewal } from '$lib/live/Renewal';
import { presenceChannel } from '$lib/live/Online.svelte';
import { Times } from '$lib/times';
import * as v from 'valibot';
import {
  type BoardRow,
  countsOf,
  type Counts,
  feedOf,
  type Happening,
  onBreak,
  type Overdue,
  overdueBreaks,
  rowsOf,
} from './rows';

interface Surroundings {
  api: ApiClient;
  network: Network;
  /** Where `presence` stands. */
  presence: Cursor;
  /** The session or the right has ended. */
  ended(): void;
}

/** Who is expected when is asked anew within this: every board does so, and not all at once. */
const RENEW_MS = 2_000;

const told = events['admin.dashboard'];
type Plan = Pick<Snapshot, 'plans' | 'expected' | 'carried' | 'holiday' | 'breakKinds'>;

/** One day of the whole workplace, live. Every number on the page is counted from these lists: no change costs a question. */
export class Board {
  readonly times: Times;
  readonly clock: Clock;
  readonly channel: LiveChannel;
  /** By which it is told who is online. */
  readonly online: LiveChannel;
  readonly date: string;
  readonly #api: ApiClient;
  readonly #people: LiveCollection<BoardPerson>;
  readonly #records: LiveCollection<AttendanceRecord>;
  readonly #breaks: LiveCollection<Break>;
  readonly #marks: LiveCollection<Mark & { id: string }>;
  #plan = $state.raw<Plan>({ plans: [], expected: {}, carried: {}, holiday: null, breakKinds: [] });
  /** When each person's row last changed before somebody's eyes, by person id: what glows. */
  #touched = $state.raw<ReadonlyMap<string, number>>(new Map());
  readonly #renewal = new Renewal(() => this.channel.renew());

  /** Sorted when people change, which is seldom, and not at every check-in. */
  readonly #byName = $derived.by(() => byName(this.#people.rows, ({ id }) => id));
  /** The minute, and within it each moment at which a break ends by itself: rows are worked out anew then, not every second. */
  readonly #moment = $derived.by(() => {
    const { now, minute } = this.clock;
    const due = this.#breaks.rows.filter(({ endAt, dueAt }) => endAt === null && dueAt <= now);
    return Math.max(minute, ...due.map(({ dueAt }) => dueAt));
  });
  readonly rows: BoardRow[] = $derived.by(() =>
    rowsOf(this.#byName, {
      records: this.#records.rows,
      breaks: this.#breaks.rows,
      marks: this.#marks.rows,
      planOf: (id) => this.#planAt(this.#plan.expected[id]),
      carried: (id) => this.#planAt(this.#plan.carried[id]),
      date: this.date,
      now: this.#moment,
    }),
  );
  readonly counts: Counts = $derived.by(() => countsOf(this.rows, this.clock.minute));
  readonly feed: Happening[] = $derived.by(() => feedOf(this.rows, (kind) => this.kindName(kind)));
  readonly onBreak: (BoardRow & { on: Break })[] = $derived.by(() => onBreak(this.rows));
  /** Who is over their allowance and has not tapped Back. */
  readonly overdue: Overdue[] = $derived.by(() => overdueBreaks(this.rows));
  /** Today's date in the workplace's zone: it turns at midnight by itself. */
  readonly today = $derived.by(() => this.times.date(this.clock.minute));

  constructor(snapshot: Snapshot, { api, network, presence, ended }: Surroundings) {
    this.#api = api;
    this.date = snapshot.date;
    this.times = new Times(snapshot.zone);
    this.clock = new Clock(snapshot.now);
    this.#people = new LiveCollection(snapshot.people);
    this.#records = new LiveCollection(snapshot.records);
    this.#breaks = new LiveCollection(snapshot.breaks);
    this.#marks = new LiveCollection(snapshot.marks.map(byPerson));
    this.#plan = snapshot;
    this.online = presenceChannel(presence, { network, ended, watches: true });
    this.channel = new LiveChannel({
      name: 'admin.dashboard',
      cursor: cursorIn(snapshot.at, 'admin.dashboard'),
      network,
      now: () => this.clock.read(),
      reload: () => this.#reload(),
      apply: (event, how) => this.#apply(event, how.replayed),
      ended,
    });
  }

  /** Follows the clock and the channels until the returned function is called. */
  start(): () => void {
    const stops = [this.clock.start(), this.channel.start(), this.online.start()];
    return () => {
      this.#renewal.stop();
      stops.forEach((stop) => stop());
    };
  }

  get records(): readonly AttendanceRecord[] {
    return this.#records.rows;
  }

  get isToday(): boolean {
    return this.date === this.today;
  }

  /** The holiday's name, if the day is one. */
  get holiday(): string | null {
    return this.#plan.holiday;
  }

  get breakKinds(): readonly BreakKind[] {
    return this.#plan.breakKinds;
  }

  /** What a kind of break is called; one that is no longer among the settings keeps its short word. */
  kindName(kind: string): string {
    return this.breakKinds.find((each) => each.kind === kind)?.name ?? kind;
  }

  /** When this person's row last changed before somebody's eyes; 0 for never. */
  touchedAt(personId: string): number {
    return this.#touched.get(personId) ?? 0;
  }

  markOf(personId: string): Mark | undefined {
    return this.#marks.get(personId);
  }

  /** Shows a mark before the server has confirmed it. */
  guess(mark: Mark): { rollback(): void } {
    return this.#marks.guess(byPerson(mark));
  }

  /** The truth of a mark, as the answer to setting it or as an event tells it. */
  take(mark: Mark): void {
    if (mark.at >= (this.#marks.get(mark.personId)?.at ?? 0) || this.#marks.isGuess(mark.personId))
      this.#marks.upsert(byPerson(mark));
  }

  #planAt(place: number | undefined): DayPlan {
    return this.#plan.plans[place ?? -1] ?? noPlan;
  }

  #apply(event: Envelope, replayed: boolean): void {
    if (!replayed) this.clock.hear(event.at);
    const touched = this.#put(event);
    if (touched && !replayed) this.#touched = new Map(this.#touched).set(touched, performance.now());
  }

  /** @returns whose row changed, if any did */
  #put({ type, data }: Envelope): string | undefined {
    switch (type) {
      case 'attendance.checked_in':
      case 'attendance.checked_out':
      case 'attendance.updated': {
        const { person, record } = v.parse(told[type], data);
        return this.#meet(person, this.#putRecord(record));
      }
      case 'break.updated': {
        const { person, break: pause } = v.parse(told[type], data);
        const here = this.#records.get(pause.recordId) !== undefined;
        if (here) this.#breaks.upsert(pause);
        return this.#meet(person, here);
      }
      case 'day.marked': {
        const mark = v.parse(told[type], data);
        if (mark.workDate !== this.date) return undefined;
        this.#marks.upsert(byPerson(mark));
        return mark.personId;
      }
      case 'days.replaced': {
        const { personId, from, to, days, people } = v.parse(told[type], data);
        const touched = this.#replaceDays(personId, from, to, days);
        const person = people[this.date];
        return person ? this.#meet(person, touched) : touched ? personId : undefined;
      }
      case 'roster.updated':
        this.#renewal.within(RENEW_MS);
    }
    return undefined;
  }

  #meet(person: BoardPerson, touched: boolean): string | undefined {
    if (!same(person, this.#people.get(person.id))) this.#people.upsert(person);
    return touched ? person.id : undefined;
  }

  /** A past day is live too: somebody may close a record of it. Yesterday's night shift leaves today's board when it ends. */
  #putRecord(record: AttendanceRecord): boolean {
    const known = this.#records.get(record.id) !== undefined;
    if (isOnBoard(record, this.date, this.today)) this.#records.upsert(record);
    else if (known) this.#records.delete(record.id);
    else return false;
    return true;
  }

  /** Whole days were corrected: what is not among them is gone. @returns whether this board shows any of it */
  #replaceDays(personId: string, from: string, to: string, days: readonly RecordWithBreaks[]): boolean {
    const gone = this.#records.rows.filter(
      (it) => it.personId === personId && it.workDate >= from && it.workDate <= to,
    );
    for (const { id } of gone) {
      for (const it of this.#breaks.rows) if (it.recordId === id) this.#breaks.delete(it.id);
      this.#records.delete(id);
    }
    const shown = days.filter(({ record }) => this.#putRecord(record));
    for (const it of shown.flatMap(({ breaks }) => breaks)) this.#breaks.upsert(it);
    return gone.length > 0 || shown.length > 0;
  }

  async #reload(): Promise<Cursor> {
    const snapshot = await answerOf(this.#api.attendance.board.$get({ query: { date: this.date } }));
    this.clock.hear(snapshot.now);
    this.#people.replace(snapshot.people);
    this.#records.replace(snapshot.records);
    this.#breaks.replace(snapshot.breaks);
    this.#marks.replace(snapshot.marks.map(byPerson));
    this.#plan = snapshot;
    return cursorIn(snapshot.at, 'admin.dashboard');
  }
}

/** A day has one mark a person. */
const byPerson = (mark: Mark) => ({ ...mark, id: mark.personId });

function same(a: BoardPerson, b: BoardPerson | undefined): boolean {
  const keys = ['name', 'department', 'position', 'category', 'photo'] as const;
  return keys.every((key) => a[key] === b?.[key]);
}
