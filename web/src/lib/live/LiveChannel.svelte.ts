/**
 * Follows one channel from a snapshot's cursor. Numbers are contiguous, so the next event, the heartbeat's `pong <epoch>:<head>`,
 * the heads check or a return from sleep reveals a missed event. It is then pulled from the log with the cursor that polling uses.
 */
import { type ChannelName, leads, pollEvery } from '$contract/channels';
import type { Cursor, Doing, Envelope, Focus } from '$contract/wire';
import { Connection, jitter, PACE } from './connection';
import type { CursorAsOf } from './cursor';
import type { ChannelDependencies } from './dependencies';
import { HeadsCheck } from './HeadsCheck';
import { Missed } from './Missed.svelte';
import { Denied } from './network';
import type { Presence } from './Presence.svelte';
import { type Heard, type Named, onHeard, onPulled, type Place } from './reducer';
import { Sleep } from './Sleep';
import type { Status } from './status';
import { type Subscriber, Subscribers } from './Subscribers';
import { Timers } from './timers';

export class LiveChannel<Name extends ChannelName = ChannelName> {
  readonly name: Name;
  #status = $state<Status>('catching_up');
  #asOf = $state(0);

  readonly #it: Required<ChannelDependencies>;
  /** Of a watched channel. */
  #presence = $state.raw<Presence>();
  readonly #connection: Connection;
  readonly #timers = new Timers<'poll' | 'pull'>();
  readonly #subscribers: Subscribers;
  readonly #sleep: Sleep;
  readonly #missed: Missed;
  /** The highest number that the server has named; catching up ends when it is reached. */
  #heard = 0;
  #running = false;
  #pulling: Promise<void> | undefined;
  /** Failed pulls since the last one that succeeded. */
  #failures = 0;
  /** Until the log answers or another socket is greeted: sockets may be up while the database is away. */
  #doubted = false;

  /** @param cursor the position until there is a subscriber */
  constructor(name: Name, cursor: CursorAsOf, it: ChannelDependencies) {
    this.name = name;
    this.#subscribers = new Subscribers(cursor);
    this.#missed = new Missed(cursor);
    this.#it = { heads: new HeadsCheck(it.network), now: Date.now, pace: PACE, ...it };
    this.#asOf = cursor.asOf ?? this.#it.now();
    this.#sleep = new Sleep(it.network, () => void this.refresh());
    this.#connection = new Connection(
      {
        open: () => this.#it.network.connect(name, this.cursor, this.#presence !== undefined),
        leads: () => leads(name) && this.#it.network.isVisible(),
        hear: (heard) => this.#hear(heard),
        silent: () => leads(name) && this.#it.network.doubt(),
        lost: (greeted) => this.#lost(greeted),
        refused: () => this.#end(),
      },
      this.#it.pace,
    );
  }

  get status(): Status {
    return this.#status;
  }

  /** The last moment at which the screen was exact, epoch milliseconds. */
  get asOf(): number {
    return this.#asOf;
  }

  /** "7 changes while you were away" */
  get missed(): number {
    return this.#missed.count;
  }

  /** All subscribers have applied every event up to and including this one. */
  get cursor(): Cursor {
    return this.#subscribers.cursor;
  }

  /** For watchers: the ids of everyone present, this person included; undefined while unknown. */
  get present(): ReadonlySet<string> | undefined {
    return this.#presence?.present;
  }

  /** For watchers: who looks at what, this person included; empty while unknown. */
  get focuses(): readonly Focus[] {
    return this.#presence?.focuses ?? [];
  }

  /** Requests presence, once, which needs a right. A socket that was opened without it is replaced. */
  watch(presence: Presence): void {
    if (this.#presence) return;
    this.#presence = presence;
    if (!this.#running) return;
    this.#connection.close();
    this.#connection.connect();
  }

  /**
   * Sends what this page looks at, now and after each reconnect. Only watchers of `orders` and `registrations` may send it.
   * @param on an order's or registration's id; null for nothing
   */
  look(on: string | null, doing: Doing = 'viewing'): void {
    this.#presence?.look(on, doing);
  }

  /** A subscriber that is behind gets the missing events alone; if it is ahead, the others catch up. @returns how to leave */
  subscribe(subscriber: Subscriber): () => void {
    this.#subscribers.add(subscriber);
    this.#missed.forget();
    this.rebase(subscriber.cursor);
    return () => this.#subscribers.delete(subscriber);
  }

  /** A subscriber has loaded another snapshot. Events within it are dropped, later ones are applied again. */
  rebase(at: Cursor): void {
    const furthest = this.#missed.reach(at);
    if (this.#running) this.hear(furthest);
  }

  /** Follows until the returned function is called. */
  start(): () => void {
    this.#running = true;
    // Timers sleep while a phone is in a pocket, so its return triggers a check.
    const watch = {
      resumed: () => void this.refresh(),
      silent: () => this.#doubt(),
      cut: () => {
        this.#connection.cut();
        this.#status = 'offline';
      },
      unavailable: () => this.hear(),
    };
    const leave = [this.#it.heads.join(this), this.#it.network.watch(watch), this.#sleep.start()];
    this.#connection.connect();
    return () => {
      this.#stop();
      for (const undo of leave) undo();
    };
  }

  /** Checks for missing events and reconnects if needed: on the pill's click, on focus, when the network returns. */
  async refresh(): Promise<void> {
    if (!this.#running) return;
    this.#doubt();
    const { isUp } = this.#connection;
    if (isUp) this.#presence?.repeat();
    else this.#connection.connect();
    const { heartbeat, dead } = this.#it.pace;
    const fresh = isUp && this.#it.now() - this.#asOf <= heartbeat + dead; // then the pong is enough
    if (!fresh) await this.#pull(true);
  }

  /** Loads this subscriber's snapshot again, once for many calls: a part of it changed without an event. */
  async reload(subscriber: Subscriber): Promise<void> {
    this.#subscribers.expire(subscriber);
    if (this.#running) await this.#pull(false);
  }

  /** Another source names the channel's head, or did not reach the log: then it is not live until the log answers. */
  hear(at?: Cursor): void {
    if (at) return this.#act({ kind: 'log', ...at });
    this.#doubted = true;
    if (this.#running) void this.#pull(true);
  }

  get #place(): Place {
    return { ...this.cursor, heard: this.#heard };
  }

  /** Not live until the server answers a ping from now on. */
  #doubt(): void {
    this.#unsettle();
    this.#connection.ping();
  }

  #unsettle(): void {
    if (this.#status === 'live') this.#status = 'catching_up';
  }

  #hear(heard: Heard): void {
    this.#sleep.look(); // before what lay in the buffer counts
    if (heard.kind === 'hello') {
      this.#timers.stop('poll');
      this.#doubted = false;
      this.#presence?.greeted(this.#connection);
    }
    if (heard.kind !== 'pong') this.#presence?.hear(heard);
    if (heard.kind !== 'presence') this.#act(heard);
  }

  #act(message: Heard | Named): void {
    const step = onHeard(this.#place, message);
    this.#heard = step.heard;
    switch (step.do) {
      case 'apply':
        return this.#receive(step.events);
      case 'pull':
        return void this.#pull(true);
      case 'drop':
        return this.#confirm();
    }
  }

  /** The next events were pushed. A running pull brings them too, in order. */
  #receive(events: readonly Envelope[]): void {
    if (this.#pulling) return;
    const replayed = this.#status !== 'live';
    try {
      for (const event of events) this.#apply(event, replayed);
    } finally {
      // Also if the page failed to apply one: then it is not live.
      if (this.cursor.head < this.#heard) void this.#pull(true);
      else this.#confirm();
    }
  }

  #apply(event: Envelope, replayed: boolean): void {
    this.#subscribers.publish(event, { replayed });
    this.#missed.note(event.seq, replayed);
  }

  /** Pulls until no event is missing. Later callers share the running pull. */
  #pull(replayed: boolean): Promise<void> {
    return (this.#pulling ??= this.#catchUp(replayed));
  }

  async #catchUp(replayed: boolean): Promise<void> {
    this.#unsettle();
    try {
      let again: boolean;
      do {
        const from = this.cursor;
        this.#heard = from.head; // the log overrides earlier numbers; numbers that arrive during the pull count
        const answer = await this.#it.network.since(this.name, from);
        if (!this.#running) return;
        const step = onPulled(this.#place, from, answer);
        this.#heard = step.heard;
        again = step.do !== 'apply' || this.#subscribers.mustReload; // also for events pushed during a reload
        if (step.do === 'reload' || this.#subscribers.areMixed) {
          await this.#subscribers.reloadAll(answer);
          if (this.#subscribers.areMixed) throw new Error(`the snapshots of ${this.name} are of two epochs`);
          this.#missed.restart(this.cursor);
        } else if (this.#subscribers.isStale) await this.#subscribers.reloadStale();
        else if (step.do === 'apply') for (const event of step.events) this.#apply(event, replayed);
      } while (again || this.#subscribers.isStale || this.cursor.head < this.#heard);
      [this.#failures, this.#doubted] = [0, false];
      this.#pulling = undefined;
      this.#confirm();
      // Its object does not know of a restore. Another socket brings it the present epoch, for all screens.
      if (this.#connection.isUp && this.#connection.epoch !== this.cursor.epoch) this.#connection.cut();
    } catch (error) {
      this.#pulling = undefined;
      this.#doubted = true; // a later frame may name less than what was to be pulled
      if (error instanceof Denied) return this.#end();
      const wait = jitter(this.#it.pace, (this.#failures += 1) + 1);
      if (!this.#connection.isUp || this.#failures > 1) this.#status = 'offline';
      // With a socket up, only this timer retries; without one, the next poll does.
      if (this.#connection.isUp) this.#timers.start('pull', wait, () => void this.#pull(replayed));
    }
  }

  /** The screen is exact now, unless an event is missing or what it heard may be old. */
  #confirm(): void {
    if (!this.#running || this.#pulling) return;
    if (this.#subscribers.mustReload) return void this.#pull(true); // an earlier reload failed
    if (this.cursor.head < this.#heard || this.#doubted || this.#connection.isOld) return;
    this.#missed.conclude();
    this.#asOf = this.#it.now();
    if (this.#connection.isUp) this.#status = 'live';
    else this.#status = this.#connection.isFailing ? 'polling' : 'catching_up';
  }

  #lost(greeted: boolean): void {
    this.#presence?.lost();
    this.#unsettle();
    // The first failure polls immediately, later ones at the channel's pace.
    if (!greeted && !this.#timers.has('poll')) this.#poll();
  }

  #poll(): void {
    this.#timers.start('poll', pollEvery(this.name), () => this.#poll());
    void this.#pull(this.#status !== 'polling');
  }

  /** Signed out or not allowed: it does not reconnect by itself. */
  #end(): void {
    this.#stop();
    this.#status = 'offline';
    this.#it.ended();
  }

  #stop(): void {
    this.#running = false;
    this.#timers.stopAll();
    this.#connection.close();
    this.#presence?.lost();
  }
}
