/** What a request may use: its person, the database, the clock, ids, and the one way to change anything. */
import { uuidv7 } from 'uuidv7';
import type { Bindings } from './bindings';
import { type ChannelName, channelsOf } from './contract/channels';
import { can, type Capability } from './contract/roles';
import { ask, type Fact, known, resultsOf, together } from './db/queries';
import { Hook } from './hook';
import { access } from './live/access';
import { answered, answerWith } from './live/answers';
import { type Answer, commit, type Commit, type Outcome, unmet } from './live/commit';
import { type Delivery, type Notice, type Revoked, tell } from './live/delivery';
import { committing, isDone, isUnchanged, type Mutation, Retries, type Unchanged } from './live/decision';
import { PATIENCE_MS, within } from './live/object';
import { logFailure } from './log';
import { Refusal } from './refusal';
import type { OpenedDisplay, Parts, Tap } from './scope-parts';
import type { Asker } from './session';

/** What follows a commit. It gets the rows that the commit's additional writes returned, if there are any. */
export const afterCommit = new Hook<
  [scope: Pick<Scope, 'env' | 'now' | 'request'>, returned: readonly unknown[]],
  Promise<void>
>();

/** How often a person's state or the settings may change during one request. */
const MOST_CHANGES = 3;

/** A job has used up its run; the next one goes on. */
export class Stopped extends Error {}

export class Scope {
  readonly d1: D1Database;
  /** The moment of the tap, if the request has one; else the present. UTC epoch milliseconds. */
  readonly now: () => number;
  readonly tap: Tap | undefined;
  readonly newId: () => string = uuidv7;
  readonly display: OpenedDisplay | undefined;

  constructor(
    readonly env: Bindings,
    private readonly ctx: Pick<ExecutionContext, 'waitUntil'>,
    private readonly parts: Parts = {},
  ) {
    this.d1 = env.DB;
    const { tap } = parts;
    this.tap = tap;
    this.now = tap ? () => tap.at : this.clock;
    this.display = parts.display;
  }

  /** The id of the request or of the jobs' run, for logs. */
  get request(): string {
    return this.parts.request ?? 'none';
  }

  private get clock(): () => number {
    return this.parts.now ?? Date.now;
  }

  with(parts: Pick<Parts, 'key' | 'display' | 'tap'>): Scope {
    return new Scope(this.env, this.ctx, { ...this.parts, ...parts });
  }

  get asker(): Asker | undefined {
    return this.parts.session?.asker;
  }

  /** The session's token in this browser's cookie, also if the session has ended. */
  get token(): string | undefined {
    return this.parts.session?.token;
  }

  /** @throws Refusal `not_signed_in` */
  get me(): Asker {
    if (!this.asker) throw new Refusal('not_signed_in');
    return this.asker;
  }

  /** Asks whose session it is, unless it is a remembered person's who may and `asPresent` will ask. */
  async identify(may: Capability | 'anyone', remembered: boolean): Promise<void> {
    const known = remembered && this.asker && may !== 'anyone' && can(this.asker, may);
    if (!known) await this.parts.session?.confirm(this.d1);
  }

  /** @throws Refusal `not_signed_in`, `not_allowed` */
  mustBeAllowed(may: Capability | 'anyone'): void {
    const welcome = may === 'anyone' || this.display !== undefined || can(this.me, may);
    if (!welcome) throw new Refusal('not_allowed');
  }

  /**
   * Asks before a write outside a commit, and confirms a remembered person in the same question.
   * @throws Refusal `changed_meanwhile` if the database knows another state of them
   */
  async ask<T>(fact: Fact<T>): Promise<T> {
    const { session } = this.parts;
    if (!session || session.confirmed) return ask(this.d1, fact);
    const { who, found } = await ask(this.d1, together({ who: session.fact, found: fact }));
    session.found(who);
    return found;
  }

  /** Acts for the person as remembered, and again while the database knows another state of them. @throws Refusal as `act` does */
  async asPresent<T>(may: Capability | 'anyone', act: () => T): Promise<Awaited<T>> {
    for (let left = MOST_CHANGES; ; left -= 1) {
      const [tried] = await Promise.allSettled([Promise.try(act)]);
      if (left > 0 && (await this.parts.session?.hasChanged(this.d1))) {
        this.mustBeAllowed(may);
        continue;
      }
      if (tried.status === 'rejected') throw tried.reason;
      return tried.value;
    }
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
    const retries = new Retries();
    for (;;) {
      let facts: unknown;
      const answer = await this.orEarlier(async () => {
        const { found, answers } = await this.read(mutation, retries.again);
        facts = answers;
        return this.decide(mutation, found);
      });
      if (answer) return answer;
      await retries.next(facts);
    }
  }

  /** Asks for the session with the facts. @returns with the database's answers, by which two tries are compared */
  private async read<Found>(
    { facts }: Mutation<Found, Unchanged>,
    again: boolean,
  ): Promise<{ found: Found; answers: unknown }> {
    const who = this.parts.session?.fact ?? known(undefined);
    const fact = facts(this.d1, this.me.id);
    if (fact instanceof Promise) {
      const found = await fact;
      await this.parts.session?.mustBePresent(this.d1, again);
      return { found, answers: found };
    }
    const both = together({ who, fact });
    const results = await resultsOf(this.d1, both);
    const read = both.read(results);
    this.parts.session?.found(read.who);
    return { found: read.fact, answers: results.map((it) => it.results) };
  }

  private async decide<Found, Else extends Unchanged>(
    { subject, action, decide }: Mutation<Found, Else>,
    found: Found,
  ): Promise<Answer | Else | undefined> {
    const now = this.now();
    const decision = decide(found, this.me, now);
    if (isUnchanged(decision)) return (await this.earlier()) ?? decision;
    if (isDone(decision)) return this.already(decision.subject ?? subject, decision.done);
    const commit = committing(decision, { subject, action }, now);
    return this.attempt(this.tap ? { ...commit, at: this.clock() } : commit);
  }

  /**
   * Looks the key up only after a refusal, and only for a person who still may: the same request may have taken effect before.
   * Of a tap that was kept, its slice looks it up (attendance/corrections/review.ts).
   */
  private async orEarlier<Else>(act: () => Promise<Answer | Else>): Promise<Answer | Else> {
    try {
      return await act();
    } catch (error) {
      const refused = error instanceof Refusal && !['not_allowed', 'unavailable'].includes(error.code);
      const looks = refused && !this.tap?.offline;
      const earlier = looks ? await this.earlier() : undefined;
      if (!earlier) throw error;
      return earlier;
    }
  }

  /**
   * Tries once to commit all changes, and delivers the events. For jobs, which run again in a minute.
   * @returns undefined if a guard or a unique rule refused
   * @throws Refusal of an unmet condition; `key_reused`, `unavailable`; Stopped
   */
  async attempt(
    it: Pick<Commit, 'changes' | 'publish' | 'also'> & { at: number; by?: string },
  ): Promise<Answer | undefined> {
    if (this.parts.mayGoOn?.() === false) throw new Stopped();
    await this.parts.session?.mustBePresent(this.d1);
    const by = it.by ?? this.asker?.id ?? null;
    const answer = this.settle(await commit(this.d1, { ...it, by, key: this.parts.key }));
    const reason = answer ? undefined : await unmet(this.d1, it.changes);
    if (reason) throw new Refusal(reason.otherwise);
    return answer;
  }

  /** The first answer of this request, if it took effect before. @throws Refusal `key_reused` */
  private async earlier(): Promise<Answer | undefined> {
    const outcome = this.parts.key && (await answered(this.d1, this.me.id, this.parts.key));
    return outcome && this.settle(outcome);
  }

  /**
   * Answers with the subject's first journal entry of that action. The request's key is bound to that entry, so a late retry
   * gets the same answer and changes nothing.
   * @throws Refusal `key_reused`; `changed_meanwhile` if that entry is archived or erased
   */
  private async already(subject: string, action: string): Promise<Answer> {
    const at = this.clock();
    const answer = this.settle(
      await answerWith(this.d1, { by: this.me.id, at, key: this.parts.key, subject, action }),
    );
    if (!answer) throw new Refusal('changed_meanwhile');
    return answer;
  }

  /** Ends the sockets of a person or of one session on every channel, even if the caller hangs up. */
  async revoke(personId: string, whose: Revoked): Promise<void> {
    const done = this.revokeAround(personId, whose);
    this.ctx.waitUntil(done);
    await done;
  }

  private async revokeAround(personId: string, whose: Revoked): Promise<void> {
    // A person whose roles have just changed may still listen by their former roles.
    const owned = await Promise.all(access.channels.ask(this.d1, personId, this.now(), 'person' in whose));
    const channels = [...channelsOf(personId), ...owned.flat()];
    await this.insist(channels.map((channel) => ({ channel, whose })));
  }

  /** Ends all sockets of a channel because the right to listen has changed. Screens that still may listen reconnect. */
  restart(channel: ChannelName): Promise<void> {
    return this.insist([{ channel, whose: { everyone: true } }]);
  }

  turnOff(channel: ChannelName, session: string): Promise<void> {
    return this.insist([{ channel, whose: { session } }]);
  }

  /** Delivers after the answer; `commit` does so by itself. */
  deliver(deliveries: readonly Delivery[]): void {
    this.ctx.waitUntil(tell(this.env, deliveries, this.request));
  }

  /** Does not wait long: if an object is away, it is told later, and leases end what it holds (channel.ts). */
  private async insist(notices: readonly Notice[]): Promise<void> {
    const told = tell(this.env, notices, this.request);
    this.ctx.waitUntil(told);
    await within(PATIENCE_MS, told);
  }

  /** At the present time, whenever a tap was made. */
  private goOn(returned: readonly unknown[]): void {
    const { env, request, clock: now } = this;
    for (const done of afterCommit.ask({ env, request, now }, returned)) this.ctx.waitUntil(done);
  }

  private settle(outcome: Outcome): Answer | undefined {
    switch (outcome.kind) {
      case 'committed':
      case 'repeated':
        this.deliver(outcome.deliveries);
        if (outcome.kind === 'committed' && outcome.returned.length > 0) this.goOn(outcome.returned);
        return outcome.answer;
      case 'refused':
        return undefined;
      case 'key_reused':
        throw new Refusal('key_reused');
      case 'unknown':
        logFailure('error', {
          message: 'commit failed',
          request: this.request,
          error: outcome.error,
        });
        throw new Refusal('unavailable');
    }
  }
}
