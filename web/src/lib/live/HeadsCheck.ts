/** Asks every minute, in one cheap call, where all of a page's channels stand: the slow safety net for a lost hand-over. */
import type { ChannelName } from '$contract/channels';
import type { Cursor } from '$contract/wire';
import type { Network } from './network';

interface Follower {
  readonly name: ChannelName;
  readonly status: string;
  told(at: Cursor): void;
}

const EVERY_MS = 60_000;

export class HeadsCheck {
  readonly #followers = new Set<Follower>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly network: Network) {}

  /** @returns to be called when the follower leaves */
  join(follower: Follower): () => void {
    this.#followers.add(follower);
    this.#timer ??= this.#later();
    return () => {
      this.#followers.delete(follower);
      if (this.#followers.size > 0) return;
      clearTimeout(this.#timer);
      this.#timer = undefined;
    };
  }

  /** Only channels that believe themselves live are asked about: the others are looking for themselves. */
  async #check(): Promise<void> {
    const live = [...this.#followers].filter(({ status }) => status === 'live');
    try {
      if (live.length === 0) return;
      const { epoch, heads } = await this.network.heads(live.map(({ name }) => name));
      for (const follower of live) follower.told({ epoch, head: heads[follower.name] ?? 0 });
    } catch {
      // Not reached: the socket's own heartbeat says what that means.
    } finally {
      if (this.#followers.size > 0) this.#timer = this.#later();
    }
  }

  #later(): ReturnType<typeof setTimeout> {
    return setTimeout(() => void this.#check(), EVERY_MS * (0.75 + Math.random() / 2));
  }
}
