/**
 * Follows one channel from a snapshot's cursor and never lets the page believe something false. Numbers are contiguous, so
 * a missed one shows: by the next event, by the heartbeat's `pong <epoch>:<head>`, by the heads check, or on return from
 * sleep. Whatever is missed is pulled from the log with the same cursor that polling uses when sockets are blocked.
 */
import { type ChannelName, pollEvery } from '$contract/channels';
import type { Cursor, Doing, Envelope, Focus } from '$contract/wire';
import { Connection, PACE } from './connection';
import { type Follower, Followers } from './Followers';
import { HeadsCheck } from './HeadsCheck';
import { Here } from './Here.svelte';
import { Denied, type Network } from './network';
import { type Heard, onHeard, onPulled, type Place } from './reducer';
import { Timers } from './timers';

/**
 * - `live`: everything up to now is on the screen.
 * - `catching_up`: something may be missing; it is being fetched.
 * - `polling`: sockets fail; the screen is exact as of the last poll.
 * - `offline`: the server is not reached; the screen is exact as of `asOf`.
 */
export type Status = 'live' | 'catching_up' | 'polling' | 'offline';

/** The channel, and its first follower, which stays as long as the channel does. */
export interface Following extends Follower {
  name: ChannelName;
  /** Whether to be told who else is there, and on `orders` and `registrations` what they look at. For those who may. */
  watches?: boolean;
  /** The session has ended or the right is gone: nothing more will come. */
  ended?(): void;
  /** One for all channels of a page; a lone channel has its own. */
  heads?: HeadsCheck;
  /** In a page: `browserNetwork`. */
  network: Network;
  /** The server's time as the page knows it, epoch milliseconds. */
  now?(): number;
  pace?: typeof PACE;
}

export class LiveChannel {
  readonly name: ChannelName;
  #status = $state<Status>('catching_up');
  #asOf = $state(0);
  #missed = $state(0);

  readonly #it: Required<Omit<Following, 'name' | 'watches' | keyof Follower>>;
  readonly #here: Here | undefined;
  readonly #followers: Followers;
  /** The highest number heard of; catching up goes on until it is reached. */
  #heard = 0;
  /** The highest number that anybody's snapshot or event has brought: only later ones are news after an absence. */
  #furthest: number;
  #running = false;
  #pulling: Promise<void> | undefined;
  /** The snapshots are out of date although the log is not. */
  #stale = false;
  readonly #connection: Connection;
  readonly #timers = new Timers<'poll' | 'pull'>();

  constructor({ name, cursor, apply, reload, watches = false, ...it }: Following) {
    this.name = name;
    this.#here = watches ? new Here() : undefined;
    this.#followers = new Followers({ cursor, apply, reload });
    this.#furthest = cursor.head;
    this.#it = {
      ended: () => undefined,
      heads: new HeadsCheck(it.network),
      now: Date.now,
      pace: PACE,
      ...it,
    };
    this.#asOf = this.#it.now();
    const { network, pace } = this.#it;
    this.#connection = new Connection(
      {
        open: () => network.connect(name, this.cursor, watches),
        hear: (heard) => this.#hear(heard),
        lost: (greeted) => this.#lost(greeted),
        refused: () => this.#end(),
      },
      pace,
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

  /** Where the screen stands: everything up to and including this has been applied by all. */
  get cursor(): Cursor {
    return this.#followers.cursor;
  }

  /** For those who watch: everyone who is there by id, this person included; undefined while that is not known. */
  get present(): ReadonlySet<string> | undefined {
    return this.#here?.present;
  }

  /** For those who watch: who looks at what, this person included; nothing while that is not known. */
  get focuses(): readonly Focus[] {
    return this.#here?.focuses ?? [];
  }

  /**
   * Tells the others what this page looks at, from now on and after each reconnect. For those who watch `orders` or
   * `registrations`: on other channels the server takes no such thing.
   * @param on an order's or a registration's id; null for nothing
   */
  look(on: string | null, doing: Doing = 'viewing'): void {
    this.#here?.look(on, doing);
  }

  /**
   * Lets somebody else follow too, from a snapshot of its own, over the same socket. If that snapshot is behind, what it
   * lacks is told again, and only to it; if it is ahead, the others catch up. @returns to be called when it leaves
   */
  join(follower: Follower): () => void {
    const { epoch, head } = follower.cursor;
    const leave = this.#followers.add(follower);
    this.#furthest = Math.max(this.#furthest, head);
    this.#missed = 0; // whoever joins has not been away
    if (this.#running) this.told({ epoch, head: this.#furthest });
    return leave;
  }

  /**
   * A newer snapshot is in place than the one the channel's first follower had: it came for another channel's sake, with
   * this one's cursor. Older events than its head are not told any more, and those after it are told again.
   */
  seat(at: Cursor): void {
    const same = at.epoch === this.cursor.epoch;
    this.#followers.seat(at);
    this.#furthest = same ? Math.max(this.#furthest, at.head) : at.head;
    if (this.#running) this.told({ epoch: at.epoch, head: this.#furthest });
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
      this.#here?.again();
    } else this.#connection.connect();
    const { heartbeat, dead } = this.#it.pace;
    const fresh = isUp && this.#it.now() - this.#asOf <= heartbeat + dead; // then the pong is answer enough
    if (!fresh) await this.#pull({ replayed: true });
  }

  /** Something that snapshots hold changed without being told event by event: they are loaded anew, once for many calls. */
  renew(): void {
    this.#stale = true;
    if (this.#running) void this.#pull({ replayed: false });
  }

  /** Another source says where the channel is. Being behind is no shame for a moment, but it is not live. */
  told(at: Cursor): void {
    this.#act({ kind: 'pong', ...at });
  }

  get #place(): Place {
    return { ...this.cursor, heard: this.#heard };
  }

  #hear(heard: Heard): void {
    if (heard.kind === 'hello') {
      this.#timers.stop('poll');
      this.#here?.greeted(this.#connection);
    }
    if (heard.kind !== 'pong') this.#here?.hear(heard);
    if (heard.kind !== 'presence') this.#act(heard);
  }

  #act(said: Heard): void {
    const step = onHeard(this.#place, said);
    this.#heard = step.heard;
    switch (step.do) {
      case 'apply':
        return this.#receive(step.events);
      case 'pull':
        return void this.#pull({ replayed: true });
      case 'drop':
        return this.#confirm();
    }
  }

  /** The next events came by themselves. While the log is being asked it will tell them too, in their order. */
  #receive(events: readonly Envelope[]): void {
    if (this.#pulling) return;
    const replayed = this.#status !== 'live';
    const before = this.#furthest;
    try {
      for (const event of events) this.#apply(event, replayed);
      if (replayed && this.#furthest > before) this.#missed = this.#furthest - before;
    } finally {
      this.#settle(); // also when the page failed to show one: it is not live then
    }
  }

  #apply(event: Envelope, replayed: boolean): void {
    this.#followers.tell(event, { replayed });
    this.#furthest = Math.max(this.#furthest, event.seq);
  }

  #settle(): void {
    if (this.cursor.head < this.#heard) void this.#pull({ replayed: true });
    else this.#confirm();
  }

  /** Fetches what is missing until nothing is, one at a time. Later callers share the pull that is under way. */
  #pull(how: { replayed: boolean }): Promise<void> {
    return (this.#pulling ??= this.#catchUp(how));
  }

  async #catchUp({ replayed }: { replayed: boolean }): Promise<void> {
    if (this.#status === 'live') this.#status = 'catching_up';
    let before = this.#furthest;
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
        if (step.do === 'reload' || this.#followers.apart || this.#stale) {
          await this.#reload();
          before = this.#furthest;
          again = true; // for what was pushed meanwhile
        } else if (step.do === 'apply') for (const event of step.events) this.#apply(event, replayed);
      } while (again || this.#stale || this.cursor.head < this.#heard);
      if (replayed && this.#furthest > before) this.#missed = this.#furthest - before;
      this.#pulling = undefined;
      this.#confirm();
    } catch (error) {
      this.#pulling = undefined;
      if (error instanceof Denied) return this.#end();
      if (!this.#connection.isUp) this.#status = 'offline';
      // With a live socket nothing else would ask again; without one, the next poll does.
      else
        this.#timers.start(
          'pull',
          Math.random() * this.#it.pace.backoff * 4,
          () => void this.#pull({ replayed }),
        );
    }
  }

  async #reload(): Promise<void> {
    const stale = this.#stale;
    this.#stale = false; // whoever asks for it during the reload gets another
    try {
      await this.#followers.reload();
    } catch (error) {
      this.#stale ||= stale;
      throw error;
    }
    if (this.#followers.apart) throw new Error(`the snapshots of ${this.name} are of two lives of the log`);
    this.#furthest = this.cursor.head;
  }

  /** Everything heard of is on the screen. */
  #confirm(): void {
    if (!this.#running || this.#pulling || this.#followers.apart || this.#stale) return;
    if (this.cursor.head < this.#heard) return;
    this.#asOf = this.#it.now();
    if (this.#connection.isUp) this.#status = 'live';
    else this.#status = this.#connection.isFailing ? 'polling' : 'catching_up';
  }

  /** Says so, and polls until a socket greets again. */
  #lost(greeted: boolean): void {
    this.#here?.lost();
    if (this.#status === 'live') this.#status = 'catching_up';
    // The first failure polls at once, then at the channel's pace.
    if (!greeted && !this.#timers.has('poll')) this.#poll();
  }

  #poll(): void {
    this.#timers.start('poll', pollEvery(this.name), () => this.#poll());
    void this.#pull({ replayed: this.#status !== 'polling' });
  }

  /** The device itself says that it has no network. */
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
    this.#here?.lost();
  }
}
