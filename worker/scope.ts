/** What one request may use: who asks, the database, the clock, ids, and the one way to change anything. */
import { uuidv7 } from 'uuidv7';
import type { Bindings } from './bindings';
import { type ChannelName, channelsOf } from './contract/channels';
import type { Me } from './contract/people/people';
import type { Settings } from './contract/settings/settings';
import { connect, type Db } from './db/client';
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
import { handOver, revoke, type Revoked } from './live/hand-over';
import { ask, type Fact } from './db/facts';
import { committing, type Decision, isDone, isUnchanged, type Unchanged } from './live/decision';
import { Refusal } from './refusal';

/** The signed-in person, the session by which they are, and the workplace's rules of this moment. */
export interface Asker extends Me {
  session: string;
  department: string | null;
  position: string | null;
  category: string | null;
  photo: string | null;
  /** The person's own zone, if they have one; `zone` is the one that holds. */
  ownZone: string | null;
  settings: Settings;
}

/** A customers' screen, let in by its link: it may see numbers, and nothing else. */
export interface OpenedDisplay {
  id: string;
  /** The place that it shows; null for all. */
  place: { id: string; name: string } | null;
}

/** One change that a person makes. */
export interface Mutation<Found, Else extends Unchanged = never> {
  /** What changes, as the journal names it. */
  subject: string;
  action: string;
  /**
   * What the decision depends on: one batch, or an async function where one question depends on another's answer.
   * @param who the id of the person who asks
   */
  facts: (d1: D1Database, who: string) => Fact<Found> | Promise<Found>;
  /** Pure: from the facts to the plan. @param now UTC epoch milliseconds @throws Refusal */
  decide: (found: Found, me: Asker, now: number) => Decision | Else;
}

/** How long a commit looks again when others are faster: two hundred tills at one moment need forty looks. */
const LOOK_AGAIN_MS = 5_000;
const PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 200;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** A scope before anybody is known to ask: sign-in, setup, jobs. */
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
    /** Known on the few routes that are a screen's too, whether or not somebody is signed in beside it. */
    readonly display?: OpenedDisplay,
  ) {
    this.d1 = env.DB;
  }

  /** The query builder, made when it is first used: reading the whole schema costs each request some time. */
  get db(): Db {
    return (this.#db ??= connect(this.d1));
  }

  /** The same scope for a request that carries a key. */
  with(key: Key): Scope {
    return new Scope(this.env, this.ctx, this.asker, key, this.now, this.newId, this.display);
  }

  /** The same scope for a request of a customers' screen. */
  on(display: OpenedDisplay): Scope {
    return new Scope(this.env, this.ctx, this.asker, this.key, this.now, this.newId, display);
  }

  /** Who asks. @throws Refusal `not_signed_in` */
  get me(): Asker {
    if (!this.asker) throw new Refusal('not_signed_in');
    return this.asker;
  }

  /**
   * The one way a person changes anything: asks for the facts, decides, commits, and hands the events over. Where a guard
   * refused because somebody was faster, it looks and decides again, for a bounded time. A request that took effect before
   * (its answer was lost, its button was tapped twice) gets its first answer.
   * @throws Refusal of `decide` and of a condition that does not hold; `changed_meanwhile` where others are faster again and
   * again; `key_reused`; `unavailable` (unknown outcome: the same request with the same key may be sent again)
   */
  commit<Found>(mutation: Mutation<Found>): Promise<Answer> {
    return this.untilDecided<Found, never>(mutation);
  }

  /**
   * The same where there may be nothing to write; a request that took effect before still gets its first answer.
   * @returns without a receipt where nothing was written
   */
  async commitIfNeeded<Found>(
    mutation: Mutation<Found, Unchanged>,
  ): Promise<Pick<Answer, 'after'> & Partial<Answer>> {
    const answer = await this.untilDecided<Found, Unchanged>(mutation);
    return 'unchanged' in answer ? { after: answer.unchanged } : answer;
  }

  private async untilDecided<Found, Else extends Unchanged>(
    mutation: Mutation<Found, Else>,
  ): Promise<Answer | Else> {
    const until = Date.now() + LOOK_AGAIN_MS;
    for (let looks = 1; ; looks += 1) {
      const answer = await this.orEarlier(() => this.look(mutation));
      if (answer) return answer;
      if (Date.now() >= until) throw new Refusal('changed_meanwhile');
      await pause(Math.random() * Math.min(PAUSE_MS * looks, LONGEST_PAUSE_MS));
    }
  }

  private async look<Found, Else extends Unchanged>(
    mutation: Mutation<Found, Else>,
  ): Promise<Answer | Else | undefined> {
    const { subject, action, facts, decide } = mutation;
    const asked = facts(this.d1, this.me.id);
    const found = asked instanceof Promise ? await asked : await ask(this.d1, asked);
    const now = this.now();
    const decision = decide(found, this.me, now);
    if (isUnchanged(decision)) return (await this.earlier()) ?? decision;
    if (isDone(decision)) return this.already(decision.subject ?? subject, decision.done);
    return this.attempt(committing(decision, { subject, action }, now));
  }

  /** The key is looked up only after a refusal: the same request may have taken effect before. */
  private async orEarlier<Else>(act: () => Promise<Answer | Else>): Promise<Answer | Else> {
    try {
      return await act();
    } catch (error) {
      const earlier = error instanceof Refusal ? await this.earlier() : undefined;
      if (!earlier) throw error;
      return earlier;
    }
  }

  /**
   * Tries once to make the changes true, or none of them, and hands the events over once they are. For what the clock does: it
   * is due again in a minute.
   * @returns undefined where a guard or a unique rule refused
   * @throws Refusal of a condition that does not hold; `key_reused`, `unavailable`
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

  /** What this very request was answered when it took effect, if it did. @throws Refusal `key_reused` */
  private async earlier(): Promise<Answer | undefined> {
    const outcome = this.key && (await answered(this.d1, this.me.id, this.key));
    return outcome && this.settle(outcome);
  }

  /**
   * The answer for what had been done already: the subject's first journal entry of that action. The request's key is spent
   * on it, so a late retry gets this answer too and takes no effect of its own.
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

  /** Ends a person's sockets, or those of one session of theirs, at once and on every channel, even if the caller hangs up. */
  revoke(personId: string, whose: Revoked): Promise<void> {
    return this.insist(this.revokeAround(personId, whose));
  }

  private async revokeAround(personId: string, whose: Revoked): Promise<void> {
    // Whoever's own roles have just changed may have listened as what they were until now.
    const owned = await Promise.all(access.channels.ask(this.d1, personId, this.now(), 'person' in whose));
    const channels = [...channelsOf(personId), ...owned.flat()];
    await revoke(this.env.CHANNELS, channels, whose);
  }

  /** Ends all of a channel's sockets at once, because who may listen has changed: those who still may come back by themselves. */
  restart(channel: ChannelName): Promise<void> {
    return this.insist(revoke(this.env.CHANNELS, [channel], { everyone: true }));
  }

  /** Ends one session's sockets on a channel at once. */
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
        this.ctx.waitUntil(handOver(this.env.CHANNELS, outcome.news));
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
