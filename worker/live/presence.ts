/**
 * Who is present: the people with a socket on this object. Watchers get the changes, on some channels with focuses (focus.ts).
 * The sockets are the only state, so it survives a hibernation. A person who leaves counts for a grace period, as a page that
 * reloads is not a person who left. Timers run only while there is something to send, so a quiet object hibernates.
 */
import type * as v from 'valibot';
import type { Hello, PresenceChange } from '../contract/wire';
import { FOCUSED, Focuses, type Violation } from './focus';
import { admission, isOpen, personOf } from './socket';

/** The tags of sockets that count as present, and of sockets that get presence. */
const PRESENT = 'present';
export const WATCHER = 'watcher';

/** Changes gather for this long: a crowd costs each watcher one frame a second, and colleagues with focuses see each other sooner. */
const SEND_MS = { crowd: 1_000, focused: 250 };
/** A person who returns within this has not left. */
const GRACE_MS = 10_000;

/** The tag of sockets of open desks. */
export const DESK = 'desk';

/** How a channel's object finds its sockets: by person, by session, and by what they take part in. */
export const tagsOf = (headers: Headers, of: { person: string; session: string }): string[] => [
  `person:${of.person}`,
  `session:${of.session}`,
  ...presenceTags(headers.get(admission.presence)),
  ...(headers.has(admission.desk) ? [DESK] : []),
];

const presenceTags = (admitted: string | null): string[] => {
  if (admitted === null) return [];
  if (admitted === 'focus') return [PRESENT, WATCHER, FOCUSED];
  return admitted === 'watch' ? [PRESENT, WATCHER] : [PRESENT];
};

export class Presence {
  /** Changes that watchers have not got yet. */
  readonly #changes = new Map<string, 'joined' | 'left'>();
  /** Since when people have no socket; they still count as present. */
  readonly #leaving = new Map<string, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #focuses: Focuses;
  /** Whether a focus has changed that watchers have not got yet. */
  #refocused = false;

  /** The runtime may report one end twice. */
  readonly #ended = new WeakSet<WebSocket>();

  constructor(
    private readonly ctx: Pick<
      DurableObjectState,
      'getWebSockets' | 'getTags' | 'getWebSocketAutoResponseTimestamp'
    >,
    private readonly object: {
      /** Ends sockets that may not or do not listen, before anything is sent. */
      check(): Promise<void>;
      /** Never throws: a socket that fails must not stop the others. */
      send(socket: WebSocket, frame: string): void;
      /** A change was not sent: watchers get it with the next one, or when they reconnect. */
      failed(error: unknown): void;
    },
  ) {
    this.#focuses = new Focuses(ctx);
  }

  /** Everyone present and, on some channels, their focuses: for a watcher's greeting. */
  get current(): Pick<v.InferOutput<typeof Hello>, 'presence' | 'focuses'> {
    const people = this.ctx
      .getWebSockets(PRESENT)
      .filter(isOpen)
      .map((it) => this.#personOf(it));
    const presence = [...new Set([...people, ...this.#leaving.keys()])];
    return { presence, ...(this.#hasFocuses && { focuses: this.#focuses.all }) };
  }

  joined(person: string): void {
    const returned = this.#leaving.delete(person);
    if (returned || this.#socketsOf(person) > 1) return;
    this.#changes.set(person, 'joined');
    this.#schedule();
  }

  /** @returns the violation for which the socket must be closed, if any */
  receive(socket: WebSocket, message: string | ArrayBuffer): Violation | undefined {
    const violation = this.#focuses.receive(socket, message);
    if (!violation) this.#refocus();
    return violation;
  }

  /** The socket has closed or is closing; it may still be listed. */
  closed(socket: WebSocket): void {
    if (this.#ended.has(socket) || !this.ctx.getTags(socket).includes(PRESENT)) return;
    this.#ended.add(socket);
    if (this.#focuses.end(socket)) this.#refocus();
    const person = this.#personOf(socket);
    if (this.#socketsOf(person, socket) > 0) return;
    this.#leaving.set(person, Date.now());
    this.#schedule();
  }

  #refocus(): void {
    this.#refocused = true;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#timer !== undefined) return;
    const within = this.#hasFocuses ? SEND_MS.focused : SEND_MS.crowd;
    this.#timer = setTimeout(
      () => void this.#send().catch((error: unknown) => this.object.failed(error)),
      within,
    );
  }

  async #send(): Promise<void> {
    this.#timer = undefined;
    const now = Date.now();
    for (const [person, since] of this.#leaving) {
      if (now - since < GRACE_MS) continue;
      this.#leaving.delete(person);
      if (this.#socketsOf(person) === 0) this.#changes.set(person, 'left');
    }
    if (this.#leaving.size > 0) this.#schedule();
    if ((this.#changes.size > 0 || this.#refocused) && this.ctx.getWebSockets(WATCHER).length > 0) {
      await this.object.check();
      const frame = this.#frame();
      for (const watcher of this.ctx.getWebSockets(WATCHER)) this.object.send(watcher, frame);
    }
    this.#changes.clear(); // a new watcher's greeting lists everyone
    this.#refocused = false;
  }

  #frame(): string {
    const who = (what: 'joined' | 'left') =>
      [...this.#changes].filter(([, it]) => it === what).map(([person]) => person);
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

  get #hasFocuses(): boolean {
    return this.ctx.getWebSockets(FOCUSED).length > 0;
  }
}
