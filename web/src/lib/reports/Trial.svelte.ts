import { addDays } from '$contract/zones';
import { byName } from '$contract/search-key';
import type { TriedDay, TriedDays, TriedSums } from '$contract/reports/trials';
import { noReading, problemIn, wordsOf } from '$lib/problem';

interface Answer {
  ok: boolean;
  status: number;
  json(): Promise<TriedDays>;
}

/** A stretch of dates, both included. */
export interface Span {
  from: string;
  to: string;
}

/** What one person's days would come to, added up. Milliseconds, after less before. */
export interface TriedPerson {
  id: string;
  name: string;
  /** Told where two names are alike. */
  mark: string;
  workedMs: number;
  overtimeMs: number;
  days: TriedDay[];
}

/** A rule tried on past days before it is saved: the stretches are asked for one by one, and added up here. */
export class Trial<Rule> {
  readonly #ask: (span: Span, rule: Rule) => Promise<Answer>;
  #rule = $state<string>();
  #message = $state<string>();
  #busy = $state(false);
  #days = $state.raw<readonly TriedDay[]>([]);

  /** @param ask asks for one stretch under the rule */
  constructor(
    readonly span: Span,
    ask: (span: Span, rule: Rule) => Promise<Answer>,
  ) {
    this.#ask = ask;
  }

  get busy(): boolean {
    return this.#busy;
  }

  /** Why it could not be tried. */
  get message(): string | undefined {
    return this.#message;
  }

  /** Every day that would be another, by date and name. */
  get days(): readonly TriedDay[] {
    return this.#days;
  }

  /** Whether the result is of this rule: after another change it must be tried again. */
  isOf(rule: Rule): boolean {
    return this.#rule === JSON.stringify(rule);
  }

  /** The people whose days would be others, in the order of names. */
  get people(): TriedPerson[] {
    const byId = Map.groupBy(this.#days, ({ personId }) => personId);
    const people = [...byId].map(([id, days]) => ({
      id,
      days,
      name: days[0]?.name ?? '',
      mark: days[0]?.staffNumber ?? days[0]?.email ?? '',
      workedMs: differenceOf(days, ({ workedMs }) => workedMs),
      overtimeMs: differenceOf(days, overtimeOf),
    }));
    return byName(people, ({ id }) => id);
  }

  /** Tries the rule, a plain copy that nobody writes on, on the whole span. */
  async run(rule: Rule): Promise<void> {
    if (this.#busy) return;
    const key = JSON.stringify(rule);
    this.#busy = true;
    this.#message = undefined;
    const days: TriedDay[] = [];
    try {
      for (let from: string | null = this.span.from; from !== null;) {
        const answer = await this.#ask({ from, to: this.span.to }, rule);
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

/** What the days would come to, less what they came to. */
export function differenceOf(days: readonly TriedDay[], of: (sums: TriedSums) => number): number {
  return days.reduce((sum, { before, after }) => sum + of(after) - of(before), 0);
}

/** Of the day and of its week. */
export const overtimeOf = ({ overtimeMs, weekOvertimeMs }: TriedSums): number => overtimeMs + weekOvertimeMs;

/** The last month that is over. */
export function lastMonth(today: string): Span {
  const to = addDays(`${today.slice(0, 7)}-01`, -1);
  return { from: `${to.slice(0, 7)}-01`, to };
}
