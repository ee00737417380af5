import type { OwnMark } from '$contract/attendance/attendance';
import { addDays } from '$contract/zones';
import type { MyDays } from '$contract/attendance/my-days';
import type { BreakKind } from '$contract/settings/settings';
import { Times } from '$lib/times';
import type { Plan } from './outlook';

const nothing: Plan = { plans: {}, holidays: {} };

/** A person's shifts, holidays and marks, with the workplace's break kinds and zone. */
export class MyPlan {
  #zone = $state('');
  #checkInPhoto = $state(false);
  #marks = $state.raw<Readonly<Record<string, OwnMark>>>({});
  #plan = $state.raw(nothing);
  #kinds = $state.raw<readonly BreakKind[]>([]);
  /** The last date whose plan is known. */
  #until = '';

  /** The person's zone, which a setting may change while the page is open. */
  readonly times = $derived.by(() => new Times(this.#zone));
  readonly dates = $derived.by(() => this.#plan);
  readonly marks = $derived.by(() => this.#marks);
  readonly kinds = $derived.by(() => this.#kinds);
  /** Whether a check-in may be given a photo. */
  readonly checkInPhoto = $derived.by(() => this.#checkInPhoto);

  constructor(snapshot: MyDays) {
    this.add(snapshot);
  }

  /** The name of a kind of break, also of one that was removed from the settings. */
  nameOf(kind: string): string {
    return this.#kinds.find((it) => it.kind === kind)?.name ?? kind.replaceAll('_', ' ');
  }

  knows(date: string): boolean {
    return date <= this.#until;
  }

  mark(mark: OwnMark): void {
    this.#marks = { ...this.#marks, [mark.workDate]: mark };
  }

  /** Adds a page of days. A known mark is newer than the page's. */
  add(page: MyDays): void {
    this.#marks = { ...Object.fromEntries(page.marks.map((it) => [it.workDate, it])), ...this.#marks };
    this.addPlans(page);
    this.#kinds = page.breakKinds;
    this.#zone = page.zone;
    this.#checkInPhoto = page.checkInPhoto;
  }

  /** Adds the shifts and holidays of a page; they replace those of a known date. */
  addPlans({ plans, holidays, to }: MyDays): void {
    const known = this.#plan;
    this.#plan = { plans: { ...known.plans, ...plans }, holidays: { ...known.holidays, ...holidays } };
    if (this.#until <= to) this.#until = addDays(to, 1);
  }

  replace(snapshot: MyDays): void {
    this.#marks = {};
    this.#plan = nothing;
    this.add(snapshot);
  }
}
