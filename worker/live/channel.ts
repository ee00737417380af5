/**
 * One channel's object: it holds the sockets of everyone who listens and fans committed events out to them. It decides
 * nothing, knows no domain, stores nothing, and reads D1 only to fill a gap or to renew leases; the Worker has authorised
 * whoever it forwards. Its place in the log is kept in the auto-response to `ping`, which the runtime holds through
 * hibernation: an answer costs no wake-up and tells every listener where the channel stands.
 */
import { DurableObject } from 'cloudflare:workers';
import type { Bindings } from '../bindings';
import {
  close,
  type Cursor,
  type Envelope,
  Events,
  Hello,
  parsePong,
  PING,
  pong,
  PROTOCOL,
} from '../contract/wire';
import type * as v from 'valibot';
import { stillAllowed } from './access';
import { admission } from './admission';
import type { Revoked } from './hand-over';
import { isOpen, keep, type Listener, listener } from './listener';
import { Presence, presenceTags, WATCHER } from './presence';
import { eventsSince, headsOf } from './replay';

/** Sockets written between two turns of the event loop; a turn costs about a millisecond here, 250 sends about seven. */
const SLICE = 250;
/** The most events in one frame, and in one read of a gap. */
const FRAME = 500;
/** Recent events kept in memory, so that a reconnecting screen needs no D1. */
const TAIL = 256;
/** The most sockets of one person on one channel, before one more is let in. */
const MOST_OF_A_PERSON = 30;
/** The most revoked tags remembered. */
const REVOKED = 1_000;
/** An upgrade that was admitted before everybody was asked anew arrives within this. */
const UPGRADE_MS = 30_000;
/** A socket is sent nothing once its authority is older than this. */
export const LEASE_MS = 5 * 60_000;

export class Channel extends DurableObject<Bindings> {
  /** Up to here every socket has been, or is just being, sent everything. */
  #sent = parsePong(this.ctx.getWebSocketAutoResponse()?.response ?? '');
  /** Committed, in order, contiguous after `#sent`. */
  #pending: Envelope[] = [];
  #tail: Envelope[] = [];
  #ordering: Promise<unknown> = Promise.resolve();
  #flushing: Promise<void> | undefined;
  #leaseDue: number | undefined;
  /** Tags revoked since the object awoke. Nothing is granted by them, so forgetting is harmless once their upgrades are in. */
  readonly #revoked = new Set<string>();
  #restartedAt = 0;
  readonly #presence = new Presence(this.ctx, {
    renew: () => this.#renewLeases(),
    send: (socket, frame) => this.#sendTo(socket, frame),
  });

  /** Accepts a socket the Worker has authorised, greets it with the channel's place and what it missed, if that is at hand. */
  override fetch(request: Request): Response {
    const told = parsePong(request.headers.get(admission.cursor) ?? '');
    const session = request.headers.get(admission.session);
    const person = request.headers.get(admission.person);
    if (!told || !session || !person) return new Response(null, { status: 400 });
    const { 0: client, 1: server } = new WebSocketPair();
    // A person's oldest sockets make way: nobody needs so many, and they must not fill the object.
    for (const extra of this.ctx.getWebSockets(`person:${person}`).slice(0, -MOST_OF_A_PERSON))
      this.#end(extra, close.tooMuch, 'too many');
    const presence = request.headers.get(admission.presence);
    const tags = [`person:${person}`, `session:${session}`, ...presenceTags(presence)];
    this.ctx.acceptWebSocket(server, tags);
    if (presence) this.#presence.joined(person);
    // A revoke may have overtaken this upgrade: then it is sent nothing before it has been looked at again.
    const overtaken =
      tags.some((tag) => this.#revoked.has(tag)) || Date.now() - this.#restartedAt < UPGRADE_MS;
    const at = overtaken ? 0 : Date.now();
    server.serializeAttachment({ session, at } satisfies Listener);
    this.#leaseDue = Math.min(this.#leaseDue ?? this.#oldestLease(), at + LEASE_MS);
    if (!this.#sent) this.#stand(told);
    // The Worker read the head a moment ago: were it ahead of us, a hand-over is late or lost, and we look for ourselves.
    else this.ctx.waitUntil(this.deliver(told.epoch, told.head, []).catch(unread));
    const watches = tags.includes(WATCHER);
    this.#greet(server, told, overtaken ? undefined : new URL(request.url), watches && !overtaken);
    if (watches && overtaken) this.ctx.waitUntil(this.#greetLate(server).catch(unread));
    return new Response(null, { status: 101, webSocket: client });
  }

  /**
   * Tells the channel's listeners what was committed. Older than known is dropped; a gap is filled by one read, for all of
   * them. Resolves when the frames have left.
   */
  async deliver(epoch: string, head: number, events: Envelope[]): Promise<void> {
    const ordered = this.#ordering.then(() => this.#take(epoch, head, events));
    this.#ordering = ordered.catch(() => undefined); // the caller hears of it and tries again
    await ordered;
    if (this.#pending.length > 0) this.#flushing ??= this.#flush();
    await this.#flushing;
  }

  /** Ends a person's or a session's sockets at once, or everybody's: those who still may come back by themselves. */
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

  /** Sockets listen, HTTP writes; `ping` is answered by the runtime and never gets here. What a page looks at is nobody's record. */
  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
    if (!isOpen(socket)) return; // on its way before the end was
    const wrong = this.#presence.heard(socket, message);
    if (wrong) this.#end(socket, ...wrong);
  }

  /** The runtime does not answer a close frame. Not every code that may be received may be sent (RFC 6455 §7.4). */
  override webSocketClose(socket: WebSocket, code: number): void {
    socket.close(code >= 3000 && code <= 4999 ? code : 1000);
    this.#presence.closed(socket);
  }

  override webSocketError(socket: WebSocket): void {
    this.#presence.closed(socket);
  }

  async #take(epoch: string, head: number, events: Envelope[]): Promise<void> {
    if (!this.#sent) return this.#stand({ epoch, head }); // no socket has ever been here
    if (epoch !== this.#sent.epoch) return this.#settleEpoch();
    let last = this.#sent.head + this.#pending.length;
    let fresh = events.filter(({ seq }) => seq > last);
    while (last < head) {
      if (fresh[0]?.seq !== last + 1) {
        const missed = await eventsSince(this.env.DB, this.#name, { epoch, since: last }, FRAME);
        if (missed.reset) return this.#restart(missed);
        if (missed.events.length === 0)
          throw new Error(`${this.#name} has no event ${last + 1} below its head ${head}`);
        fresh = missed.events;
      }
      this.#pending.push(...fresh);
      last += fresh.length;
      fresh = events.filter(({ seq }) => seq > last);
    }
  }

  /** One frame for all sockets, in slices; then whatever has gathered meanwhile, until nothing is left. */
  async #flush(): Promise<void> {
    try {
      while (this.#pending.length > 0) {
        await this.#renewLeases();
        const events = this.#pending.splice(0, FRAME);
        if (!this.#sent || events.length === 0) continue; // a restart came in between
        const { epoch, head } = this.#sent;
        this.#sent = { epoch, head: head + events.length };
        this.#tail = [...this.#tail, ...events].slice(-TAIL);
        // Who joins from here on is greeted with this head and is not in the list; who leaves is skipped.
        await this.#send(framed(epoch, events));
        this.#stand(this.#sent);
      }
    } finally {
      this.#flushing = undefined; // in the same turn as the last look at #pending, so nothing is left lying
    }
  }

  async #send(frame: string): Promise<void> {
    let written = 0;
    for (const socket of this.ctx.getWebSockets()) {
      this.#sendTo(socket, frame);
      if ((written += 1) % SLICE === 0) await scheduler.wait(0);
    }
    await scheduler.wait(0); // what has arrived meanwhile shares the next frame, also where all sockets fit one slice
  }

  /** Greets with the Worker's head if that is further: then the newcomer asks the log, should the gap read above fail. */
  #greet(socket: WebSocket, told: Cursor, asked: URL | undefined, watches: boolean): void {
    const { epoch, head } = this.#sent as Cursor;
    const since = Number(asked?.searchParams.get('since') ?? NaN);
    const missed =
      asked?.searchParams.get('epoch') === epoch ? this.#tail.filter(({ seq }) => seq > since) : [];
    const replay = missed[0]?.seq === since + 1;
    const ahead = told.epoch === epoch ? Math.max(head, told.head) : head;
    socket.send(this.#hello(replay, ahead, watches));
    if (replay) socket.send(framed(epoch, missed));
  }

  /** Whoever came right after a revoke and may watch all the same is told now who is here. */
  async #greetLate(socket: WebSocket): Promise<void> {
    await this.#renewLeases();
    if (this.#sent) this.#sendTo(socket, this.#hello(false, this.#sent.head, true));
  }

  /** Two lives of the log are spoken of (a database was restored, or a very late hand-over came): D1 knows which is the present one. */
  async #settleEpoch(): Promise<void> {
    const { epoch, heads } = await headsOf(this.env.DB, [this.#name]);
    if (epoch !== this.#sent?.epoch) await this.#restart({ epoch, head: heads[this.#name] ?? 0 });
  }

  /** Another life of the log, or a gap that can no longer be filled: everyone is told the new place and reloads. */
  async #restart(at: Cursor): Promise<void> {
    this.#pending = [];
    this.#tail = [];
    this.#stand({ epoch: at.epoch, head: at.head });
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
      ...(watches && this.#presence.here),
    } satisfies v.InferOutput<typeof Hello>);
  }

  #stand(at: Cursor): void {
    this.#sent = at;
    this.ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, pong(at)));
  }

  /** A lost `revoke` must end too: before a frame leaves, sessions last looked at too long ago are looked at again, all in one read. */
  async #renewLeases(): Promise<void> {
    const now = Date.now();
    this.#leaseDue ??= this.#oldestLease();
    if (now < this.#leaseDue) return;
    const sockets = this.ctx.getWebSockets().map((socket) => ({ socket, session: listener(socket).session }));
    const allowed = await stillAllowed(
      this.env.DB,
      this.#name,
      [...new Set(sockets.map(({ session }) => session))],
      now,
    );
    for (const { socket, session } of sockets) {
      const watches = this.ctx.getTags(socket).includes(WATCHER);
      if ((watches ? allowed.toWatch : allowed.toListen).has(session)) keep(socket, { at: now });
      else this.#end(socket, close.signedOut, 'no longer allowed');
    }
    this.#leaseDue = this.#oldestLease(); // somebody may have joined meanwhile
  }

  #oldestLease(): number {
    return Math.min(...this.ctx.getWebSockets().map((socket) => listener(socket).at)) + LEASE_MS;
  }

  /** Some of those listed are closing already. One that fails must not keep the frame from the others. */
  #sendTo(socket: WebSocket, frame: string): void {
    if (!isOpen(socket)) return;
    try {
      socket.send(frame);
    } catch {
      this.#end(socket, 1011, 'sending failed');
    }
  }

  /** Its person is gone from here on: whether and when the other end says so too is not waited for. */
  #end(socket: WebSocket, code: number, reason: string): void {
    socket.close(code, reason);
    this.#presence.closed(socket);
  }

  get #name(): string {
    return this.ctx.id.name as string;
  }
}

function framed(epoch: string, events: Envelope[]): string {
  const from = events[0]?.seq as number;
  return JSON.stringify({ kind: 'events', epoch, from, events } satisfies v.InferOutput<typeof Events>);
}

/** The newcomer was greeted with the database's head and asks the log itself; the others hear of it at the next hand-over. */
const unread = (error: unknown) => console.error({ message: 'gap not read', error: String(error) });
