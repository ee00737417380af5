/**
 * Follows one channel from a snapshot's cursor and never lets the page believe something false. Numbers are contiguous, so
 * a missed one shows: by the next event, by the heartbeat's `pong <epoch>:<head>`, by the heads check, or on return from
 * sleep. Whatever is missed is pulled from the log with the same cursor that polling uses when sockets are blocked.
 */
import { type ChannelName, pollEvery } from '$contract/channels';
import type { Cursor, Doing, Envelope, Focus } from '$contract/wire';
import { Connection, PACE } from './connection';
import { HeadsCheck } from './HeadsCheck';
import { Denied, type Dependencies } from './network';
import { Presence } from './Presence.svelte';
import { type Heard, onHeard, onPulled, type Place } from './reducer';
import { type Subscriber, Subscribers } from './Subscribers';
import { Timers } from './timers';

/**
 * - `live`: everything up to now is on the screen.
 * - `catching_up`: something may be missing; it is being fetched.
 * - `polling`: sockets fail; the screen is exact as of the last poll.
 * - `offline`: the server is not reached; the screen is exact as of `asOf`.
 */
export type Status = 'live' | 'catching_up' | 'polling' | 'offline';

interface ChannelDependencies extends Dependencies {
  /** One for all channels of a page; a lone channel has its own. */
  heads?: HeadsCheck;
  /** The server's time as the page knows it, epoch milliseconds. */
  now?(): number;
  pace?: typeof PACE;
}

export class LiveChannel<Name extends ChannelName = ChannelName> {
  readonly name: Name;
  #status = $state<Status>('catching_up');
  #asOf = $state(0);
  #missed = $state(0);

  readonly #it: Required<ChannelDependencies>;
  readonly #presence = new Presence();
  readonly #connection: Connection;
  readonly #timers = new Timers<'poll' | 'pull'>();
  readonly #subscribers: Subscribers;
  /** The furthest that any snapshot or event has brought: only later events are news after an absence. */
  #furthest: Cursor;
  /** The highest number heard of; catching up goes on until it is reached. */
  #heard = 0;
  #running = false;
  #pulling: Promise<void> | undefined;

  /** @param cursor where it is until somebody subscribes */
  constructor(name: Name, cursor: Cursor, it: ChannelDependencies) {
    this.name = name;
    this.#subscribers = new Subscribers(cursor);
    this.#furthest = cursor;
    this.#it = { heads: new HeadsCheck(it.network), now: Date.now, pace: PACE, ...it };
    this.#asOf = this.#it.now();
    this.#connection = new Connection(
      {
        open: () => this.#it.network.connect(name, this.cursor, this.#presence.isWatched),
        hear: (heard) => this.#hear(heard),
        lost: (greeted) => this.#lost(greeted),
        refused: () => this.#end(),
      },
      this.#it.pace,
    );
  }

  get status(): Status {
    return this.#status;
  }

  /** The last moment at which the screen was known to be exact, epoch milliseconds. */
  get asOf(): number {
    return this.#asOf;
  }

  /** How many changes the last absence brought: "7 changes while you were away". */
  get missed(): number {
    return this.#missed;
  }

  /** Everything up to and including this has been applied by all subscribers. */
  get cursor(): Cursor {
    return this.#subscribers.cursor;
  }

  /** For those who watch: everyone who is there by id, this person included; undefined while that is not known. */
  get present(): ReadonlySet<string> | undefined {
    return this.#presence.present;
  }

  /** For those who watch: who looks at what, this person included; nothing while that is not known. */
  get focuses(): readonly Focus[] {
    return this.#presence.focuses;
  }

  /** From now on the channel says who else is there. For those who may; a socket that does not say so is replaced. */
  watch(): void {
    if (this.#presence.isWatched) return;
    this.#presence.isWatched = true;
    if (!this.#running) return;
    this.#connection.close();
    this.#connection.connect();
  }

  /**
   * Tells the others what this page looks at, from now on and after each reconnect. For those who watch `orders` or
   * `registrations`: on other channels the server takes no such thing.
   * @param on an order's or a registration's id; null for nothing
   */
  look(on: string | null, doing: Doing = 'viewing'): void {
    this.#presence.look(on, doing);
  }

  /** If the subscriber is behind, it alone gets what it lacks; if it is ahead, the others catch up. @returns how to leave */
  subscribe(subscriber: Subscriber): () => void {
    this.#subscribers.add(subscriber);
    this.#missed = 0; // who joins has not been away
    this.rebase(subscriber.cursor);
    return () => this.#subscribers.delete(subscriber);
  }

  /** A subscriber has loaded another snapshot. Events that it contains are dropped, later ones are applied again. */
  rebase({ epoch, head }: Cursor): void {
    const same = epoch === this.#furthest.epoch;
    this.#furthest = { epoch, head: same ? Math.max(this.#furthest.head, head) : head };
    if (this.#running) this.hear(this.#furthest);
  }

  /** Follows until the returned function is called. */
  start(): () => void {
    this.#running = true;
    // What timers slept through, while a phone was in a pocket, is looked at on its return.
    const watch = { resumed: () => void this.refresh(), cut: () => this.#cut() };
    const leave = [this.#it.heads.join(this), this.#it.network.watch(watch)];
    this.#connection.connect();
    return () => {
      this.#stop();
      for (const undo of leave) undo();
    };
  }

  /** Looks now whether anything is missing, and reconnects if need be: the pill's click, focus, return of the network. */
  async refresh(): Promise<void> {
    if (!this.#running) return;
    const { isUp } = this.#connection;
    if (isUp) {
      this.#connection.ping();
      this.#presence.repeat();
    } else this.#connection.connect();
    const { heartbeat, dead } = this.#it.pace;
    const fresh = isUp && this.#it.now() - this.#asOf <= heartbeat + dead; // then the pong is answer enough
    if (!fresh) await this.#pull(true);
  }

  /** Something in this subscriber's snapshot changed without an event of its own: it is loaded again, once for many calls. */
  async reload(subscriber: Subscriber): Promise<void> {
    this.#subscribers.expire(subscriber);
    if (this.#running) await this.#pull(false);
  }

  /** Another source says where the channel is. */
  hear(at: Cursor): void {
    this.#act({ kind: 'pong', ...at });
  }

  get #place(): Place {
    return { ...this.cursor, heard: this.#heard };
  }

  #hear(heard: Heard): void {
    if (heard.kind === 'hello') {
      this.#timers.stop('poll');
      this.#presence.greeted(this.#connection);
    }
    if (heard.kind !== 'pong') this.#presence.hear(heard);
    if (heard.kind !== 'presence') this.#act(heard);
  }

  #act(said: Heard): void {
    const step = onHeard(this.#place, said);
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

  /** The next events came by themselves. A pull that is under way brings them too, in their order. */
  #receive(events: readonly Envelope[]): void {
    if (this.#pulling) return;
    const replayed = this.#status !== 'live';
    const before = this.#furthest.head;
    try {
      for (const event of events) this.#apply(event, replayed);
      this.#count(replayed, before);
    } finally {
      // Also when the page failed to show one: it is not live then.
      if (this.cursor.head < this.#heard) void this.#pull(true);
      else this.#confirm();
    }
  }

  #apply(event: Envelope, replayed: boolean): void {
    this.#subscribers.publish(event, { replayed });
    if (event.seq > this.#furthest.head) this.#furthest = { ...this.#furthest, head: event.seq };
  }

  #count(replayed: boolean, before: number): void {
    const { head } = this.#furthest;
    if (replayed && head > before) this.#missed = head - before;
  }

  /** Fetches what is missing until nothing is, one at a time. Later callers share the pull that is under way. */
  #pull(replayed: boolean): Promise<void> {
    return (this.#pulling ??= this.#catchUp(replayed));
  }

  async #catchUp(replayed: boolean): Promise<void> {
    if (this.#status === 'live') this.#status = 'catching_up';
    let before = this.#furthest.head;
    try {
      let again: boolean;
      do {
        const from = this.cursor;
        this.#heard = from.head; // the log knows better than anything heard before; what is heard meanwhile counts
        const answer = await this.#it.network.since(this.name, from);
        if (!this.#running) return;
        const step = onPulled(this.#place, from, answer);
        this.#heard = step.heard;
        again = step.do !== 'apply';
        if (step.do === 'reload' || this.#subscribers.areMixed) {
          await this.#subscribers.reloadAll(answer);
          if (this.#subscribers.areMixed) throw new Error(`the snapshots of ${this.name} are of two epochs`);
          this.#furthest = this.cursor;
          before = this.#furthest.head;
          again = true; // for what was pushed meanwhile
        } else if (this.#subscribers.isStale) {
          await this.#subscribers.reloadStale();
          again = true;
        } else if (step.do === 'apply') for (const event of step.events) this.#apply(event, replayed);
      } while (again || this.#subscribers.isStale || this.cursor.head < this.#heard);
      this.#count(replayed, before);
      this.#pulling = undefined;
      this.#confirm();
    } catch (error) {
      this.#pulling = undefined;
      if (error instanceof Denied) return this.#end();
      const { backoff } = this.#it.pace;
      if (!this.#connection.isUp) this.#status = 'offline';
      // With a live socket nothing else would ask again; without one, the next poll does.
      else this.#timers.start('pull', Math.random() * 4 * backoff, () => void this.#pull(replayed));
    }
  }

  /** Everything heard of is on the screen. */
  #confirm(): void {
    const { areMixed, isStale } = this.#subscribers;
    if (!this.#running || this.#pulling || areMixed || isStale || this.cursor.head < this.#heard) return;
    this.#asOf = this.#it.now();
    if (this.#connection.isUp) this.#status = 'live';
    else this.#status = this.#connection.isFailing ? 'polling' : 'catching_up';
  }

  #lost(greeted: boolean): void {
    this.#presence.lost();
    if (this.#status === 'live') this.#status = 'catching_up';
    // The first failure polls at once, then at the channel's pace.
    if (!greeted && !this.#timers.has('poll')) this.#poll();
  }

  #poll(): void {
    this.#timers.start('poll', pollEvery(this.name), () => this.#poll());
    void this.#pull(this.#status !== 'polling');
  }

  #cut(): void {
    this.#connection.cut();
    this.#status = 'offline';
  }

  /** Signed out or not allowed: stays as it is and does not come back by itself. */
  #end(): void {
    this.#stop();
    this.#status = 'offline';
    this.#it.ended();
  }

  #stop(): void {
    this.#running = false;
    this.#timers.stopAll();
    this.#connection.close();
    this.#presence.lost();
  }
}
