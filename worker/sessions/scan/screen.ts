/**
 * Sends each code to a host's screen by a socket of its own, on the server's clock: the screen computes neither codes nor times.
 * The Worker holds the socket while the screen is open. It stores and logs no code.
 */
import { sessionChannel } from '../../contract/channels';
import type { Code } from '../../contract/sessions/sessions';
import { close } from '../../contract/wire';
import { stillAllowed } from '../../live/access';
import { logFailure } from '../../log';
import type { Scope } from '../../scope';
import { hostedBy } from '../sessions';
import { codeOf } from './code';

/** A screen sends this to get the code immediately: a code was used, or the screen was asleep. */
const NEXT = 'next';
/** The least time between two codes: a timer that fires early must not send the same code repeatedly. */
const LEAST_MS = 1_000;
/** The least time between two reads of it for one screen, however often the screen sends `next`. */
const PAUSE_MS = 100;
/** Of a host in this isolate, over all sessions: a further screen ends the oldest. */
const MOST_SCREENS = 30;

/** The open screens by host, the oldest first. */
const open = new Map<string, Set<CodeSender>>();

/** The code of this moment. @throws Refusal `not_found`, `not_allowed` */
export async function codeNow(scope: Scope, id: string): Promise<Code> {
  return codeOf(await hostedBy(scope, id), scope.now());
}

/** A socket that sends the code now and after each change. @throws Refusal `not_found`, `not_allowed` */
export async function codeSocket(scope: Scope, id: string): Promise<Response> {
  await hostedBy(scope, id);
  const { 0: client, 1: server } = new WebSocketPair();
  server.accept();
  const sender = new CodeSender(scope, id, server);
  sender.admit();
  server.addEventListener('message', ({ data }) => {
    if (data === NEXT) sender.send();
    else server.close(close.protocol, 'this socket only listens');
  });
  server.addEventListener('close', () => sender.stop());
  server.addEventListener('error', () => sender.stop());
  sender.send();
  return new Response(null, { status: 101, webSocket: client });
}

class CodeSender {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;
  /** Requests during a send lead to one more send: one each would set a timer each. */
  #sending: 'idle' | 'once' | 'again' = 'idle';
  #sentAt = 0;

  constructor(
    private readonly scope: Scope,
    private readonly id: string,
    private readonly socket: WebSocket,
  ) {}

  /** Counts this screen among its host's. */
  admit(): void {
    const host = this.scope.me.id;
    const others = open.get(host) ?? new Set<CodeSender>();
    const [oldest] = others;
    if (others.size >= MOST_SCREENS) oldest?.end(close.tooMuch, 'too many');
    open.set(host, others.add(this));
  }

  /** Sends the code, and schedules the next one. */
  send(): void {
    if (this.#sending !== 'idle') {
      this.#sending = 'again';
      return;
    }
    this.#clearTimer();
    const early = PAUSE_MS - Math.abs(Date.now() - this.#sentAt); // also of a clock that was set back
    if (early > 0) {
      this.#timer = setTimeout(() => this.send(), early);
      return;
    }
    this.#sending = 'once';
    this.#sentAt = Date.now();
    this.#sendCode()
      .catch((error: unknown) => {
        logFailure('error', { message: 'code not sent', request: this.scope.request, error });
        this.end(1011, 'the code could not be read'); // the screen comes back
      })
      .finally(() => {
        const again = this.#sending === 'again' && !this.#stopped;
        this.#sending = 'idle';
        if (again) this.send();
      });
  }

  stop(): void {
    this.#stopped = true;
    this.#clearTimer();
    const host = this.scope.me.id;
    const others = open.get(host);
    others?.delete(this);
    if (others?.size === 0) open.delete(host);
  }

  end(code: number, reason: string): void {
    if (this.#stopped) return;
    this.stop();
    this.socket.close(code, reason);
  }

  #clearTimer(): void {
    if (this.#timer !== undefined) clearTimeout(this.#timer);
  }

  async #sendCode(): Promise<void> {
    const { scope, id } = this;
    const { session } = scope.me;
    const allowed = await stillAllowed(scope.d1, sessionChannel(id), [session], scope.now());
    if (!allowed.toListen.has(session)) return this.end(close.signedOut, 'no longer allowed');
    const code = await codeNow(scope, id);
    if (this.#stopped) return;
    this.socket.send(JSON.stringify(code satisfies Code));
    this.#timer = setTimeout(() => this.send(), Math.max(LEAST_MS, code.leftMs));
  }
}
