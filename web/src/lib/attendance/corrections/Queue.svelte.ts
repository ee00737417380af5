import { Correction } from '$contract/attendance/corrections/corrections';
import type { Problem } from '$contract/errors';
import type { Corrections, PersonCorrection } from '$contract/attendance/corrections/requests';
import type { PageDependencies } from '$lib/api';
import { answerOf } from '$lib/live/answer';
import { LiveView } from '$lib/live/LiveView.svelte';
import { noAnswer, problemIn, wordsOf } from '$lib/problem';
import { Times } from '$lib/times';
import { uuidv7 } from 'uuidv7';
import * as v from 'valibot';

interface Dependencies extends PageDependencies {
  /** Who looks on, as the decision shows them until it is answered. */
  me: { id: string; name: string };
  zone: string;
}

type Row = PersonCorrection & { id: string };
const rowOf = (it: PersonCorrection): Row => ({ ...it, id: it.correction.id });

/** As many as the API gives at once. */
const MOST = '200';

/**
 * What waits for an answer, live. A row keeps its place once it is shown, also when it has been decided meanwhile, by
 * whomever: what somebody types into it does not move. It leaves with the next page.
 */
export class Queue extends LiveView<Corrections, Dependencies> {
  readonly times = new Times(this.it.zone);
  readonly #all = this.collect<Row>(({ corrections }) => corrections.map(rowOf));
  readonly channel = this.follow('admin.dashboard', {
    'correction.updated': (it) => {
      // What was decided before it was ever shown belongs to the history.
      if (it.correction.state === 'pending' || this.#all.get(it.correction.id)) this.#all.upsert(rowOf(it));
    },
  });
  #troubles = $state.raw<ReadonlyMap<string, string>>(new Map());
  /** Unanswered decisions: the same one keeps its key. */
  readonly #keys = new Map<string, string>();

  /** Oldest first. */
  readonly rows = $derived.by(() =>
    this.#all.rows.toSorted(
      (a, b) => a.correction.requestedAt - b.correction.requestedAt || (a.id < b.id ? -1 : 1),
    ),
  );
  readonly waiting = $derived.by(
    () => this.rows.filter(({ correction }) => correction.state === 'pending').length,
  );

  get breakKinds(): Corrections['breakKinds'] {
    return this.latest.breakKinds;
  }

  /** Whether an answer is on its way. */
  isDeciding(id: string): boolean {
    return this.#all.isGuess(id);
  }

  /** Why the last decision on this one did not come true. */
  trouble(id: string): string | undefined {
    return this.#troubles.get(id);
  }

  approve(row: Row): Promise<boolean> {
    return this.#decide(row, 'approve', null);
  }

  /** @returns whether it was rejected; else the reason stays to be sent again */
  reject(row: Row, answer: string): Promise<boolean> {
    return this.#decide(row, 'reject', answer);
  }

  /** Shown as decided at once; taken back with the reason if it is refused. */
  async #decide(row: Row, verb: 'approve' | 'reject', answer: string | null): Promise<boolean> {
    const { id, correction } = row;
    const { me, api } = this.it;
    const state = verb === 'approve' ? 'approved' : 'rejected';
    const decidedAt = this.clock.read();
    const guess = this.#all.guess({
      ...row,
      correction: { ...correction, state, decidedBy: me, decidedAt, answer },
    });
    this.#say(id, undefined);
    const content = JSON.stringify([id, verb, answer]);
    const key = this.#keys.get(content) ?? uuidv7();
    this.#keys.set(content, key);
    const how = { headers: { 'Idempotency-Key': key } };
    try {
      const got =
        answer === null
          ? await api.corrections[':id'].approve.$post({ param: { id }, json: {} }, how)
          : await api.corrections[':id'][verb].$post({ param: { id }, json: { answer } }, how);
      if (!got.ok) return this.#refused(row, await problemIn(got), content);
      this.#keys.delete(content);
      this.#all.upsert({ ...row, correction: await got.json() });
      return true;
    } catch {
      this.#say(id, noAnswer);
      return false;
    } finally {
      guess.rollback();
    }
  }

  #refused(row: Row, problem: Problem, content: string): false {
    if (problem.status < 500) this.#keys.delete(content);
    const parsed = v.safeParse(Correction, problem.current);
    if (parsed.success) this.#all.upsert({ ...row, correction: parsed.output });
    this.#say(row.id, problem.code === 'already_decided' ? 'Already decided.' : wordsOf(problem));
    return false;
  }

  #say(id: string, words: string | undefined): void {
    const troubles = new Map(this.#troubles);
    if (words === undefined) troubles.delete(id);
    else troubles.set(id, words);
    this.#troubles = troubles;
  }

  protected load(): Promise<Corrections> {
    return answerOf(this.it.api.corrections.$get({ query: { state: 'pending', limit: MOST } }));
  }
}
