/**
 * Rings for new work until a person acknowledges it. The page calls `hear` only for live events of other people: replays, the
 * first load and the person's own actions are silent.
 */
import type { Sound } from './bell';

const AGAIN_MS = 15_000;
const KEY = 'muster.chime';

interface Dependencies {
  /** Called once, in a browser. */
  sound(): Sound;
  /** Remembers whether this device is muted. */
  device: Pick<Storage, 'getItem' | 'setItem'>;
}

export class Chime {
  #unseen = $state.raw<ReadonlySet<string>>(new Set());
  #muted = $state(false);
  #allowed = $state(true);
  #it: Dependencies | undefined;
  #sound: Sound | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** The ids of new work that no one here has acknowledged, in order of arrival. */
  get unseen(): ReadonlySet<string> {
    return this.#unseen;
  }

  get muted(): boolean {
    return this.#muted;
  }

  /** Whether the browser allows sound only after a first touch of the page. */
  get needsTouch(): boolean {
    return !this.#allowed && !this.#muted;
  }

  /** Starts in a browser. @returns how to stop */
  start(it: Dependencies): () => void {
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

  /** The page was touched. The first touch allows sound. */
  async touched(): Promise<void> {
    const sound = this.#sound;
    if (!sound || (sound.allowed && this.#allowed)) return;
    await sound.allow().catch(() => undefined);
    if (!sound.allowed || this.#allowed || sound !== this.#sound) return;
    this.#allowed = true;
    if (this.#unseen.size > 0) this.#ring();
  }

  hear(id: string): void {
    if (this.#unseen.has(id)) return;
    const first = this.#unseen.size === 0;
    this.#unseen = new Set(this.#unseen).add(id);
    // Ten orders in one moment ring once.
    if (first) this.#ring();
  }

  /** This work needs no sound any more. */
  settle(id: string): void {
    if (!this.#unseen.has(id)) return;
    this.#unseen = new Set([...this.#unseen].filter((one) => one !== id));
    if (this.#unseen.size === 0) this.#hush();
  }

  /** A person here has seen all of it. */
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
    // A phone stops sound for a call and allows it again at the next touch.
    this.#allowed = this.#sound.allowed;
    if (!this.#muted && this.#allowed) this.#sound.play();
  }

  #hush(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
