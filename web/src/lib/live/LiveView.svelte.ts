/**
 * The base of a page's live class, which says what it loads and what each event does. One snapshot may be followed by several
 * channels: when one of them is reset, one new snapshot replaces all rows in one go, and every channel goes on from it. So no
 * event counts twice and none is left out.
 */
import type { ChannelName } from '$contract/channels';
import type { Heads } from '$contract/wire';
import { Clock } from './Clock.svelte';
import { cursorIn } from './cursor';
import { DelayedReload } from './DelayedReload';
import { handle, type Handlers, type KindOf } from './handlers';
import { LiveChannel } from './LiveChannel.svelte';
import { type Age, LiveCollection } from './LiveCollection.svelte';
import type { Dependencies } from './network';
import type { Subscriber } from './Subscribers';

export interface Snapshot {
  readonly at: Heads;
  /** The server's time, epoch milliseconds. */
  readonly now: number;
}

interface Replaceable<S> {
  replace(snapshot: S, sameEpoch: boolean): void;
}

interface Subscription {
  channel: LiveChannel;
  subscriber: Subscriber;
  start(): () => void;
}

export abstract class LiveView<S extends Snapshot, D extends Dependencies> {
  readonly clock: Clock;
  protected readonly it: D;
  #latest: S;
  readonly #subscriptions: Subscription[] = [];
  readonly #rows: Replaceable<S>[] = [];
  readonly #delayed = new DelayedReload(() => void this.reload());
  #loading: Promise<void> | undefined;

  constructor(snapshot: S, it: D) {
    this.it = it;
    this.#latest = $state.raw(snapshot);
    this.clock = new Clock(snapshot.now);
  }

  /** The latest snapshot. Of what events change it says what was true when it was loaded. */
  get latest(): S {
    return this.#latest;
  }

  protected set latest(latest: S) {
    this.#latest = latest;
  }

  /** Follows the clock and the channels until the returned function is called. */
  start(): () => void {
    const stops = [this.clock.start(), ...this.#subscriptions.map((it) => it.start())];
    return () => {
      this.#delayed.stop();
      for (const stop of stops) stop();
    };
  }

  /** Loads another snapshot, once for many calls. It is tried again until it comes, and nothing is live before. */
  async reload(): Promise<void> {
    const [first] = this.#subscriptions;
    await first?.channel.reload(first.subscriber);
  }

  /** @param ms at some moment within this: all screens hear of the change at the same moment */
  protected reloadWithin(ms: number): void {
    this.#delayed.within(ms);
  }

  /** @throws Denied, or any error when the server is not reached */
  protected abstract load(): Promise<S>;

  /** Another snapshot has come, and all rows are replaced. */
  protected loaded(_snapshot: S): void {}

  /** Rows of the snapshot, which events then change. */
  protected collect<Row extends { id: string }>(
    pick: (snapshot: S) => readonly Row[],
    age?: Age<Row>,
  ): LiveCollection<Row> {
    const rows = new LiveCollection(pick(this.#latest), age);
    this.#rows.push({
      replace: (snapshot, sameEpoch) => rows.replace(pick(snapshot), { keepNewer: sameEpoch }),
    });
    return rows;
  }

  /**
   * Follows a channel whose head is in the snapshot.
   * @param channel its name, for a socket of this page's own; or a channel that the page around follows
   * @param how.watches whether it says who else is there
   */
  protected follow<Name extends ChannelName>(
    channel: Name | LiveChannel<Name>,
    handlers: Handlers<KindOf<Name>>,
    { watches = false } = {},
  ): LiveChannel<Name> {
    const isOwn = typeof channel === 'string';
    const name = isOwn ? channel : channel.name;
    const cursor = cursorIn(this.#latest.at, name);
    const { network, ended } = this.it;
    const followed = isOwn
      ? new LiveChannel(name, cursor, { network, ended: () => ended(), now: () => this.clock.read() })
      : channel;
    const subscriber: Subscriber = {
      cursor,
      apply: (event, how) => {
        if (!how.replayed) this.clock.hear(event.at);
        handle(name, handlers, event, how);
      },
      reload: () => this.#load(),
    };
    const start = (): (() => void) => {
      if (watches) followed.watch();
      const stops = [followed.subscribe(subscriber), isOwn ? followed.start() : undefined];
      return () => stops.forEach((stop) => stop?.());
    };
    this.#subscriptions.push({ channel: followed, subscriber, start });
    return followed;
  }

  /** One snapshot for all: a channel that is reset while it is on its way shares it. */
  #load(): Promise<void> {
    return (this.#loading ??= this.#ask().finally(() => (this.#loading = undefined)));
  }

  async #ask(): Promise<void> {
    const snapshot = await this.load();
    const sameEpoch = snapshot.at.epoch === this.#latest.at.epoch;
    this.clock.hear(snapshot.now);
    this.#latest = snapshot;
    for (const rows of this.#rows) rows.replace(snapshot, sameEpoch);
    this.loaded(snapshot);
    for (const { channel, subscriber } of this.#subscriptions)
      subscriber.cursor = cursorIn(snapshot.at, channel.name);
    for (const { channel, subscriber } of this.#subscriptions) channel.rebase(subscriber.cursor);
  }
}
