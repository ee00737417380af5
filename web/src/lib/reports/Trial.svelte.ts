import { byName } from '$contract/search-key';
import type { TriedDay, TriedDays, TriedSums } from '$contract/reports/trials';
import type { Span } from './query';
import { noReading, problemIn, wordsOf } from '$lib/problem';

interface Answer {
  ok: boolean;
  status: number;
  json(): Promise<TriedDays>;
}

/** One person's differences, added up: milliseconds, after minus before. */
export interface TriedPerson {
  id: string;
  name: string;
  /** Staff number or email, for people who share a name. */
  distinction: string;
  workedMs: number;
  overtimeMs: number;
  days: TriedDay[];
}

/** Tries a rule on past days before it is saved. The API answers in pages, which are joined here. */
export class Trial<Rule> {
  #rule = $state<string>();
  #message = $state<string>();
  #busy = $state(false);
  #days = $state.raw<readonly TriedDay[]>([]);

  readonly busy = $derived.by(() => this.#busy);
  readonly message = $derived.by(() => this.#message);
  /** The days that would change, by date and name. */
  readonly days = $derived.by(() => this.#days);
  /** The people whose days would change, by name. */
  readonly people = $derived.by(() => {
    const byId = Map.groupBy(this.#days, ({ personId }) => personId);
    const people = [...byId].map(([id, days]) => ({
      id,
      days,
      name: days[0]?.name ?? '',
      distinction: days[0]?.staffNumber ?? days[0]?.email ?? '',
      workedMs: differenceOf(days, ({ workedMs }) => workedMs),
      overtimeMs: differenceOf(days, overtimeOf),
    }));
    return byName(people, ({ id }) => id);
  });

  /** @param request loads one page of the rule's result */
  constructor(
    readonly span: Span,
    private readonly request: (span: Span, rule: Rule) => Promise<Answer>,
  ) {}

  /** Whether the result belongs to this rule: an edited rule must be tried again. */
  isOf(rule: Rule): boolean {
    return this.#rule === JSON.stringify(rule);
  }

  /** @param rule a plain copy, not reactive state */
  async run(rule: Rule): Promise<void> {
    if (this.#busy) return;
    const key = JSON.stringify(rule);
    this.#busy = true;
    this.#message = undefined;
    const days: TriedDay[] = [];
    try {
      for (let from: string | null = this.span.from; from !== null;) {
        const answer = await this.request({ from, to: this.span.to }, rule);
        if (!answer.ok) {
          this.#message = wordsOf(await problemIn(answer));
          return;
        }
        const page = await answer.json();
        days.push(...page.days);
        from = page.next;
      }
      this.#days = days;
      this.#rule = key;
    } catch {
      this.#message = noReading;
    } finally {
      this.#busy = false;
    }
  }
}

export function differenceOf(days: readonly TriedDay[], of: (sums: TriedSums) => number): number {
  return days.reduce((sum, { before, after }) => sum + of(after) - of(before), 0);
}

/** Daily and weekly overtime. */
export const overtimeOf = ({ overtimeMs, weekOvertimeMs }: TriedSums): number => overtimeMs + weekOvertimeMs;
