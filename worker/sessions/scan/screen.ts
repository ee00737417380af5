/**
 * A host's screen is told each code by its own socket, at the server's moment: it computes neither codes nor times. The
 * Worker holds this socket itself, for as long as the screen is open; nothing of it is kept or logged.
 */
import { sessionChannel } from '../../contract/channels';
import type { Code } from '../../contract/sessions/sessions';
import { close } from '../../contract/wire';
import { stillAllowed } from '../../live/access';
import type { Scope } from '../../scope';
import { hostedBy } from '../sessions';
import { codeOf } from './code';

/** What a screen sends to be told at once: a code was used, or it was asleep. */
const NEXT = 'next';
/** Codes follow one another no faster: a timer that rings a little early must not tell the same one over and over. */
const LEAST_MS = 1_000;

/** The code of this moment. @throws Refusal `not_found`, `not_allowed` */
export async function codeNow(scope: Scope, id: string): Promise<Code> {
  return codeOf(await hostedBy(scope, id), scope.now());
}

/** A socket that tells the code now and whenever another one is shown. @throws Refusal `not_found`, `not_allowed` */
export async function codeSocket(scope: Scope, id: string): Promise<Response> {
  await hostedBy(scope, id);
  const { 0: client, 1: server } = new WebSocketPair();
  server.accept();
  const telling = new Telling(scope, id, server);
  server.addEventListener('message', ({ data }) => {
    if (data === NEXT) telling.now();
    else server.close(close.protocol, 'this socket only listens');
  });
  server.addEventListener('close', () => telling.stop());
  server.addEventListener('error', () => telling.stop());
  telling.now();
  return new Response(null, { status: 101, webSocket: client });
}

class Telling {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;
  /** Asked again while an answer is under way, one more follows it, however often: else each would set a timer of its own. */
  #telling: 'not' | 'once' | 'again' = 'not';

  constructor(
    private readonly scope: Scope,
    private readonly id: string,
    private readonly socket: WebSocket,
  ) {}

  /** Tells the code, and again when the next one is shown. */
  now(): void {
    if (this.#telling !== 'not') {
      this.#telling = 'again';
      return;
    }
    this.#telling = 'once';
    this.#rest();
    this.#tell()
      .catch((error: unknown) => {
        console.error({ message: 'code not told', error: String(error) });
        this.#end(1011, 'the code could not be read'); // the screen comes back
      })
      .finally(() => {
        const again = this.#telling === 'again' && !this.#stopped;
        this.#telling = 'not';
        if (again) this.now();
      });
  }

  stop(): void {
    this.#stopped = true;
    this.#rest();
  }

  #rest(): void {
    if (this.#timer !== undefined) clearTimeout(this.#timer);
  }

  async #tell(): Promise<void> {
    const { scope, id } = this;
    const { session } = scope.me;
    const allowed = await stillAllowed(scope.d1, sessionChannel(id), [session], scope.now());
    if (!allowed.toListen.has(session)) return this.#end(close.signedOut, 'no longer allowed');
    const code = await codeNow(scope, id);
    if (this.#stopped) return;
    this.socket.send(JSON.stringify(code satisfies Code));
    this.#timer = setTimeout(() => this.now(), Math.max(LEAST_MS, code.leftMs));
  }

  #end(code: number, reason: string): void {
    if (this.#stopped) return;
    this.stop();
    this.socket.close(code, reason);
  }
}
