/** Who is on a channel and what they look at, and what this page tells them of itself. */
import type { Doing, Focus, Frame, FocusFrame } from '$contract/wire';

/** Who leafs through a list tells only where they stop: the server takes ten messages a second. */
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
  #unsaid = false;
  /** Whether the channel is asked to say who is there. */
  isWatched = false;

  /** Everyone who is there by id; undefined while that is not known: a person shown who has long gone would be worse than none. */
  get present(): ReadonlySet<string> | undefined {
    return this.#present;
  }

  /** What anybody looks at, this page's own included. */
  get focuses(): readonly Focus[] {
    return this.#focuses;
  }

  /** Says what this page looks at, now and after each reconnect. */
  look(on: string | null, doing: Doing): void {
    if (this.#own?.on === on && this.#own.doing === doing) return;
    this.#own = { kind: 'focus', on, doing };
    this.#say();
  }

  /** The socket has greeted, or greets anew. */
  greeted(socket: Sender): void {
    this.#socket = socket;
    if (this.#own) this.#say();
  }

  hear(frame: Frame): void {
    if (frame.kind === 'events' || !this.isWatched) return;
    if (frame.kind === 'presence') {
      const here = [...(this.#present ?? []), ...frame.joined];
      this.#present = new Set(here.filter((person) => !frame.left.includes(person)));
    } else if (frame.presence) this.#present = new Set(frame.presence);
    if (frame.focuses) this.#focuses = frame.focuses;
  }

  /** Somebody looks at this page again: it may have been silent for so long that it was taken for gone. */
  repeat(): void {
    if (this.#own) this.#say();
  }

  /** Without a socket nothing is known of the others. */
  lost(): void {
    this.#socket = undefined;
    this.#unsaid = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#present = undefined;
    this.#focuses = [];
  }

  /** Only what holds once the page's own turn is over: a form that opens lets go of the row and takes it up again. */
  #say(): void {
    this.#unsaid = true;
    this.#timer ??= setTimeout(() => this.#send(), 0);
  }

  #send(): void {
    this.#timer = undefined;
    if (!this.isWatched || !this.#unsaid || !this.#socket || !this.#own) return;
    this.#unsaid = false;
    this.#socket.send(JSON.stringify(this.#own));
    this.#timer = setTimeout(() => this.#send(), PACE_MS);
  }
}
