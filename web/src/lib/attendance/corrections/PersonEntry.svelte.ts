import type { RecordWithBreaks } from '$contract/attendance/corrections/corrections';
import type { PersonDays } from '$contract/attendance/corrections/requests';
import { HoursReason } from '$contract/text';
import type { ApiClient } from '$lib/api';
import { Clock } from '$lib/live/Clock.svelte';
import { Command } from '$lib/Command.svelte';
import { fitted } from '$lib/fitted';
import { Times } from '$lib/times';
import * as v from 'valibot';
import { DayDraft } from './DayDraft.svelte';

/** One person's days, edited by a supervisor. The server saves them only if they are still as shown. */
export class PersonEntry {
  readonly draft: DayDraft;
  readonly clock: Clock;
  readonly command = new Command();
  reason = $state('');
  /** Whether payroll has closed one of the days. */
  readonly isClosed = $derived.by(() => {
    const { closedThrough } = this.shown;
    return closedThrough !== null && this.draft.from <= closedThrough;
  });
  readonly read = $derived.by(() => this.draft.read(this.clock.now));
  readonly #why = $derived.by(() => v.safeParse(HoursReason, this.reason));
  /** An unchanged entry may confirm an assumed end. */
  readonly #confirms = $derived.by(() =>
    this.#days.some(({ record }) => record.unconfirmed && this.#isCorrected(record.workDate)),
  );
  readonly ready = $derived.by(
    () =>
      !this.isClosed &&
      this.read.records !== undefined &&
      this.#why.success &&
      (!this.read.unchanged || this.#confirms),
  );
  readonly #days: readonly RecordWithBreaks[];

  constructor(
    private readonly api: ApiClient,
    private readonly shown: PersonDays,
  ) {
    this.clock = new Clock(shown.now);
    this.#days = shown.days;
    const { date, breakKinds, shifts } = shown;
    const recorded = this.recorded(date);
    this.draft = new DayDraft(new Times(shown.zone), date, recorded, breakKinds, shifts[date]);
  }

  recorded(date: string): RecordWithBreaks[] {
    return this.#days.filter(({ record }) => record.workDate === date);
  }

  /** What is typed and the days that it replaces, so that a conflict is still found. */
  get kept() {
    return this.read.unchanged && this.reason === ''
      ? undefined
      : { days: this.draft.kept, reason: this.reason };
  }

  set kept(kept) {
    const { days, reason } = fitted({ days: this.draft.kept, reason: this.reason }, kept);
    this.draft.kept = days;
    this.reason = reason;
  }

  /** @returns whether the days were saved */
  async send(): Promise<boolean> {
    const { records } = this.read;
    if (!this.ready || records === undefined || !this.#why.success) return false;
    const param = { person: this.shown.person.id };
    const { before } = this.draft;
    const entry = { days: this.draft.proposal(records), before, reason: this.#why.output };
    return this.command.send(entry, (how, id) =>
      this.api.attendance.people[':person'].days.$post({ param, json: { id, ...entry } }, how),
    );
  }

  #isCorrected(date: string): boolean {
    return date >= this.draft.from && date <= this.draft.to;
  }
}
