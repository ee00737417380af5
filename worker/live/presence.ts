/**
 * Who is here: the people with a socket on this object, told to those who watch, with what they look at where that is told
 * (focus.ts). Nothing is kept beside the sockets themselves, so it is right after a hibernation; only who has just gone is
 * remembered for a moment, since a page that is loaded again is not a person who left. Timers run only while there is
 * something to tell, so a quiet object sleeps.
 */
import type * as v from 'valibot';
import type { Hello, PresenceChange } from '../contract/wire';
import { FOCUSED, Focuses, type Wrong } from './focus';
import { isOpen, personOf } from './listener';

/** The tags of sockets that count as presence, and of those that are told of it. */
const PRESENT = 'present';
export const WATCHER = 'watcher';

/** News gather for so long, so that a crowd costs each watcher one frame a second; colleagues at one desk want to see each other move. */
const TELL_MS = { crowd: 1_000, together: 250 };
/** Whoever comes back within this has not left. */
const GRACE_MS = 10_000;

/** The tags of a socket admitted that way; none where presence does not count. */
export const presenceTags = (admitted: string | null): string[] => {
  if (admitted === null) return [];
  if (admitted === 'together') return [PRESENT, WATCHER, FOCUSED];
  return admitted === 'watch' ? [PRESENT, WATCHER] : [PRESENT];
};

export class Presence {
  /** What watchers have not been told yet. */
  readonly #news = new Map<string, 'joined' | 'left'>();
  /** Without a socket since when, and still counted as here. */
  readonly #going = new Map<string, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #focuses: Focuses;
  /** Whether watchers have not been told yet what somebody looks at now. */
  #refocused = false;

  /** Sockets whose person has been counted as going: we may hear of one end twice. */
  readonly #ended = new WeakSet<WebSocket>();

  constructor(
    private readonly ctx: Pick<
      DurableObjectState,
      'getWebSockets' | 'getTags' | 'getWebSocketAutoResponseTimestamp'
    >,
    private readonly object: {
      /** Looks again whether everyone may still listen, if that is due: before anything is sent. */
      renew(): Promise<void>;
      /** Never throws: one that fails must not keep the news from the others. */
      send(socket: WebSocket, frame: string): void;
    },
  ) {
    this.#focuses = new Focuses(ctx);
  }

  /** Everyone who is here now, and what they look at where that is told: for a watcher's greeting. */
  get here(): Pick<v.InferOutput<typeof Hello>, 'presence' | 'focuses'> {
    const people = this.ctx
      .getWebSockets(PRESENT)
      .filter(isOpen)
      .map((it) => this.#personOf(it));
    const presence = [...new Set([...people, ...this.#going.keys()])];
    return { presence, ...(this.#together && { focuses: this.#focuses.all }) };
  }

  /** A socket of theirs was accepted. */
  joined(person: string): void {
    const returned = this.#going.delete(person);
    if (returned || this.#socketsOf(person) > 1) return;
    this.#news.set(person, 'joined');
    this.#tick();
  }

  /** Takes what a page says of itself. @returns why its socket is to be closed, if it is */
  heard(socket: WebSocket, message: string | ArrayBuffer): Wrong | undefined {
    const wrong = this.#focuses.hear(socket, message);
    if (!wrong) this.#refocus();
    return wrong;
  }

  /** This socket has closed or is being closed; it may still be listed. */
  closed(socket: WebSocket): void {
    if (this.#ended.has(socket) || !this.ctx.getTags(socket).includes(PRESENT)) return;
    this.#ended.add(socket);
    if (this.#focuses.end(socket)) this.#refocus();
    const person = this.#personOf(socket);
    if (this.#socketsOf(person, socket) > 0) return;
    this.#going.set(person, Date.now());
    this.#tick();
  }

  #refocus(): void {
    this.#refocused = true;
    this.#tick();
  }

  #tick(): void {
    if (this.#timer !== undefined) return;
    const within = this.#together ? TELL_MS.together : TELL_MS.crowd;
    this.#timer = setTimeout(() => void this.#tell().catch(untold), within);
  }

  async #tell(): Promise<void> {
    this.#timer = undefined;
    const now = Date.now();
    for (const [person, since] of this.#going) {
      if (now - since < GRACE_MS) continue;
      this.#going.delete(person);
      if (this.#socketsOf(person) === 0) this.#news.set(person, 'left');
    }
    if (this.#going.size > 0) this.#tick();
    if ((this.#news.size > 0 || this.#refocused) && this.ctx.getWebSockets(WATCHER).length > 0) {
      await this.object.renew();
      const frame = this.#frame();
      for (const watcher of this.ctx.getWebSockets(WATCHER)) this.object.send(watcher, frame);
    }
    this.#news.clear(); // whoever begins to watch is greeted with everyone
    this.#refocused = false;
  }

  #frame(): string {
    const who = (what: 'joined' | 'left') =>
      [...this.#news].filter(([, it]) => it === what).map(([person]) => person);
    return JSON.stringify({
      kind: 'presence',
      joined: who('joined'),
      left: who('left'),
      ...(this.#refocused && { focuses: this.#focuses.all }),
    } satisfies v.InferOutput<typeof PresenceChange>);
  }

  #socketsOf(person: string, except?: WebSocket): number {
    return this.ctx.getWebSockets(`person:${person}`).filter((it) => it !== except && isOpen(it)).length;
  }

  #personOf(socket: WebSocket): string {
    return personOf(this.ctx.getTags(socket));
  }

  get #together(): boolean {
    return this.ctx.getWebSockets(FOCUSED).length > 0;
  }
}

/** Watchers hear of it with the next news, or when they come back. */
const untold = (error: unknown) => console.error({ message: 'presence not told', error: String(error) });
