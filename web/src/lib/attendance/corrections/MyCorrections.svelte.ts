import { Correction } from '$contract/attendance/corrections/corrections';
import type { RequestCorrection } from '$contract/attendance/corrections/proposals';
import type { Problem } from '$contract/errors';
import type { ApiClient } from '$lib/api';
import type { Command, Outcome } from '$lib/Command.svelte';
import { Commands } from '$lib/Commands.svelte';
import { LiveCollection } from '$lib/live/LiveCollection.svelte';
import * as v from 'valibot';

/** The open form. */
export interface CorrectionForm {
  date: string;
  /** The person may choose another day. */
  choosesDay?: boolean;
}

type Proposal = Omit<RequestCorrection, 'id'>;

/** A person's own requests. `MyDay` follows the channel and passes events on. */
export class MyCorrections {
  readonly #all: LiveCollection<Correction>;
  #form = $state.raw<CorrectionForm>();
  readonly #withdrawing = new Commands();
  readonly form = $derived.by(() => this.#form);

  constructor(
    private readonly api: ApiClient,
    corrections: readonly Correction[],
  ) {
    this.#all = new LiveCollection(corrections);
  }

  open(form: CorrectionForm): void {
    this.#form = form;
  }

  close(): void {
    this.#form = undefined;
  }

  /** The latest request of a date; a withdrawn one only if there is no other. */
  on(date: string): Correction[] {
    return this.#all.rows
      .filter(({ from, to }) => from <= date && date <= to)
      .toSorted(byRank)
      .slice(0, 1);
  }

  /** The pending request of these days. */
  pending(from: string, to: string): Correction | undefined {
    return this.#all.rows.find((one) => one.state === 'pending' && one.from <= to && one.to >= from);
  }

  /** Why withdrawing failed. */
  trouble(id: string): string | undefined {
    return this.#withdrawing.get(id)?.message;
  }

  take(correction: Correction): void {
    this.#all.upsert(correction);
  }

  replace(corrections: readonly Correction[]): void {
    this.#all.replace(corrections);
  }

  /** @returns whether it was sent; if not, `command` has the message */
  request(command: Command, proposal: Proposal): Promise<boolean> {
    return command.send(
      proposal,
      (how, id) => this.api.corrections.$post({ json: { id, ...proposal } }, how),
      this.#outcome,
    );
  }

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

  /** A refusal may carry the newer request. */
  #learn({ current }: Problem): void {
    const parsed = v.safeParse(Correction, current);
    if (parsed.success) this.take(parsed.output);
  }
}

const byRank = (a: Correction, b: Correction): number =>
  Number(a.state === 'withdrawn') - Number(b.state === 'withdrawn') || b.requestedAt - a.requestedAt;
