/** One day, entered for many people. Each person has an outcome. */
import type { BoardPerson } from '$contract/attendance/attendance';
import type { Board } from '$contract/attendance/board';
import { type EnteredDay, wallDateOf, type WallRecord } from '$contract/attendance/corrections/proposals';
import { searchKey, inOrder, searchWords } from '$contract/search-key';
import { HoursReason } from '$contract/text';
import type { ApiClient } from '$lib/api';
import { Command } from '$lib/Command.svelte';
import { fitted } from '$lib/fitted';
import { Times } from '$lib/times';
import { uuidv7 } from '$lib/uuidv7';
import * as v from 'valibot';

/** The API's limit. */
export const MOST = 50;

interface TimeNotes {
  /** "Next day" */
  besides: string | undefined;
  /** The supervisor must choose which of two times it is. */
  twice: boolean;
  /** In the workplace's zone; people in another zone may have had that time. */
  trouble: string | undefined;
}

const recordFrom = (start: string, end: string): WallRecord => ({
  start,
  secondStart: false,
  end,
  secondEnd: false,
  breaks: [],
});

interface Dependencies {
  api: ApiClient;
  /** The supervisor's id: they may not enter their own day. */
  me: string;
  /** Staff number or email of people who share a name, by id. */
  namesakes: ReadonlyMap<string, string>;
}

export class DayEntry {
  date = $state('');
  search = $state('');
  department = $state('');
  chosen = $state<string[]>([]);
  /** Remove the recorded times and enter nothing. */
  removes = $state(false);
  records = $state<WallRecord[]>([recordFrom('09:00', '17:00')]);
  reason = $state('');
  readonly command = new Command();
  /** The workplace's; people in another zone have their own. */
  readonly times: Times;
  readonly #it: Dependencies;
  #people = $state.raw<readonly BoardPerson[]>([]);
  #kinds = $state.raw<Board['breakKinds']>([]);
  #outcomes = $state.raw<EnteredDay['people']>();
  /** By person: a retry sends the same ids. */
  readonly #ids = new Map<string, string>();
  /** The content of these ids: other content gets new ids. */
  #sent = '';

  constructor(day: Pick<Board, 'date' | 'people' | 'breakKinds' | 'zone'>, it: Dependencies) {
    this.#it = it;
    this.times = new Times(day.zone);
    this.date = day.date;
    this.#people = day.people;
    this.#kinds = day.breakKinds;
  }

  readonly #names = $derived.by(() => new Map(this.#people.map(({ id, name }) => [id, name])));
  /** The people who match the search and the department. */
  readonly found = $derived.by(() => {
    const words = searchWords(this.search);
    return this.#people.filter(
      ({ id, department }) =>
        id !== this.#it.me &&
        (this.department === '' || department === this.department) &&
        words.every((word) => searchKey(this.nameOf(id)).includes(word)),
    );
  });
  readonly departments = $derived.by(() =>
    [...new Set(this.#people.flatMap(({ department }) => (department === null ? [] : [department])))].sort(
      inOrder,
    ),
  );
  readonly ready = $derived.by(
    () =>
      this.date !== '' &&
      this.chosen.length > 0 &&
      this.chosen.length <= MOST &&
      (this.removes || this.records.length > 0) &&
      v.is(HoursReason, this.reason),
  );
  readonly outcomes = $derived.by(() => this.#outcomes);
  readonly kinds = $derived.by(() => this.#kinds);

  get kept(): unknown {
    const { date, removes, reason } = this;
    return {
      date,
      removes,
      reason,
      chosen: $state.snapshot(this.chosen),
      records: $state.snapshot(this.records),
    };
  }

  set kept(kept: unknown) {
    const { date, removes, reason } = this;
    const form = { date, removes, reason, chosen: [''], records: [recordFrom('', '')] };
    Object.assign(this, fitted(form, kept));
  }

  nameOf(id: string): string {
    const name = this.#names.get(id) ?? '';
    const distinction = this.#it.namesakes.get(id);
    return distinction === undefined ? name : `${name} (${distinction})`;
  }

  /** Another date has other people and kinds of break; people who were not employed then are no longer chosen. */
  show({ date, people, breakKinds }: Pick<Board, 'date' | 'people' | 'breakKinds'>): void {
    this.date = date;
    this.#people = people;
    this.#kinds = breakKinds;
    this.chosen = this.chosen.filter((id) => people.some((person) => person.id === id));
    const kinds = new Set(breakKinds.map(({ kind }) => kind));
    for (const it of this.records.flatMap(({ breaks }) => breaks))
      if (!kinds.has(it.kind)) it.kind = breakKinds[0]?.kind ?? it.kind;
    this.#ids.clear();
    this.#outcomes = undefined;
  }

  chooseFound(): void {
    this.chosen = [...new Set([...this.chosen, ...this.found.map(({ id }) => id)])];
  }

  addRecord(): void {
    this.records.push(recordFrom('13:00', '17:00'));
  }

  addBreak(record: WallRecord): void {
    const kind = this.#kinds[0]?.kind ?? '';
    record.breaks.push({ kind, start: '12:00', secondStart: false, end: '12:30', secondEnd: false });
  }

  /** @param begins the time is the record's start, or that of a break that begins with it */
  about(record: WallRecord, { time, second }: { time: string; second: boolean }, begins = false): TimeNotes {
    const isTwice = (date: string, at: string) => this.#count(date, at) > 1;
    const dateOf = (chosen: boolean) =>
      begins ? this.date : wallDateOf(this.date, record, { time, second: chosen }, isTwice);
    return {
      besides: dateOf(second) === this.date ? undefined : 'Next day',
      twice: isTwice(dateOf(true), time),
      trouble:
        time !== '' && this.#count(dateOf(second), time) === 0
          ? `The clock in ${this.times.zone} did not show this time.`
          : undefined,
    };
  }

  #count(date: string, time: string): number {
    return this.times.instants(`${date}T${time}`).length;
  }

  async send(): Promise<boolean> {
    const records = this.removes ? [] : $state.snapshot(this.records);
    const content = JSON.stringify([this.date, records, this.reason.trim()]);
    if (this.#sent !== content) this.#ids.clear();
    this.#sent = content;
    const people = this.chosen.map((personId) => ({ id: this.#idOf(personId), personId }));
    const json = { date: this.date, people, records, reason: this.reason.trim() };
    return this.command.send(json, (how) => this.#it.api.attendance.days.$post({ json }, how), {
      fields: ['records', 'reason'],
      take: ({ people }) => this.#take(people),
    });
  }

  #take(outcomes: EnteredDay['people']): void {
    this.#outcomes = outcomes;
    this.#ids.clear();
    // Refused people stay chosen, for another try.
    const refused = outcomes.filter(({ outcome }) => outcome === 'refused');
    this.chosen = refused.map(({ personId }) => personId);
  }

  #idOf(personId: string): string {
    const id = this.#ids.get(personId) ?? uuidv7();
    this.#ids.set(personId, id);
    return id;
  }
}
