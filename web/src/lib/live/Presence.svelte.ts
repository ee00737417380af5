/** Who is on a channel and what they look at, and the focus that this page sends. */
import type { Doing, Focus, Frame, FocusFrame } from '$contract/wire';

/** The pause between two messages: the server accepts ten a second. A person who moves through a list sends only where they stop. */
const PACE_MS = 250;

interface Sender {
  send(text: string): void;
}

export class Presence {
  #present = $state.raw<ReadonlySet<string>>();
  #focuses = $state.raw<readonly Focus[]>([]);
  #own: FocusFrame | undefined;
  #socket: Sender | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #unsent = false;

  /** The ids of everyone present; undefined while unknown, so that no one is shown who left long ago. */
  get present(): ReadonlySet<string> | undefined {
    return this.#present;
  }

  /** Every focus, this page's own included. */
  get focuses(): readonly Focus[] {
    return this.#focuses;
  }

  /** Sends what this page looks at, now and after each reconnect. */
  look(on: string | null, doing: Doing): void {
    if (this.#own?.on === on && this.#own.doing === doing) return;
    this.#own = { kind: 'focus', on, doing };
    this.#schedule();
  }

  /** The socket has greeted. */
  greeted(socket: Sender): void {
    this.#socket = socket;
    if (this.#own) this.#schedule();
  }

  hear(frame: Frame): void {
    if (frame.kind === 'events') return;
    if (frame.kind === 'presence') {
      const here = [...(this.#present ?? []), ...frame.joined];
      this.#present = new Set(here.filter((person) => !frame.left.includes(person)));
    } else if (frame.presence) this.#present = new Set(frame.presence);
    if (frame.focuses) this.#focuses = frame.focuses;
  }

  /** Sends the focus again: after a long silence the server drops it. */
  repeat(): void {
    if (this.#own) this.#schedule();
  }

  /** Without a socket, presence is unknown. */
  lost(): void {
    this.#socket = undefined;
    this.#unsent = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#present = undefined;
    this.#focuses = [];
  }

  /** Sends after the page's own turn: a form that opens clears the focus and sets it again. */
  #schedule(): void {
    this.#unsent = true;
    this.#timer ??= setTimeout(() => this.#send(), 0);
  }

  #send(): void {
    this.#timer = undefined;
    if (!this.#unsent || !this.#socket || !this.#own) return;
    this.#unsent = false;
    this.#socket.send(JSON.stringify(this.#own));
    this.#timer = setTimeout(() => this.#send(), PACE_MS);
  }
}
