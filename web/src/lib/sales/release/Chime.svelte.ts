/**
 * A sound for new work that comes again until somebody has seen it. What is new is told by id, live and by others only: what
 * is replayed, what was there at first and what one did oneself is silent, because the page does not tell it.
 */
import type { Sound } from './bell';

/** How long until it rings again. */
const AGAIN_MS = 15_000;
const KEY = 'muster.chime';

interface Surroundings {
  /** Makes the sound; asked once, in a browser. */
  sound(): Sound;
  /** Where this device remembers whether it is silent. */
  device: Pick<Storage, 'getItem' | 'setItem'>;
}

export class Chime {
  #unseen = $state.raw<ReadonlySet<string>>(new Set());
  #muted = $state(false);
  #allowed = $state(true);
  #it: Surroundings | undefined;
  #sound: Sound | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** What is new and not seen by anybody here, in the order it came. */
  get unseen(): ReadonlySet<string> {
    return this.#unseen;
  }

  get muted(): boolean {
    return this.#muted;
  }

  /** Whether the browser waits for a first touch of the page before anything may be heard. */
  get needsTouch(): boolean {
    return !this.#allowed && !this.#muted;
  }

  /** Begins in a browser. @returns how to stop */
  start(it: Surroundings): () => void {
    this.#it = it;
    this.#muted = it.device.getItem(KEY) === 'muted';
    this.#sound = it.sound();
    this.#allowed = this.#sound.allowed;
    return () => {
      this.#hush();
      this.#sound?.close();
      this.#sound = undefined;
    };
  }

  /** Somebody touched the page. From the first time on it can be heard. */
  async touched(): Promise<void> {
    const sound = this.#sound;
    if (!sound || (sound.allowed && this.#allowed)) return;
    await sound.allow().catch(() => undefined);
    if (!sound.allowed || this.#allowed || sound !== this.#sound) return;
    this.#allowed = true;
    if (this.#unseen.size > 0) this.#ring();
  }

  /** New work has come. */
  hear(id: string): void {
    if (this.#unseen.has(id)) return;
    const first = this.#unseen.size === 0;
    this.#unseen = new Set(this.#unseen).add(id);
    // Ten orders within a moment are one sound, not ten.
    if (first) this.#ring();
  }

  /** Somebody has seen it, or is at work on it, or it is done: it needs no sound any more. */
  settle(id: string): void {
    if (!this.#unseen.has(id)) return;
    this.#unseen = new Set([...this.#unseen].filter((one) => one !== id));
    if (this.#unseen.size === 0) this.#hush();
  }

  /** Somebody here has seen it all. */
  acknowledge(): void {
    if (this.#unseen.size > 0) this.#unseen = new Set();
    this.#hush();
  }

  mute(muted: boolean): void {
    this.#muted = muted;
    this.#it?.device.setItem(KEY, muted ? 'muted' : 'on');
  }

  #ring(): void {
    this.#hush();
    this.#sing();
    this.#timer = setInterval(() => this.#sing(), AGAIN_MS);
  }

  #sing(): void {
    if (!this.#sound) return;
    // A phone takes the sound away for a call, and gives it back at the next touch.
    this.#allowed = this.#sound.allowed;
    if (!this.#muted && this.#allowed) this.#sound.play();
  }

  #hush(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
