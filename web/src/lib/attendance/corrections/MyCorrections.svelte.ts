import { Correction, type RequestCorrection } from '$contract/attendance/corrections/corrections';
import type { Problem } from '$contract/errors';
import type { ApiClient } from '$lib/api';
import type { Command, Outcome } from '$lib/Command.svelte';
import { Commands } from '$lib/Commands.svelte';
import { LiveCollection } from '$lib/live/LiveCollection.svelte';
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
  readonly #withdrawing = new Commands();

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
    return this.#withdrawing.get(id)?.message;
  }

  take(correction: Correction): void {
    this.#all.upsert(correction);
  }

  replace(corrections: readonly Correction[]): void {
    this.#all.replace(corrections);
  }

  /** @returns whether it was sent; else `command` says why not */
  request(command: Command, it: Proposal): Promise<boolean> {
    return command.send(
      it,
      (how, id) => this.api.corrections.$post({ json: { id, ...it } }, how),
      this.#outcome,
    );
  }

  /** Shown as withdrawn before the server has answered; a refusal undoes that and gives the reason. */
  async withdraw(correction: Correction): Promise<void> {
    const param = { id: correction.id };
    await this.#withdrawing
      .of(correction.id)
      .send('withdraw', (how) => this.api.corrections[':id'].withdraw.$post({ param, json: {} }, how), {
        ...this.#outcome,
        guess: () => this.#all.guess({ ...correction, state: 'withdrawn' }),
      });
  }

  get #outcome(): Outcome<Correction> {
    return {
      take: (correction) => this.take(correction),
      refused: (problem) => this.#learn(problem),
    };
  }

  /** A refusal may carry what is true now. */
  #learn({ current }: Problem): void {
    const parsed = v.safeParse(Correction, current);
    if (parsed.success) this.take(parsed.output);
  }
}

const byRank = (a: Correction, b: Correction): number =>
  Number(a.state === 'withdrawn') - Number(b.state === 'withdrawn') || b.requestedAt - a.requestedAt;
