/**
 * One channel's object: it holds the listeners' sockets and fans committed events out to them. It knows no domain, stores nothing
 * and reads D1 only to fill a gap, to recall what returning screens missed, or to renew leases; the Worker authorises each listener.
 * The auto-response to `ping` holds its cursor: the runtime keeps it through hibernation and answers without waking the object.
 */
import { DurableObject } from 'cloudflare:workers';
import type { Bindings } from '../bindings';
import type { ChannelName } from '../contract/channels';
import { close, type Cursor, type Envelope, Hello, parsePong, PING, pong, PROTOCOL } from '../contract/wire';
import type * as v from 'valibot';
import { admission, framed, isHeard, isOpen, type Kept, kept, type SocketState } from './socket';
import { inTime } from '../db/calls';
import { logFailure } from '../log';
import { type Notice, type Revoked, tell } from './delivery';
import { RestoreCheck } from './epoch';
import { Leases } from './leases';
import { isAnswer, mayRead } from './reading';
import { DESK, Presence, tagsOf, WATCHER } from './presence';
import { eventsSince, headsOf } from './replay';

/** Sockets written between two turns of the event loop: a turn takes about 1 ms, 250 sends about 7 ms. */
const SLICE = 250;
/** The most events in one frame as they happen, and in one read of a gap. */
const FRAME = 500;
/** The most recent events in memory, and their most characters: a reconnecting screen needs no D1 for them. */
export const TAIL = 1_000;
export const TAIL_SIZE = 1_000_000;
/** A screen that returns waits no longer for what it missed: then it pulls. */
const RECALL_MS = 2_000;
/** The most sockets of one person before another one is accepted. */
const MOST_OF_A_PERSON = 30;
/** The most revoked tags remembered. */
const REVOKED = 1_000;
/** An upgrade that the Worker authorised before a restart arrives within this. */
const UPGRADE_MS = 30_000;
/** Between two looks for silent sockets. */
export const LOOK_MS = 25_000;

export class Channel extends DurableObject<Bindings> {
  /** Every event up to this cursor has been sent, or is being sent, to every socket. */
  #sent = parsePong(this.ctx.getWebSocketAutoResponse()?.response ?? '');
  /** Committed, in order, contiguous after `#sent`. */
  #pending: Envelope[] = [];
  #tail: Kept[] = [];
  /** A cursor whose events memory cannot get: the log forgot them, or they are too large. */
  #unknown = -1;
  #ordering: Promise<unknown> = Promise.resolve();
  #flushing: Promise<void> | undefined;
  #recalling: Promise<boolean> | undefined;
  #lookedAt = 0;
  readonly #leases = new Leases(this.ctx);
  readonly #wokeAt = Date.now();
  #gapsFilled = 0;
  /** Tags revoked since the object woke: their late upgrades are checked again. They can be forgotten once those have arrived. */
  readonly #revoked = new Set<string>();
  #restartedAt = 0;
  readonly #restoreCheck = new RestoreCheck();
  readonly #presence = new Presence(this.ctx, {
    check: () => this.#checkSockets(),
    failed: (error) => logFailure('error', { message: 'presence not sent', channel: this.#name, error }),
    send: (socket, frame) => this.#sendTo(socket, frame),
  });

  /** Accepts a socket that the Worker authorised and greets it with the cursor and, from memory, the events it missed. */
  override async fetch(request: Request): Promise<Response> {
    const read = parsePong(request.headers.get(admission.cursor) ?? '');
    const session = request.headers.get(admission.session);
    const person = request.headers.get(admission.person);
    if (!read || !session || !person) return new Response(null, { status: 400 });
    const { 0: client, 1: server } = new WebSocketPair();
    if (!this.#sent) this.#moveTo(read);
    const { head } = this.#sent as Cursor;
    const { searchParams } = new URL(request.url);
    const isOfEpoch = (): boolean => searchParams.get('epoch') === this.#sent?.epoch;
    const asked = Number(searchParams.get('since') ?? NaN);
    if (isOfEpoch()) await this.#recall(asked);
    const since = isOfEpoch() ? asked : NaN;
    // The oldest sockets of a person are closed, so that one person cannot fill the object.
    for (const extra of this.ctx.getWebSockets(`person:${person}`).slice(0, -MOST_OF_A_PERSON))
      this.#end(extra, close.tooMuch, 'too many');
    const tags = tagsOf(request.headers, { person, session });
    this.ctx.acceptWebSocket(server, tags);
    if (request.headers.has(admission.presence)) this.#presence.joined(person);
    // If a revoke overtook this upgrade, its right is checked again before anything is sent.
    const overtaken =
      tags.some((tag) => this.#revoked.has(tag)) || Date.now() - this.#restartedAt < UPGRADE_MS;
    const at = overtaken ? 0 : Date.now();
    const missed = overtaken ? [] : this.#after(since);
    const from = missed.length > 0 ? since : read.head;
    server.serializeAttachment({ session, at, read: from } satisfies SocketState);
    this.#leases.begin(at);
    // If the head that the Worker has just read is ahead, a delivery is late or lost: the object reads the gap.
    // Unless events left while it recalled: then the Worker's head may be old.
    const isOld =
      this.#sent?.head !== head && this.#sent?.epoch === read.epoch && this.#sent.head >= read.head;
    if (!isOld) this.ctx.waitUntil(this.deliver(read.epoch, read.head, []).catch(this.#logUnread));
    const watches = tags.includes(WATCHER);
    this.#greet(server, read, missed, watches && !overtaken);
    if (watches && overtaken) this.ctx.waitUntil(this.#greetAgain(server).catch(this.#logUnread));
    return new Response(null, { status: 101, webSocket: client });
  }

  /** Sends committed events to all listeners: drops known ones and fills a gap with one read. Resolves when the frames have left. */
  async deliver(epoch: string, head: number, events: Envelope[]): Promise<void> {
    const ordered = this.#ordering.then(() => this.#take(epoch, head, events));
    this.#ordering = ordered.catch(() => undefined); // the caller gets the error and tries again
    await ordered;
    if (this.#pending.length > 0) this.#flushing ??= this.#flush();
    await this.#flushing;
  }

  /** Passes a part of many notices on, its own among them. */
  pass(notices: Notice[], request: string): Promise<void> {
    return tell(this.env, notices, request);
  }

  /** Ends sockets. After `everyone`, screens that still may listen reconnect. */
  revoke(whose: Revoked): void {
    if ('everyone' in whose) {
      this.#restartedAt = Date.now();
      for (const socket of this.ctx.getWebSockets())
        this.#end(socket, close.restart, 'who may listen has changed');
      return;
    }
    const tag = 'person' in whose ? `person:${whose.person}` : `session:${whose.session}`;
    if (this.#revoked.size >= REVOKED) this.#revoked.clear();
    this.#revoked.add(tag);
    for (const socket of this.ctx.getWebSockets(tag)) this.#end(socket, close.signedOut, 'signed out');
  }

  /** How it is: its last event sent (null before the first listener), its sockets, and the gaps filled since it woke. */
  status(): { head: number | null; listeners: number; gapsFilled: number; wokeAt: number } {
    const listeners = this.ctx.getWebSockets().filter(isOpen).length;
    return { head: this.#sent?.head ?? null, listeners, gapsFilled: this.#gapsFilled, wokeAt: this.#wokeAt };
  }

  /** Whether someone who works at this channel's desk has it open. */
  attended(): boolean {
    return this.ctx.getWebSockets(DESK).some((socket) => isHeard(this.ctx, socket));
  }

  /** A client may send only answers and its focus: changes go through HTTP, and the runtime answers `ping` itself. */
  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
    if (!isOpen(socket)) return; // sent before the socket was closed
    if (isAnswer(socket, message, this.#sent?.head ?? 0)) return;
    const violation = this.#presence.receive(socket, message);
    if (violation) this.#end(socket, ...violation);
  }

  /** The runtime does not answer a close frame. Some codes that are received must not be sent (RFC 6455 §7.4). */
  override webSocketClose(socket: WebSocket, code: number): void {
    socket.close(code >= 3000 && code <= 4999 ? code : 1000);
    this.#presence.closed(socket);
  }

  override webSocketError(socket: WebSocket): void {
    this.#presence.closed(socket);
  }

  async #take(epoch: string, head: number, events: Envelope[]): Promise<void> {
    if (!this.#sent) return this.#moveTo({ epoch, head }); // no socket was ever accepted
    if (epoch !== this.#sent.epoch) return this.#settleEpoch();
    let last = this.#sent.head + this.#pending.length;
    if (head < last) {
      const sent = { epoch, head: last, tail: [...this.#tail, ...this.#pending] };
      const at = await this.#restoreCheck.restored(this.env.DB, this.#name, sent, events);
      return at && this.#restart(at);
    }
    while (last < head) {
      let next = events;
      if (events[0]?.seq !== last + 1) {
        const missed = await eventsSince(this.env.DB, this.#name, { epoch, since: last }, FRAME);
        if (missed.reset) return this.#restart(missed);
        if (missed.events.length === 0)
          throw new Error(`${this.#name} has no event ${last + 1} below its head ${head}`);
        next = missed.events;
        this.#gapsFilled += 1;
      }
      this.#pending.push(...next);
      last += next.length;
    }
  }

  /**
   * Reads what a screen missed, if memory has it no longer: once for a crowd that returns, as after a deployment. If that fails, or
   * if it is more than memory keeps, each screen pulls from the log.
   */
  async #recall(since: number): Promise<void> {
    const lacks = (): boolean =>
      since + 1 < this.#remembered && since > this.#unknown && since >= (this.#sent?.head ?? 0) - TAIL;
    // Twice: the read that runs may begin later than this screen's cursor.
    for (let tries = 0; tries < 2 && lacks(); tries += 1) {
      this.#recalling ??= inTime(this.#readTail(since), { ms: RECALL_MS })
        .then(() => true, this.#logUnrecalled)
        .finally(() => (this.#recalling = undefined));
      if (!(await this.#recalling)) return;
    }
  }

  async #readTail(since: number): Promise<void> {
    const { epoch } = this.#sent as Cursor;
    const missed = await eventsSince(this.env.DB, this.#name, { epoch, since }, TAIL);
    if (this.#sent?.epoch !== epoch) return;
    // Frames may have left meanwhile, and the log may be ahead of them.
    const earlier = missed.reset ? [] : missed.events.filter(({ seq }) => seq < this.#remembered);
    if (earlier.at(-1)?.seq === this.#remembered - 1)
      this.#tail = latest([...earlier.map(kept), ...this.#tail]);
    if (since + 1 < this.#remembered) this.#unknown = since;
  }

  /** The first number in memory, or the next one. */
  get #remembered(): number {
    return this.#tail[0]?.seq ?? (this.#sent?.head ?? 0) + 1;
  }

  /** The events after a cursor, if memory has all of them. */
  #after(since: number): Kept[] {
    return since + 1 >= this.#remembered ? this.#tail.filter(({ seq }) => seq > since) : [];
  }

  /** Sends one frame to all sockets, then a frame of the events that arrived meanwhile, until none is left. */
  async #flush(): Promise<void> {
    try {
      while (this.#pending.length > 0) {
        await this.#checkSockets();
        const events = this.#pending.splice(0, FRAME);
        if (!this.#sent || events.length === 0) continue; // restarted during the await
        const { epoch, head } = this.#sent;
        this.#sent = { epoch, head: head + events.length };
        const texts = events.map(kept);
        this.#tail = latest([...this.#tail, ...texts]);
        // A socket that joins from here is greeted with this head and gets no frame; one that leaves is skipped.
        await this.#send(framed(epoch, texts));
        this.#moveTo(this.#sent);
      }
    } finally {
      this.#flushing = undefined; // in the same turn as the last check of #pending, so no event is left behind
    }
  }

  async #send(frame: string): Promise<void> {
    let written = 0;
    for (const socket of this.ctx.getWebSockets()) {
      this.#sendTo(socket, frame);
      if ((written += 1) % SLICE === 0) await scheduler.wait(0);
    }
    await scheduler.wait(0); // lets more events gather for the next frame, also if all sockets fit one slice
  }

  /** Greets with the Worker's head if it is ahead: then the screen pulls from the log, even if the gap read above fails. */
  #greet(socket: WebSocket, read: Cursor, missed: readonly Kept[], watches: boolean): void {
    const { epoch, head } = this.#sent as Cursor;
    const ahead = read.epoch === epoch ? Math.max(head, read.head) : head;
    socket.send(this.#hello(missed.length > 0, ahead, watches));
    if (missed.length > 0) socket.send(framed(epoch, missed));
  }

  /** A watcher that a revoke overtook gets presence once its right has been checked. */
  async #greetAgain(socket: WebSocket): Promise<void> {
    await this.#checkSockets();
    if (this.#sent) this.#sendTo(socket, this.#hello(false, this.#sent.head, true));
  }

  /** Two epochs are in use (a restored database, or a very late delivery): D1 knows the present one. */
  async #settleEpoch(): Promise<void> {
    const { epoch, heads } = await headsOf(this.env.DB, [this.#name]);
    if (epoch !== this.#sent?.epoch) await this.#restart({ epoch, head: heads[this.#name] ?? 0 });
  }

  /** Another epoch, or a gap that cannot be filled any more: all screens get the new cursor and reload. */
  async #restart(at: Cursor): Promise<void> {
    this.#pending = [];
    this.#tail = [];
    this.#unknown = -1;
    this.#moveTo({ epoch: at.epoch, head: at.head });
    await this.#send(this.#hello(false, at.head));
  }

  #hello(replay: boolean, head: number, watches = false): string {
    const { epoch } = this.#sent as Cursor;
    return JSON.stringify({
      kind: 'hello',
      v: PROTOCOL,
      channel: this.#name,
      epoch,
      head,
      replay,
      ...(watches && this.#presence.current),
    } satisfies v.InferOutput<typeof Hello>);
  }

  #moveTo(at: Cursor): void {
    this.#sent = at;
    this.ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, pong(at)));
  }

  /** Before anything is sent. What a page does not read lies in memory: its pings say that it is there, its answers that it reads. */
  async #checkSockets(): Promise<void> {
    for (const socket of await this.#leases.renew(this.env.DB, this.#name))
      this.#end(socket, close.signedOut, 'no longer allowed');
    const now = Date.now();
    // A clock that goes back puts no look off for longer.
    if (Math.abs(now - this.#lookedAt) < LOOK_MS) return;
    this.#lookedAt = now;
    for (const socket of this.ctx.getWebSockets())
      if (isOpen(socket) && !(isHeard(this.ctx, socket) && mayRead(socket, this.#sent?.head ?? 0)))
        this.#end(socket, close.silent, 'silent');
  }

  /** A socket that fails must not keep the frame from the others. */
  #sendTo(socket: WebSocket, frame: string): void {
    if (!isOpen(socket)) return;
    try {
      socket.send(frame);
    } catch {
      this.#end(socket, 1011, 'sending failed');
    }
  }

  /** Does not wait for the other end's close frame. */
  #end(socket: WebSocket, code: number, reason: string): void {
    socket.close(code, reason);
    this.#presence.closed(socket);
  }

  /** The new screen was greeted with the database's head and pulls itself; the others get the events at the next delivery. */
  readonly #logUnread = (error: unknown): void =>
    logFailure('error', { message: 'gap not read', channel: this.#name, error });

  readonly #logUnrecalled = (error: unknown): false => {
    logFailure('error', { message: 'missed events not read', channel: this.#name, error });
    return false;
  };

  get #name(): ChannelName {
    return this.ctx.id.name as ChannelName;
  }
}

/** Those of the latest that memory keeps. */
function latest(events: readonly Kept[]): Kept[] {
  let [from, size] = [events.length, 0];
  while (from > Math.max(0, events.length - TAIL)) {
    size += events[from - 1]?.text.length ?? 0;
    if (size > TAIL_SIZE) break;
    from -= 1;
  }
  return events.slice(from);
}
