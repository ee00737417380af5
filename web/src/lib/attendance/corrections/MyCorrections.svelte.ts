import { Correction, type RequestCorrection } from '$contract/attendance/corrections/corrections';
import type { Problem } from '$contract/errors';
import type { ApiClient } from '$lib/api';
import { LiveCollection } from '$lib/live/LiveCollection.svelte';
import { noAnswer, problemIn, wordsOf } from '$lib/problem';
import { uuidv7 } from 'uuidv7';
import * as v from 'valibot';

/** Which day somebody wants corrected; `free`: they choose another one in the form. */
export interface Wish {
  date: string;
  free?: boolean;
}

type Proposal = Omit<RequestCorrection, 'id'>;

/** A person's own requests: sent, withdrawn, decided. Its owner follows the channel and passes events on. */
export class MyCorrections {
  readonly #all: LiveCollection<Correction>;
  /** The form that is open. */
  #wish = $state.raw<Wish>();
  #trouble = $state<{ id: string; words: string }>();
  /** Sent without an answer: the same request keeps its id and key. */
  #unanswered: { content: string; id: string; key: string } | undefined;

  constructor(
    private readonly api: ApiClient,
    corrections: readonly Correction[],
  ) {
    this.#all = new LiveCollection(corrections);
  }

  get wish(): Wish | undefined {
    return this.#wish;
  }

  open(wish: Wish): void {
    this.#wish = wish;
  }

  close(): void {
    this.#wish = undefined;
  }

  /** Of a date, the latest one. One that was withdrawn gives way to what was before. */
  on(date: string): Correction[] {
    return this.#all.rows
      .filter(({ from, to }) => from <= date && date <= to)
      .toSorted(byRank)
      .slice(0, 1);
  }

  /** The one of these days that waits for an answer. */
  pending(from: string, to: string): Correction | undefined {
    return this.#all.rows.find((one) => one.state === 'pending' && one.from <= to && one.to >= from);
  }

  /** Why withdrawing this one did not work. */
  trouble(id: string): string | undefined {
    return this.#trouble?.id === id ? this.#trouble.words : undefined;
  }

  take(correction: Correction): void {
    this.#all.upsert(correction);
  }

  replace(corrections: readonly Correction[]): void {
    this.#all.replace(corrections);
  }

  /** @returns what was refused, `noAnswer` if it is not known whether it was taken, or nothing if it was */
  async request(it: Proposal): Promise<Problem | typeof noAnswer | undefined> {
    const content = JSON.stringify(it);
    if (this.#unanswered?.content !== content) this.#unanswered = { content, id: uuidv7(), key: uuidv7() };
    const { id, key } = this.#unanswered;
    const answer = await this.api.corrections
      .$post({ json: { id, ...it } }, { headers: { 'Idempotency-Key': key } })
      .catch(() => undefined);
    if (!answer) return noAnswer;
    if (!answer.ok) {
      const problem = await problemIn(answer);
      if (problem.status < 500) this.#unanswered = undefined;
      this.#learn(problem);
      return problem;
    }
    this.take(await answer.json());
    this.#unanswered = undefined;
    return undefined;
  }

  /** Shown as withdrawn before the server has answered; a refusal undoes that and gives the reason. */
  async withdraw(correction: Correction): Promise<void> {
    const { id } = correction;
    const guess = this.#all.guess({ ...correction, state: 'withdrawn' });
    this.#trouble = undefined;
    try {
      const answer = await this.api.corrections[':id'].withdraw.$post(
        { param: { id }, json: {} },
        { headers: { 'Idempotency-Key': uuidv7() } },
      );
      if (answer.ok) return this.take(await answer.json());
      const problem = await problemIn(answer);
      this.#learn(problem);
      this.#trouble = { id, words: wordsOf(problem) };
    } catch {
      this.#trouble = { id, words: noAnswer };
    } finally {
      guess.rollback();
    }
  }

  /** A refusal may carry what is true now. */
  #learn({ current }: Problem): void {
    const parsed = v.safeParse(Correction, current);
    if (parsed.success) this.take(parsed.output);
  }
}

const byRank = (a: Correction, b: Correction): number =>
  Number(a.state === 'withdrawn') - Number(b.state === 'withdrawn') || b.requestedAt - a.requestedAt;
