/** One channel's socket: detects a dead one by its heartbeat and reconnects with full jitter. */
import { tolerant } from '$contract/tolerant';
import { close, Frame, isQuestion, parsePong, PING, PROTOCOL } from '$contract/wire';
import * as v from 'valibot';
import type { Heard } from './reducer';
import { Timers } from './timers';

const Read = tolerant(Frame);

/** Milliseconds. */
export const PACE = {
  heartbeat: 25_000,
  /** A socket that does not answer a ping within this is dead. */
  dead: 8_000,
  /** Of the channel that listens for a whole visible page: silence is noticed within 9 s. */
  leading: { heartbeat: 5_000, dead: 4_000 },
  /** A drop may hit all screens together: the first try is spread over this. */
  spread: 5_000,
  /** Later tries have full jitter below a ceiling that doubles. */
  backoff: 500,
  mostBackoff: 30_000,
};

/** Milliseconds until the next try. */
export const jitter = ({ backoff, mostBackoff }: typeof PACE, failures: number): number =>
  Math.random() * Math.min(mostBackoff, backoff * 2 ** failures);

export interface Listener {
  /** Opens a socket at the screen's cursor. */
  open(): WebSocket;
  /** Whether it listens for the whole page, which is visible. */
  leads(): boolean;
  hear(heard: Heard): void;
  /** A ping or a try was not answered in time. */
  silent(): void;
  /** @param greeted whether the channel had greeted; if not, the try failed */
  lost(greeted: boolean): void;
  /** Signed out, not allowed, or a newer protocol: another try would fail too. */
  refused(): void;
}

export class Connection {
  readonly #timers = new Timers<'heartbeat' | 'dead' | 'connect'>();
  #socket: WebSocket | undefined;
  #greeted = false;
  #epoch: string | undefined;
  /** Pings without a pong. A pong that lay in a sleeping page's buffer answers an earlier ping than the last. */
  #unanswered = 0;
  /** Failed tries since the last greeting. */
  #failures = 0;

  constructor(
    private readonly listener: Listener,
    private readonly pace: typeof PACE,
  ) {}

  /** Whether the channel has greeted on this socket. */
  get isUp(): boolean {
    return this.#greeted;
  }

  /** Whether the last ping is unanswered: what the socket says may be old. */
  get isOld(): boolean {
    return this.#greeted && this.#unanswered > 0;
  }

  get isFailing(): boolean {
    return this.#failures > 0;
  }

  /** The epoch that the channel's object named last on this socket. */
  get epoch(): string | undefined {
    return this.#epoch;
  }

  connect(): void {
    if (this.#socket) return;
    this.#timers.stop('connect');
    const socket = this.listener.open();
    this.#socket = socket;
    this.#expect(socket, this.pace.dead);
    socket.addEventListener('message', ({ data }) => this.#hear(socket, String(data)));
    socket.addEventListener('close', ({ code }) => this.#closed(socket, code));
    socket.addEventListener('error', () => this.#lose(socket));
  }

  /** The pong proves that the socket works, and names the channel's head. */
  ping(): void {
    const socket = this.#socket;
    if (!socket) return;
    this.#unanswered += 1;
    if (!this.#greeted) return; // it follows the greeting, which may be old too
    socket.send(PING);
    this.#timers.stop('heartbeat');
    this.#expect(socket, this.#beat.dead);
  }

  send(text: string): void {
    this.#socket?.send(text);
  }

  /** The device is offline: no need to wait for the heartbeat. */
  cut(): void {
    if (this.#socket) this.#lose(this.#socket);
  }

  close(): void {
    this.#timers.stopAll();
    const socket = this.#socket;
    this.#socket = undefined;
    this.#greeted = false;
    this.#epoch = undefined;
    this.#unanswered = 0;
    socket?.close();
  }

  get #beat(): { heartbeat: number; dead: number } {
    return this.listener.leads() ? this.pace.leading : this.pace;
  }

  #expect(socket: WebSocket, within: number): void {
    this.#timers.start('dead', within, () => {
      this.#lose(socket);
      this.listener.silent();
    });
  }

  #hear(socket: WebSocket, text: string): void {
    if (this.#socket !== socket) return;
    if (isQuestion(text)) return socket.send(text);
    const heard = parse(text);
    if (!heard) return this.#lose(socket); // an unknown frame: the log has its events
    if (heard.kind === 'hello') {
      if (heard.v !== PROTOCOL) return this.#refuse(); // a newer server: only a reload of the page helps
      const isOld = !this.#greeted && this.#unanswered > 0;
      this.#greeted = true;
      this.#failures = 0;
      if (isOld) {
        this.#unanswered = 0;
        this.ping();
      }
    } else if (heard.kind === 'pong' && this.isOld) this.#unanswered -= 1;
    if (this.isOld) this.#expect(socket, this.#beat.dead);
    else {
      this.#timers.stop('dead');
      // From a greeting or a pong on. Events show the page that its socket works, only pings show the object that the page is there.
      if ('head' in heard) this.#timers.start('heartbeat', this.#beat.heartbeat, () => this.ping());
    }
    if ('epoch' in heard) this.#epoch = heard.epoch;
    this.listener.hear(heard);
  }

  #closed(socket: WebSocket, code: number): void {
    if (this.#socket !== socket) return;
    if (code === close.signedOut || code === close.notAllowed) this.#refuse();
    else this.#lose(socket);
  }

  #lose(socket: WebSocket): void {
    if (this.#socket !== socket) return;
    const greeted = this.#greeted;
    this.close();
    if (!greeted) this.#failures += 1;
    const wait = greeted ? Math.random() * this.pace.spread : jitter(this.pace, this.#failures);
    this.#timers.start('connect', wait, () => this.connect());
    this.listener.lost(greeted);
  }

  #refuse(): void {
    this.close();
    this.listener.refused();
  }
}

function parse(text: string): Heard | undefined {
  const pong = parsePong(text);
  if (pong) return { kind: 'pong', ...pong };
  try {
    return v.parse(Read, JSON.parse(text));
  } catch {
    return undefined;
  }
}
