import { Correction } from '$contract/attendance/corrections/corrections';
import { type Corrections, PersonCorrection } from '$contract/attendance/corrections/requests';
import type { PageDependencies } from '$lib/api';
import type { Answer, Keyed } from '$lib/Command.svelte';
import { Commands } from '$lib/Commands.svelte';
import { answerOf } from '$lib/live/network';
import { LiveView } from '$lib/live/LiveView.svelte';
import { Times } from '$lib/times';
import * as v from 'valibot';

interface Dependencies extends PageDependencies {
  /** The supervisor, as the decision shows them until it is answered. */
  me: { id: string; name: string };
  zone: string;
}

type Row = PersonCorrection & { id: string };
const rowOf = (it: PersonCorrection): Row => ({ ...it, id: it.correction.id });

/** The API's limit. */
const MOST = '200';

/**
 * The pending requests, live. A decided row keeps its place, so that a reason being typed does not move. It is gone when
 * the page loads again.
 */
export class Queue extends LiveView<Corrections, Dependencies> {
  readonly times = new Times(this.it.zone);
  readonly #all = this.collect<Row>(({ corrections }) => corrections.map(rowOf));
  readonly channel = this.follow('admin.dashboard', {
    'correction.updated': [
      PersonCorrection,
      (it) => {
        // A request that was decided before it was shown belongs to the history.
        if (it.correction.state === 'pending' || this.#all.get(it.correction.id)) this.#all.upsert(rowOf(it));
      },
    ],
  });
  readonly #deciding = new Commands();

  /** Oldest first. */
  readonly rows = $derived.by(() =>
    this.#all.rows.toSorted(
      (a, b) => a.correction.requestedAt - b.correction.requestedAt || (a.id < b.id ? -1 : 1),
    ),
  );
  readonly waiting = $derived.by(
    () => this.rows.filter(({ correction }) => correction.state === 'pending').length,
  );
  readonly breakKinds = $derived.by(() => this.latest.breakKinds);

  /** Why the last decision failed. */
  trouble(id: string): string | undefined {
    const command = this.#deciding.get(id);
    return command?.problem?.code === 'already_decided' ? 'Already decided.' : command?.message;
  }

  approve(row: Row): Promise<boolean> {
    const param = { id: row.id };
    return this.#decide(row, { state: 'approved', answer: null }, (how) =>
      this.it.api.corrections[':id'].approve.$post({ param, json: {} }, how),
    );
  }

  /** @returns whether it was rejected; if not, the typed reason stays */
  reject(row: Row, answer: string): Promise<boolean> {
    const param = { id: row.id };
    return this.#decide(row, { state: 'rejected', answer }, (how) =>
      this.it.api.corrections[':id'].reject.$post({ param, json: { answer } }, how),
    );
  }

  #decide(
    row: Row,
    decision: Pick<Correction, 'state' | 'answer'>,
    request: (how: Keyed) => Promise<Answer<Correction>>,
  ): Promise<boolean> {
    const by = { decidedBy: this.it.me, decidedAt: this.clock.read() };
    const take = (correction: Correction) => this.#all.upsert({ ...row, correction });
    return this.#deciding.of(row.id).send(decision, request, {
      guess: () => this.#all.guess({ ...row, correction: { ...row.correction, ...decision, ...by } }),
      take,
      refused: ({ current }) => {
        const now = v.safeParse(Correction, current);
        if (now.success) take(now.output);
      },
    });
  }

  protected load(): Promise<Corrections> {
    return answerOf(this.it.api.corrections.$get({ query: { state: 'pending', limit: MOST } }));
  }
}
