/** Checks the heads of all of a page's channels every minute, in one call: the slow safety net for a lost delivery. */
import type { ChannelName } from '$contract/channels';
import type { Cursor } from '$contract/wire';
import type { Network } from './network';

interface Checked {
  readonly name: ChannelName;
  readonly status: string;
  /** @param at undefined if the log was not reached */
  hear(at?: Cursor): void;
}

const EVERY_MS = 60_000;

export class HeadsCheck {
  readonly #channels = new Set<Checked>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly network: Network) {}

  /** @returns how to leave */
  join(channel: Checked): () => void {
    this.#channels.add(channel);
    this.#timer ??= this.#later();
    return () => {
      this.#channels.delete(channel);
      if (this.#channels.size > 0) return;
      clearTimeout(this.#timer);
      this.#timer = undefined;
    };
  }

  /** Checks only live channels: the others already pull or reconnect. */
  async #check(): Promise<void> {
    const live = [...this.#channels].filter(({ status }) => status === 'live');
    try {
      if (live.length === 0) return;
      const { epoch, heads } = await this.network.heads(live.map(({ name }) => name));
      for (const channel of live) channel.hear({ epoch, head: heads[channel.name] ?? 0 });
    } catch {
      for (const channel of live) channel.hear();
    } finally {
      if (this.#channels.size > 0) this.#timer = this.#later();
    }
  }

  #later(): ReturnType<typeof setTimeout> {
    return setTimeout(() => void this.#check(), EVERY_MS * (0.75 + Math.random() / 2));
  }
}
