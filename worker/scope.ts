/** What a request may use: its person, the database, the clock, ids, and the one way to change anything. */
import { uuidv7 } from 'uuidv7';
import type { Bindings } from './bindings';
import { type ChannelName, channelsOf } from './contract/channels';
import type { Me } from './contract/people/people';
import type { Settings } from './contract/settings/settings';
import { connect, type Db, type Fact, resultsOf } from './db/queries';
import { access } from './live/access';
import {
  type Answer,
  answered,
  answerWith,
  commit,
  type Commit,
  type Key,
  type Outcome,
  unmet,
} from './live/commit';
import { deliverAll, revoke, type Revoked } from './live/delivery';
import { committing, type Decision, isDone, isUnchanged, type Unchanged } from './live/decision';
import { Refusal } from './refusal';

/** The signed-in person, their session, and the workplace's present settings. */
export interface Asker extends Me {
  session: string;
  department: string | null;
  position: string | null;
  category: string | null;
  photo: string | null;
  /** The person's own zone, if set; `zone` is the one that applies. */
  ownZone: string | null;
  settings: Settings;
}

/** A customers' screen, admitted by its link. It may see numbers only. */
export interface OpenedDisplay {
  id: string;
  /** The place it shows; null for all. */
  place: { id: string; name: string } | null;
}

export interface Mutation<Found, Else extends Unchanged = never> {
  /** As the journal names it: `slice/id`. */
  subject: string;
  action: string;
  /**
   * What the decision depends on: one batch, or an async function if one query depends on another's result.
   * @param who the person's id
   */
  facts: (d1: D1Database, who: string) => Fact<Found> | Promise<Found>;
  /** Pure. @param now UTC epoch milliseconds @throws Refusal */
  decide: (found: Found, me: Asker, now: number) => Decision | Else;
}

/** How long a commit retries after a conflict: two hundred tills at one moment need forty tries. */
const RETRY_MS = 5_000;
const PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 200;

/** So often the same facts are tried: what refuses them then is no conflict that passes. */
const MOST_SAME = 4;

/** For `JSON.stringify`, which writes maps and sets as `{}`. */
const mapsAsLists = (_key: string, value: unknown): unknown =>
  value instanceof Map || value instanceof Set ? [...value] : value;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Without an asker it serves sign-in, setup and jobs. */
export class Scope {
  readonly d1: D1Database;
  #db: Db | undefined;

  constructor(
    readonly env: Bindings,
    private readonly ctx: Pick<ExecutionContext, 'waitUntil'>,
    readonly asker?: Asker,
    private readonly key?: Key,
    /** UTC epoch milliseconds. */
    readonly now: () => number = Date.now,
    readonly newId: () => string = uuidv7,
    /** Set only on routes that a customers' screen may call, also if a person is signed in on that browser. */
    readonly display?: OpenedDisplay,
  ) {
    this.d1 = env.DB;
  }

  /** Made on first use: drizzle reads the whole schema, which takes 0.13 ms. */
  get db(): Db {
    return (this.#db ??= connect(this.d1));
  }

  with(key: Key): Scope {
    return new Scope(this.env, this.ctx, this.asker, key, this.now, this.newId, this.display);
  }

  on(display: OpenedDisplay): Scope {
    return new Scope(this.env, this.ctx, this.asker, this.key, this.now, this.newId, display);
  }

  /** @throws Refusal `not_signed_in` */
  get me(): Asker {
    if (!this.asker) throw new Refusal('not_signed_in');
    return this.asker;
  }

  /**
   * The one way a person changes anything: reads the facts, decides, commits and delivers the events. After a conflict it
   * reads and decides again, for a limited time. A repeated request (lost answer, double tap) gets its first answer.
   * @throws Refusal of `decide` or of an unmet condition; `changed_meanwhile` after repeated conflicts; `key_reused`;
   * `unavailable` (outcome unknown: the same request with the same key may be sent again)
   */
  commit<Found>(mutation: Mutation<Found>): Promise<Answer> {
    return this.untilDecided<Found, never>(mutation);
  }

  /** The same for a decision that may write nothing. @returns without a receipt if nothing was written */
  async commitIfNeeded<Found>(
    mutation: Mutation<Found, Unchanged>,
  ): Promise<Pick<Answer, 'after'> & Partial<Answer>> {
    const answer = await this.untilDecided<Found, Unchanged>(mutation);
    return 'unchanged' in answer ? { after: answer.unchanged } : answer;
  }

  private async untilDecided<Found, Else extends Unchanged>(
    mutation: Mutation<Found, Else>,
  ): Promise<Answer | Else> {
    const until = Date.now() + RETRY_MS;
    let me = this.me;
    let [last, same] = ['', 0];
    for (let tries = 1; ; tries += 1) {
      let facts: unknown;
      const answer = await this.orEarlier(async () => {
        const { found, answers } = await this.read(mutation);
        facts = answers;
        return this.decide(mutation, found, me);
      });
      if (answer) return answer;
      // A guard that refuses what these facts allow would refuse it again: any person could keep the database busy with it.
      const text = JSON.stringify(facts, mapsAsLists);
      same = text === last ? same + 1 : 1;
      last = text;
      if (same >= MOST_SAME || Date.now() >= until) throw new Refusal('changed_meanwhile');
      await pause(Math.random() * Math.min(PAUSE_MS * tries, LONGEST_PAUSE_MS));
      me = await this.stillMe();
    }
  }

  /** @returns with the database's answers, by which two tries are compared */
  private async read<Found>({
    facts,
  }: Mutation<Found, Unchanged>): Promise<{ found: Found; answers: unknown }> {
    const fact = facts(this.d1, this.me.id);
    if (fact instanceof Promise) {
      const found = await fact;
      return { found, answers: found };
    }
    const results = await resultsOf(this.d1, fact);
    return { found: fact.read(results), answers: results.map((it) => it.results) };
  }

  private async decide<Found, Else extends Unchanged>(
    { subject, action, decide }: Mutation<Found, Else>,
    found: Found,
    me: Asker,
  ): Promise<Answer | Else | undefined> {
    const now = this.now();
    const decision = decide(found, me, now);
    if (isUnchanged(decision)) return (await this.earlier()) ?? decision;
    if (isDone(decision)) return this.already(decision.subject ?? subject, decision.done);
    return this.attempt(committing(decision, { subject, action }, now));
  }

  /** The asker between two tries: the account may have ended, and roles may have changed. @throws Refusal `not_signed_in` */
  private async stillMe(): Promise<Asker> {
    const { me } = this;
    const [session] = (await Promise.all(access.sessions.ask(this.d1, [me.session], Date.now()))).flat();
    if (!session) throw new Refusal('not_signed_in');
    return { ...me, roles: session.roles };
  }

  /** Looks the key up only after a refusal, and only for a person who still may: the same request may have taken effect before. */
  private async orEarlier<Else>(act: () => Promise<Answer | Else>): Promise<Answer | Else> {
    try {
      return await act();
    } catch (error) {
      const looks = error instanceof Refusal && error.code !== 'not_allowed';
      const earlier = looks ? await this.earlier() : undefined;
      if (!earlier) throw error;
      return earlier;
    }
  }

  /**
   * Tries once to commit all changes, and delivers the events. For jobs, which run again in a minute.
   * @returns undefined if a guard or a unique rule refused
   * @throws Refusal of an unmet condition; `key_reused`, `unavailable`
   */
  async attempt(
    it: Pick<Commit, 'changes' | 'publish' | 'also'> & { at: number; by?: string },
  ): Promise<Answer | undefined> {
    const by = it.by ?? this.asker?.id ?? null;
    const answer = this.settle(await commit(this.d1, { ...it, by, key: this.key }));
    const reason = answer ? undefined : await unmet(this.d1, it.changes);
    if (reason) throw new Refusal(reason.otherwise);
    return answer;
  }

  /** The first answer of this request, if it took effect before. @throws Refusal `key_reused` */
  private async earlier(): Promise<Answer | undefined> {
    const outcome = this.key && (await answered(this.d1, this.me.id, this.key));
    return outcome && this.settle(outcome);
  }

  /**
   * Answers with the subject's first journal entry of that action. The request's key is bound to that entry, so a late retry
   * gets the same answer and changes nothing.
   * @throws Refusal `key_reused`
   */
  private async already(subject: string, action: string): Promise<Answer> {
    const at = this.now();
    const answer = this.settle(
      await answerWith(this.d1, { by: this.me.id, at, key: this.key, subject, action }),
    );
    if (!answer) throw new Error(`the journal has no ${action} of ${subject}`);
    return answer;
  }

  /** Ends the sockets of a person or of one session on every channel, even if the caller hangs up. */
  revoke(personId: string, whose: Revoked): Promise<void> {
    return this.insist(this.revokeAround(personId, whose));
  }

  private async revokeAround(personId: string, whose: Revoked): Promise<void> {
    // A person whose roles have just changed may still listen by their former roles.
    const owned = await Promise.all(access.channels.ask(this.d1, personId, this.now(), 'person' in whose));
    const channels = [...channelsOf(personId), ...owned.flat()];
    await revoke(this.env.CHANNELS, channels, whose);
  }

  /** Ends all sockets of a channel because the right to listen has changed. Screens that still may listen reconnect. */
  restart(channel: ChannelName): Promise<void> {
    return this.insist(revoke(this.env.CHANNELS, [channel], { everyone: true }));
  }

  turnOff(channel: ChannelName, session: string): Promise<void> {
    return this.insist(revoke(this.env.CHANNELS, [channel], { session }));
  }

  private async insist(done: Promise<void>): Promise<void> {
    this.ctx.waitUntil(done);
    await done;
  }

  private settle(outcome: Outcome): Answer | undefined {
    switch (outcome.kind) {
      case 'committed':
      case 'repeated':
        this.ctx.waitUntil(deliverAll(this.env.CHANNELS, outcome.deliveries));
        return outcome.answer;
      case 'refused':
        return undefined;
      case 'key_reused':
        throw new Refusal('key_reused');
      case 'unknown':
        console.error({ message: 'commit failed', error: String(outcome.error) });
        throw new Refusal('unavailable');
    }
  }
}
