import { Code } from '$contract/sessions/sessions';
import { tolerant } from '$contract/tolerant';
import { close } from '$contract/wire';
import type { ApiClient } from '$lib/api';
import * as v from 'valibot';

/** The message by which the screen requests the current code. */
const NEXT = 'next';
/** A code overdue by this time is hidden. */
const STALE_MS = 1_500;
/** Waits between reconnects, milliseconds: jittered, doubling up to the last. */
const [FIRST_PAUSE, LONGEST_PAUSE] = [500, 10_000];

/**
 * The current code of a session, from the server, with its remaining time. Shows none once the next one is overdue: an invalid
 * code must not remain on a wall.
 */
export class CodeFeed {
  #code = $state.raw<Code>();
  #stale = $state(false);
  /** Counts the codes received: a countdown restarts with each. */
  #turn = $state(0);
  #socket: WebSocket | undefined;
  #failures = 0;
  #running = false;
  readonly #timers = new Map<'stale' | 'again', ReturnType<typeof setTimeout>>();

  constructor(
    private readonly id: string,
    private readonly api: ApiClient,
    private readonly ended: () => void,
  ) {}

  /** The code; undefined before the first one, or when the next one is overdue. */
  get code(): Code | undefined {
    return this.#stale ? undefined : this.#code;
  }

  get turn(): number {
    return this.#turn;
  }

  /** Follows until the returned function is called. */
  start(): () => void {
    this.#running = true;
    this.#connect();
    const awake = () => document.visibilityState === 'visible' && this.next();
    document.addEventListener('visibilitychange', awake);
    addEventListener('online', awake);
    return () => {
      this.#running = false;
      document.removeEventListener('visibilitychange', awake);
      removeEventListener('online', awake);
      for (const timer of this.#timers.values()) clearTimeout(timer);
      this.#socket?.close();
    };
  }

  /** Requests the current code. */
  next(): void {
    if (!this.#running) return;
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(NEXT);
    else if (this.#socket?.readyState !== WebSocket.CONNECTING) this.#connect();
  }

  #connect(): void {
    clearTimeout(this.#timers.get('again'));
    const url = new URL(`/api/v1/sessions/${this.id}/code/socket`, location.href);
    url.protocol = url.protocol.replace('http', 'ws');
    const socket = new WebSocket(url);
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      if (this.#socket !== socket) return;
      this.#failures = 0;
      this.#show(v.parse(tolerant(Code), JSON.parse(String(data))));
    });
    socket.addEventListener('close', ({ code }) => {
      if (this.#socket !== socket || !this.#running) return;
      this.#socket = undefined;
      if (code === close.signedOut) return this.ended();
      this.#failures += 1;
      if (this.#failures > 1) void this.#ask();
      const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** this.#failures);
      this.#timers.set(
        'again',
        setTimeout(() => this.#connect(), pause * (0.5 + Math.random() / 2)),
      );
    });
  }

  /** Where sockets are blocked, it polls. */
  async #ask(): Promise<void> {
    const answer = await this.api.sessions[':id'].code
      .$get({ param: { id: this.id } })
      .catch(() => undefined);
    if (answer?.ok && this.#running) this.#show(await answer.json());
  }

  #show(code: Code): void {
    this.#code = code;
    this.#stale = false;
    this.#turn += 1;
    clearTimeout(this.#timers.get('stale'));
    this.#timers.set(
      'stale',
      setTimeout(() => (this.#stale = true), code.leftMs + STALE_MS),
    );
  }
}
