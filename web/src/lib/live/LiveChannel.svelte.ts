/**
 * Follows one channel from a snapshot's cursor and never lets the page believe something false. Numbers are contiguous, so
 * a missed one shows: by the next event, by the heartbeat's `pong <epoch>:<head>`, by the heads check, or on return from
 * sleep. Whatever is missed is pulled from the log with the same cursor that polling uses when sockets are blocked.
 */
import { type ChannelName, pollEvery } from '$contract/channels';
import {
  close,
  type Cursor,
  type Doing,
  type Envelope,
  type Focus,
  Frame,
  parsePong,
  PING,
  PROTOCOL,
} from '$contract/wire';
import * as v from 'valibot';
import { type Follower, Followers } from './Followers';
import { HeadsCheck } from './HeadsCheck';
import { Here } from './Here.svelte';
import { Denied, type Network } from './network';

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

/** Milliseconds. */
export const PACE = {
  heartbeat: 25_000,
  /** A socket that says nothing for so long after a ping is dead. */
  dead: 8_000,
  /** After a drop everybody comes back at once: the first try is spread over this. */
  spread: 5_000,
  /** Then with full jitter below a ceiling that doubles. */
  backoff: 500,
  mostBackoff: 30_000,
};

type Timer = 'heartbeat' | 'dead' | 'connect' | 'poll' | 'pull';

export class LiveChannel {
  readonly name: ChannelName;
  #status = $state<Status>('catching_up');
  #asOf = $state(0);
  #missed = $state(0);

  readonly #it: Required<Omit<Following, 'name' | 'watches' | keyof Follower>>;
  readonly #here: Here | undefined;
  readonly #followers: Followers;
  /** The highest number heard of; catching up goes on until it is reached. */
  #wanted = 0;
  /** The highest number that anybody's snapshot or event has brought: only later ones are news after an absence. */
  #furthest: number;
  #running = false;
  #socket: WebSocket | undefined;
  #greeted = false;
  /** Reconnects in vain since the last greeting. */
  #failures = 0;
  #pulling: Promise<void> | undefined;
  /** The snapshots are out of date although the log is not. */
  #stale = false;
  readonly #timers = new Map<Timer, ReturnType<typeof setTimeout>>();

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
    this.#connect();
    return () => {
      this.#running = false;
      for (const undo of leave) undo();
      for (const timer of this.#timers.values()) clearTimeout(timer);
      this.#drop();
    };
  }

  /** Looks now whether anything is missing, and reconnects if need be: the pill's click, focus, return of the network. */
  async refresh(): Promise<void> {
    if (!this.#running) return;
    if (this.#greeted) {
      this.#ping();
      this.#here?.again();
    } else this.#connect();
    const { heartbeat, dead } = this.#it.pace;
    const fresh = this.#greeted && this.#it.now() - this.#asOf <= heartbeat + dead; // then the pong is answer enough
    if (!fresh) await this.#pull({ replayed: true });
  }

  /** Something that snapshots hold changed without being told event by event: they are loaded anew, once for many calls. */
  renew(): void {
    this.#stale = true;
    if (this.#running) void this.#pull({ replayed: false });
  }

  /** Somebody says where the channel stands. Being behind is no shame for a moment, but it is not live. */
  told({ epoch, head }: Cursor): void {
    const { cursor } = this;
    if (epoch === cursor.epoch) {
      this.#wanted = Math.max(this.#wanted, head);
      if (cursor.head >= this.#wanted) return this.#confirm();
    }
    // Of another epoch only the log itself can say which is the present one.
    void this.#pull({ replayed: true });
  }

  #connect(): void {
    if (!this.#running || this.#socket) return;
    this.#clear('connect');
    const socket = this.#it.network.connect(this.name, this.cursor, this.#here !== undefined);
    this.#socket = socket;
    this.#greeted = false;
    this.#after('dead', this.#it.pace.dead, () => this.#lost(socket));
    socket.addEventListener(
      'message',
      ({ data }) => this.#socket === socket && this.#hear(socket, String(data)),
    );
    socket.addEventListener('close', ({ code }) => this.#socket === socket && this.#closed(socket, code));
    socket.addEventListener('error', () => this.#lost(socket));
  }

  #hear(socket: WebSocket, text: string): void {
    const at = parsePong(text);
    const frame = at ? undefined : parseFrame(text);
    if (!at && !frame) return this.#lost(socket); // not ours: what it meant to say, the log will tell
    if (frame?.kind === 'hello') {
      if (frame.v !== PROTOCOL) return this.#end(); // a newer server: only a reload of the page helps
      this.#greeted = true;
      this.#failures = 0;
      this.#clear('poll');
      this.#here?.greeted(socket);
    }
    if (frame) this.#here?.hear(frame);
    this.#clear('dead');
    this.#after('heartbeat', this.#it.pace.heartbeat, () => this.#ping());
    if (at) this.told(at);
    else if (frame?.kind === 'events') this.#receive(frame.epoch, frame.events);
    else if (frame?.kind === 'hello' && !frame.replay) this.told(frame);
    else if (frame?.kind === 'hello') this.#wanted = Math.max(this.#wanted, frame.head); // what we missed follows at once
  }

  /** Contiguous: apply. Older: drop. A gap: pull. */
  #receive(epoch: string, events: readonly Envelope[]): void {
    const last = events.at(-1)?.seq ?? 0;
    if (epoch !== this.cursor.epoch || this.#pulling) return this.told({ epoch, head: last });
    const replayed = this.#status !== 'live';
    const before = this.#furthest;
    try {
      for (const event of events) this.#apply(event, replayed);
      if (replayed && this.#furthest > before) this.#missed = this.#furthest - before;
    } finally {
      this.told({ epoch, head: last }); // also when the page failed to show one: it is not live then
    }
  }

  /** @returns whether the event was the next one */
  #apply(event: Envelope, replayed: boolean): boolean {
    if (event.seq !== this.cursor.head + 1) return false;
    this.#followers.tell(event, { replayed });
    this.#furthest = Math.max(this.#furthest, event.seq);
    return true;
  }

  /** Fetches what is missing until nothing is, one at a time. Later callers share the pull that is under way. */
  #pull(how: { replayed: boolean }): Promise<void> {
    return (this.#pulling ??= this.#catchUp(how));
  }

  async #catchUp({ replayed }: { replayed: boolean }): Promise<void> {
    if (this.#status === 'live') this.#status = 'catching_up';
    let renewing = false;
    try {
      let before = this.#furthest;
      let again: boolean;
      do {
        const from = this.cursor;
        this.#wanted = from.head; // the log knows better than anything heard before; what is heard meanwhile counts
        const answer = await this.#it.network.since(this.name, from);
        if (!this.#running) return;
        const elsewhere =
          this.cursor.epoch !== from.epoch || (answer.reset && this.cursor.head !== from.head);
        const anew = (answer.reset && !elsewhere) || this.#followers.apart || this.#stale;
        if (anew) {
          renewing = this.#stale;
          this.#stale = false; // whoever asks for it during the reload gets another
          await this.#followers.reload();
          renewing = false;
          if (this.#followers.apart)
            throw new Error(`the snapshots of ${this.name} are of two lives of the log`);
          before = this.#furthest = this.cursor.head;
        } else if (!answer.reset && !elsewhere) {
          const next = answer.events.filter((event) => this.#apply(event, replayed)).length;
          // Unless somebody who is further behind has joined meanwhile: then the log is asked again, from there.
          if (next === 0 && answer.more && this.cursor.head === from.head)
            throw new Error(`the log of ${this.name} does not go on`);
          this.#wanted = Math.max(this.#wanted, answer.head);
        }
        // What was pushed during a reload is asked for once more, and so is a log that was asked before a newer snapshot was seated.
        again = anew || elsewhere || this.#stale || this.cursor.head < this.#wanted;
      } while (again);
      if (replayed && this.#furthest > before) this.#missed = this.#furthest - before;
      this.#pulling = undefined;
      this.#confirm();
    } catch (error) {
      this.#pulling = undefined;
      this.#stale ||= renewing;
      if (error instanceof Denied) return this.#end();
      if (!this.#greeted) this.#status = 'offline';
      // With a live socket nothing else would ask again; without one, the next poll does.
      else this.#after('pull', this.#jitter(this.#it.pace.backoff * 4), () => void this.#pull({ replayed }));
    }
  }

  /** Everything heard of is on the screen. */
  #confirm(): void {
    if (!this.#running || this.#pulling || this.#followers.apart || this.#stale) return;
    if (this.cursor.head < this.#wanted) return;
    this.#asOf = this.#it.now();
    if (this.#socket && this.#greeted) this.#status = 'live';
    else this.#status = this.#failures > 0 ? 'polling' : 'catching_up';
  }

  #ping(): void {
    const socket = this.#socket;
    if (!socket || !this.#greeted) return;
    socket.send(PING);
    this.#after('dead', this.#it.pace.dead, () => this.#lost(socket));
    this.#after('heartbeat', this.#it.pace.heartbeat, () => this.#ping());
  }

  #closed(socket: WebSocket, code: number): void {
    if (code === close.signedOut || code === close.notAllowed) return this.#end();
    this.#lost(socket);
  }

  /** The socket is gone or dead: say so, come back with full jitter, and poll until a socket greets again. */
  #lost(socket: WebSocket): void {
    if (this.#socket !== socket) return;
    const dropped = this.#greeted;
    this.#drop();
    if (!this.#running) return;
    if (this.#status === 'live') this.#status = 'catching_up';
    if (!dropped) {
      this.#failures += 1;
      if (!this.#timers.has('poll')) this.#poll(); // the first failure polls at once, then at the channel's pace
    }
    const { spread, backoff, mostBackoff } = this.#it.pace;
    const within = dropped ? spread : Math.min(mostBackoff, backoff * 2 ** this.#failures);
    this.#after('connect', this.#jitter(within), () => this.#connect());
  }

  #poll(): void {
    this.#after('poll', pollEvery(this.name), () => this.#poll());
    void this.#pull({ replayed: this.#status !== 'polling' });
  }

  /** Signed out or not allowed: stays as it is and does not come back by itself. */
  #end(): void {
    this.#running = false;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#drop();
    this.#status = 'offline';
    this.#it.ended();
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#greeted = false;
    this.#here?.lost();
    for (const name of ['heartbeat', 'dead'] as const) this.#clear(name);
    socket?.close();
  }

  /** The device itself says that it has no network: no need to wait for a heartbeat. */
  #cut(): void {
    if (this.#socket) this.#lost(this.#socket);
    this.#status = 'offline';
  }

  #jitter(most: number): number {
    return Math.random() * most;
  }

  #after(name: Timer, ms: number, act: () => void): void {
    this.#clear(name);
    const timer = setTimeout(() => {
      this.#timers.delete(name);
      act();
    }, ms);
    this.#timers.set(name, timer);
  }

  #clear(name: Timer): void {
    clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
  }
}

function parseFrame(text: string): Frame | undefined {
  try {
    return v.parse(Frame, JSON.parse(text));
  } catch {
    return undefined;
  }
}
