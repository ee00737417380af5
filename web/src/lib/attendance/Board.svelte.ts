import {
  type AttendanceRecord,
  type Board as Snapshot,
  type BoardEntry,
  type BoardPerson,
  type Break,
  isOnBoard,
  type Mark,
} from '$contract/attendance/attendance';
import type { BoardDays } from '$contract/attendance/corrections/requests';
import type { BreakKind } from '$contract/settings/settings';
import { type DayPlan, noPlan } from '$contract/schedules/schedules';
import { byName } from '$contract/search-key';
import type { PageDependencies } from '$lib/api';
import { answerOf } from '$lib/live/network';
import type { EventMeta } from '$lib/live/handlers';
import type { LiveChannel } from '$lib/live/LiveChannel.svelte';
import { LiveView } from '$lib/live/LiveView.svelte';
import { Times } from '$lib/times';
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

interface Dependencies extends PageDependencies {
  /** Which the page around follows. */
  presence: LiveChannel<'presence'>;
}

/** Who is expected when is loaded again within this: every board does so, and not all at once. */
const RELOAD_MS = 2_000;

/** One day of the whole workplace, live. Every number on the page is counted from these lists: no change costs a question. */
export class Board extends LiveView<Snapshot, Dependencies> {
  readonly times = new Times(this.latest.zone);
  readonly date = this.latest.date;
  readonly #people = this.collect<BoardPerson>(({ people }) => people);
  readonly #records = this.collect<AttendanceRecord>(({ records }) => records);
  readonly #breaks = this.collect<Break>(({ breaks }) => breaks);
  readonly #marks = this.collect<Mark & { id: string }>(
    ({ marks }) => marks.map(byPerson),
    ({ at }) => at,
  );
  readonly channel = this.follow('admin.dashboard', {
    'attendance.checked_in': (entry, told) => this.#putEntry(entry, told),
    'attendance.checked_out': (entry, told) => this.#putEntry(entry, told),
    'attendance.updated': (entry, told) => this.#putEntry(entry, told),
    'break.updated': ({ person, break: pause }, told) => {
      const here = this.#records.get(pause.recordId) !== undefined;
      if (here) this.#breaks.upsert(pause);
      this.#meet(person, here, told);
    },
    'day.marked': (mark, told) => {
      if (mark.workDate === this.date) this.#marks.upsert(byPerson(mark));
      if (mark.workDate === this.date) this.#touch(mark.personId, told);
    },
    'days.replaced': (days, told) => this.#replaceDays(days, told),
    'roster.updated': () => this.reloadWithin(RELOAD_MS),
  });
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
      planOf: (id) => this.#planAt(this.latest.expected[id]),
      carried: (id) => this.#planAt(this.latest.carried[id]),
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

  override start(): () => void {
    this.it.presence.watch();
    return super.start();
  }

  /** Everyone who is online by id; undefined while that is not known. */
  get online(): ReadonlySet<string> | undefined {
    return this.it.presence.present;
  }

  get records(): readonly AttendanceRecord[] {
    return this.#records.rows;
  }

  get isToday(): boolean {
    return this.date === this.today;
  }

  /** The holiday's name, if the day is one. */
  get holiday(): string | null {
    return this.latest.holiday;
  }

  get breakKinds(): readonly BreakKind[] {
    return this.latest.breakKinds;
  }

  /** What a kind of break is called; one that is no longer among the settings keeps its short word. */
  kindName(kind: string): string {
    return this.breakKinds.find((each) => each.kind === kind)?.name ?? kind;
  }

  /** When this person's row last changed before somebody's eyes; 0 for never. */
  touchedAt(personId: string): number {
    return this.#people.touchedAt(personId);
  }

  markOf(personId: string): Mark | undefined {
    return this.#marks.get(personId);
  }

  /** Shows a mark before the server has confirmed it. */
  guess(mark: Mark): { rollback(): void } {
    return this.#marks.guess(byPerson(mark));
  }

  /** The answer to setting a mark; a later one may have been told already. */
  take(mark: Mark): void {
    this.#marks.upsert(byPerson(mark));
  }

  protected load(): Promise<Snapshot> {
    return answerOf(this.it.api.attendance.board.$get({ query: { date: this.date } }));
  }

  #planAt(place: number | undefined): DayPlan {
    return this.latest.plans[place ?? -1] ?? noPlan;
  }

  #putEntry({ person, record }: BoardEntry, told: EventMeta): void {
    this.#meet(person, this.#putRecord(record), told);
  }

  /** A past day is live too: somebody may close a record of it. Yesterday's night shift leaves today's board when it ends. */
  #putRecord(record: AttendanceRecord): boolean {
    const known = this.#records.get(record.id) !== undefined;
    if (isOnBoard(record, this.date, this.today)) this.#records.upsert(record);
    else if (known) this.#records.delete(record.id);
    else return false;
    return true;
  }

  /** Whole days were corrected: what is not among them is gone. */
  #replaceDays({ personId, from, to, days, people }: BoardDays, told: EventMeta): void {
    const gone = this.#records.rows.filter(
      (it) => it.personId === personId && it.workDate >= from && it.workDate <= to,
    );
    for (const { id } of gone) {
      for (const it of this.#breaks.rows) if (it.recordId === id) this.#breaks.delete(it.id);
      this.#records.delete(id);
    }
    const shown = days.filter(({ record }) => this.#putRecord(record));
    for (const it of shown.flatMap(({ breaks }) => breaks)) this.#breaks.upsert(it);
    const touched = gone.length > 0 || shown.length > 0;
    const person = people[this.date];
    if (person) this.#meet(person, touched, told);
    else if (touched) this.#touch(personId, told);
  }

  #meet(person: BoardPerson, touched: boolean, told: EventMeta): void {
    if (!same(person, this.#people.get(person.id))) this.#people.upsert(person);
    if (touched) this.#touch(person.id, told);
  }

  #touch(personId: string, { replayed }: EventMeta): void {
    if (!replayed) this.#people.touch(personId);
  }
}

/** A day has one mark a person. */
const byPerson = (mark: Mark) => ({ ...mark, id: mark.personId });

function same(a: BoardPerson, b: BoardPerson | undefined): boolean {
  const keys = ['name', 'department', 'position', 'category', 'photo'] as const;
  return keys.every((key) => a[key] === b?.[key]);
}
