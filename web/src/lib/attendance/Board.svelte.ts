import {
  type AttendanceRecord,
  type BoardPerson,
  type Break,
  BoardEntry,
  BoardBreak,
  Mark,
} from '$contract/attendance/attendance';
import { type Board as Snapshot, isOnBoard } from '$contract/attendance/board';
import { BoardDays } from '$contract/attendance/corrections/requests';
import type { DayPlan } from '$contract/schedules/schedules';
import { noPlan } from '$contract/schedules/plan';
import { byName } from '$contract/search-key';
import type { PageDependencies } from '$lib/api';
import { answerOf } from '$lib/live/network';
import type { EventMeta } from '$lib/live/handlers';
import type { LiveChannel } from '$lib/live/LiveChannel.svelte';
import { LiveView } from '$lib/live/LiveView.svelte';
import { Presence } from '$lib/live/Presence.svelte';
import { Times } from '$lib/times';
import {
  type BoardRow,
  countsOf,
  type Counts,
  feedOf,
  type FeedItem,
  onBreak,
  type Overdue,
  overdueBreaks,
  rowsOf,
} from './rows';

interface Dependencies extends PageDependencies {
  /** The layout starts it. */
  presence: LiveChannel<'presence'>;
}

/** Spreads the reloads of all boards after a change of the roster. */
const RELOAD_MS = 2_000;

/** One day of the whole workplace, live. The page counts its numbers from these lists, so a change needs no request. */
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
    'attendance.checked_in': [BoardEntry, (entry, event) => this.#putEntry(entry, event)],
    'attendance.checked_out': [BoardEntry, (entry, event) => this.#putEntry(entry, event)],
    'attendance.updated': [BoardEntry, (entry, event) => this.#putEntry(entry, event)],
    'break.updated': [
      BoardBreak,
      ({ person, break: pause }, event) => {
        const here = this.#records.get(pause.recordId) !== undefined;
        if (here) this.#breaks.upsert(pause);
        this.#putPerson(person, here, event);
      },
    ],
    'day.marked': [
      Mark,
      (mark, event) => {
        if (mark.workDate === this.date) this.#marks.upsert(byPerson(mark));
        if (mark.workDate === this.date) this.#touch(mark.personId, event);
      },
    ],
    'days.replaced': [BoardDays, (days, event) => this.#replaceDays(days, event)],
    'roster.updated': () => this.reloadWithin(RELOAD_MS),
  });
  /** Sorted when people change, not at every check-in. */
  readonly #byName = $derived.by(() => byName(this.#people.rows, ({ id }) => id));
  /** Changes each minute and when a break ends automatically, so that rows are not computed every second. */
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
  readonly feed: FeedItem[] = $derived.by(() => feedOf(this.rows, (kind) => this.kindName(kind)));
  readonly onBreak: (BoardRow & { on: Break })[] = $derived.by(() => onBreak(this.rows));
  readonly overdue: Overdue[] = $derived.by(() => overdueBreaks(this.rows));
  /** Today in the workplace's zone; it changes at midnight. */
  readonly today = $derived.by(() => this.times.date(this.clock.minute));
  /** The ids of the people online; undefined while that is unknown. */
  readonly online = $derived.by(() => this.it.presence.present);
  readonly records = $derived.by(() => this.#records.rows);
  readonly isToday = $derived.by(() => this.date === this.today);
  readonly holiday = $derived.by(() => this.latest.holiday);

  override start(): () => void {
    this.it.presence.watch(new Presence());
    return super.start();
  }

  /** The name of a kind of break; the kind itself if the settings no longer have it. */
  kindName(kind: string): string {
    return this.latest.breakKinds.find((each) => each.kind === kind)?.name ?? kind;
  }

  /** When an event last changed this row while the page was live; 0 for never. */
  touchedAt(personId: string): number {
    return this.#people.touchedAt(personId);
  }

  markOf(personId: string): Mark | undefined {
    return this.#marks.get(personId);
  }

  guess(mark: Mark): { rollback(): void } {
    return this.#marks.guess(byPerson(mark));
  }

  /** Takes the answer to a mark; an event may have brought a newer one before. */
  take(mark: Mark): void {
    this.#marks.upsert(byPerson(mark));
  }

  protected load(): Promise<Snapshot> {
    return answerOf(this.it.api.attendance.board.$get({ query: { date: this.date } }));
  }

  #planAt(place: number | undefined): DayPlan {
    return this.latest.plans[place ?? -1] ?? noPlan;
  }

  #putEntry({ person, record }: BoardEntry, event: EventMeta): void {
    this.#putPerson(person, this.#putRecord(record), event);
  }

  /** Records of a past day may still close. Yesterday's night shift leaves today's board when it ends. */
  #putRecord(record: AttendanceRecord): boolean {
    const known = this.#records.get(record.id) !== undefined;
    if (isOnBoard(record, this.date, this.today)) this.#records.upsert(record);
    else if (known) this.#records.delete(record.id);
    else return false;
    return true;
  }

  /** A correction replaces whole days, so their other records are deleted. */
  #replaceDays({ personId, from, to, days, people }: BoardDays, event: EventMeta): void {
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
    if (person) this.#putPerson(person, touched, event);
    else if (touched) this.#touch(personId, event);
  }

  #putPerson(person: BoardPerson, touched: boolean, event: EventMeta): void {
    if (!same(person, this.#people.get(person.id))) this.#people.upsert(person);
    if (touched) this.#touch(person.id, event);
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
