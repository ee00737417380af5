import { Correction } from '$contract/attendance/corrections/corrections';
import type { Problem } from '$contract/errors';
import { events } from '$contract/events';
import type { Corrections, PersonCorrection } from '$contract/attendance/corrections/requests';
import type { Cursor, Envelope } from '$contract/wire';
import type { ApiClient } from '$lib/api';
import { Clock } from '$lib/Clock.svelte';
import { cursorIn } from '$lib/live/cursor';
import { answerOf } from '$lib/live/answer';
import { LiveChannel } from '$lib/live/LiveChannel.svelte';
import { LiveCollection } from '$lib/live/LiveCollection.svelte';
import type { Network } from '$lib/live/network';
import { noAnswer, problemIn, wordsOf } from '$lib/problem';
import { Times } from '$lib/times';
import { uuidv7 } from 'uuidv7';
import * as v from 'valibot';

interface Surroundings {
  api: ApiClient;
  network: Network;
  /** Who looks on, as the decision shows them until it is answered. */
  me: { id: string; name: string };
  zone: string;
  /** The session or the right has ended. */
  ended(): void;
}

type Row = PersonCorrection & { id: string };
const rowOf = (it: PersonCorrection): Row => ({ ...it, id: it.correction.id });

/** As many as the API gives at once. */
const MOST = '200';

/**
 * What waits for an answer, live. A row keeps its place once it is shown, also when it has been decided meanwhile, by
 * whomever: what somebody types into it does not move. It leaves with the next page.
 */
export class Queue {
  readonly times: Times;
  readonly clock: Clock;
  readonly channel: LiveChannel;
  readonly #it: Surroundings;
  readonly #all: LiveCollection<Row>;
  #breakKinds = $state.raw<Corrections['breakKinds']>([]);
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

  constructor(snapshot: Corrections, it: Surroundings) {
    this.#it = it;
    this.times = new Times(it.zone);
    this.clock = new Clock(snapshot.now);
    this.#breakKinds = snapshot.breakKinds;
    this.#all = new LiveCollection(snapshot.corrections.map(rowOf));
    this.channel = new LiveChannel({
      name: 'admin.dashboard',
      cursor: cursorIn(snapshot.at, 'admin.dashboard'),
      network: it.network,
      now: () => this.clock.read(),
      apply: (event, { replayed }) => this.#apply(event, replayed),
      reload: () => this.#reload(),
      ended: () => it.ended(),
    });
  }

  start(): () => void {
    const stops = [this.clock.start(), this.channel.start()];
    return () => stops.forEach((stop) => stop());
  }

  get breakKinds(): Corrections['breakKinds'] {
    return this.#breakKinds;
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
    const { me, api } = this.#it;
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

  #apply({ type, data, at }: Envelope, replayed: boolean): void {
    if (!replayed) this.clock.hear(at);
    if (type !== 'correction.updated') return;
    const row = rowOf(v.parse(events['admin.dashboard'][type], data));
    // What was decided before it was ever shown belongs to the history.
    if (row.correction.state === 'pending' || this.#all.get(row.id)) this.#all.upsert(row);
  }

  async #reload(): Promise<Cursor> {
    const snapshot = await answerOf(
      this.#it.api.corrections.$get({ query: { state: 'pending', limit: MOST } }),
    );
    this.clock.hear(snapshot.now);
    this.#breakKinds = snapshot.breakKinds;
    this.#all.replace(snapshot.corrections.map(rowOf));
    return cursorIn(snapshot.at, 'admin.dashboard');
  }
}
