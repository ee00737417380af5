import type { ChannelName } from '$contract/channels';
import type { Cursor, Envelope, Heads } from '$contract/wire';
import { Clock } from '$lib/Clock.svelte';
import { cursorIn } from '$lib/live/cursor';
import { answerOf } from '$lib/live/answer';
import { LiveChannel } from '$lib/live/LiveChannel.svelte';
import type { Network } from '$lib/live/network';

interface Snapshot {
  at: Heads;
  now: number;
}
interface Answer<T> {
  ok: boolean;
  status: number;
  json(): Promise<T>;
}
interface Surroundings<T> {
  /** The channel, and the event on it that says that something was changed. */
  channel: ChannelName;
  news: string;
  ask(): Promise<Answer<T>>;
  network: Network;
  /** The session or the right has ended. */
  ended(): void;
}

/** What is planned or set, asked anew whenever its channel says that somebody changed it. */
export class Followed<T extends Snapshot> {
  readonly clock: Clock;
  readonly channel: LiveChannel;
  #latest: T;
  #changes = $state(0);
  readonly #ask: Surroundings<T>['ask'];
  readonly #news: string;
  #asking: Promise<void> | undefined;
  #again = false;

  constructor(snapshot: T, { channel, news, ask, network, ended }: Surroundings<T>) {
    this.#news = news;
    this.#latest = $state.raw(snapshot);
    this.#ask = ask;
    this.clock = new Clock(snapshot.now);
    this.channel = new LiveChannel({
      name: channel,
      cursor: cursorIn(snapshot.at, channel),
      network,
      now: () => this.clock.read(),
      reload: () => this.#load(),
      apply: (event) => this.#apply(event),
      ended,
    });
  }

  get latest(): T {
    return this.#latest;
  }

  /** Grows whenever something has been changed, by whomever: what else depends on the roster asks again. */
  get changes(): number {
    return this.#changes;
  }

  /** Follows until the returned function is called. */
  start(): () => void {
    const stops = [this.clock.start(), this.channel.start()];
    return () => stops.forEach((stop) => stop());
  }

  /** Asks anew; what is asked for while an answer is awaited is asked once more after it. */
  async refresh(): Promise<void> {
    this.#again = true;
    this.#asking ??= this.#refresh();
    await this.#asking;
  }

  async #refresh(): Promise<void> {
    try {
      while (this.#again) {
        this.#again = false;
        await this.#load();
      }
    } finally {
      this.#asking = undefined;
    }
  }

  #apply({ type, at }: Envelope): void {
    this.clock.hear(at);
    // Should this be in vain, the channel's own reload or the next change makes it good.
    if (type === this.#news) void this.refresh().catch(() => undefined);
  }

  async #load(): Promise<Cursor> {
    const snapshot = await answerOf(this.#ask());
    this.clock.hear(snapshot.now);
    this.#latest = snapshot;
    this.#changes += 1;
    return cursorIn(snapshot.at, this.channel.name);
  }
}
