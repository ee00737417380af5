/** One day, entered for many people at once. What is typed stays; each person has an outcome. */
import type { BoardPerson } from '$contract/attendance';
import { EnteredDay, type WallRecord } from '$contract/corrections';
import { folded, wordsOf } from '$contract/folded';
import { HoursReason } from '$contract/text';
import type { ApiClient } from '$lib/api';
import { Sending } from '$lib/Sending.svelte';
import { uuidv7 } from 'uuidv7';
import * as v from 'valibot';

/** As many as the API takes at once. */
export const MOST = 50;

export class DayEntry {
  date = $state('');
  sought = $state('');
  department = $state('');
  chosen = $state<string[]>([]);
  /** Remove what is recorded, and enter nothing. */
  removes = $state(false);
  records = $state<WallRecord[]>([{ start: '09:00', end: '17:00', breaks: [] }]);
  reason = $state('');
  readonly sending = new Sending();
  #people = $state.raw<readonly BoardPerson[]>([]);
  #outcomes = $state.raw<EnteredDay['people']>();
  /** Of each person: a request sent again is the same one. */
  readonly #ids = new Map<string, string>();
  /** What they were sent with: other times are another entry. */
  #sent = '';

  constructor(
    private readonly api: ApiClient,
    date: string,
    people: readonly BoardPerson[],
    /** Nobody enters their own day. */
    private readonly me: string,
    private readonly kind: string,
  ) {
    this.date = date;
    this.#people = people;
  }

  /** Who may be chosen: those who were employed on the date, by name and department. */
  readonly found = $derived.by(() => {
    const words = wordsOf(this.sought);
    return this.#people.filter(
      ({ id, name, department }) =>
        id !== this.me &&
        (this.department === '' || department === this.department) &&
        words.every((word) => folded(name).includes(word)),
    );
  });
  readonly departments = $derived.by(() =>
    [...new Set(this.#people.flatMap(({ department }) => (department === null ? [] : [department])))].sort(),
  );
  readonly ready = $derived.by(
    () =>
      this.date !== '' &&
      this.chosen.length > 0 &&
      this.chosen.length <= MOST &&
      (this.removes || this.records.length > 0) &&
      v.is(HoursReason, this.reason),
  );

  get outcomes(): EnteredDay['people'] | undefined {
    return this.#outcomes;
  }

  nameOf(id: string): string {
    return this.#people.find((person) => person.id === id)?.name ?? '';
  }

  /** Another date has other people: those who were not employed then are no longer chosen. */
  show(date: string, people: readonly BoardPerson[]): void {
    this.date = date;
    this.#people = people;
    this.chosen = this.chosen.filter((id) => people.some((person) => person.id === id));
    this.#ids.clear();
    this.#outcomes = undefined;
  }

  chooseFound(): void {
    this.chosen = [...new Set([...this.chosen, ...this.found.map(({ id }) => id)])];
  }

  addBreak(record: WallRecord): void {
    record.breaks.push({ kind: this.kind, start: '12:00', end: '12:30' });
  }

  async send(): Promise<boolean> {
    const records = this.removes ? [] : $state.snapshot(this.records);
    const content = JSON.stringify([this.date, records, this.reason.trim()]);
    if (this.#sent !== content) this.#ids.clear();
    this.#sent = content;
    const people = this.chosen.map((personId) => ({ id: this.#idOf(personId), personId }));
    const json = { date: this.date, people, records, reason: this.reason.trim() };
    let answer: EnteredDay | undefined;
    const done = await this.sending.send(
      json,
      async (how) => {
        const got = await this.api.attendance.days.$post({ json }, how);
        if (got.ok) answer = v.parse(EnteredDay, await got.clone().json());
        return got;
      },
      ['records', 'reason'],
    );
    if (!done || !answer) return false;
    this.#outcomes = answer.people;
    this.#ids.clear();
    this.chosen = [];
    return true;
  }

  #idOf(personId: string): string {
    const id = this.#ids.get(personId) ?? uuidv7();
    this.#ids.set(personId, id);
    return id;
  }
}
