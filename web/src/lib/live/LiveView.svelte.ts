/**
 * The base of a page's live class, which defines what it loads and what each event does. Several channels may follow one snapshot:
 * when one is reset, a new snapshot replaces all rows together and every channel continues from it. So no event counts twice and
 * none is missed.
 */
import type { ChannelName } from '$contract/channels';
import type { Envelope } from '$contract/wire';
import { Clock } from './Clock.svelte';
import { cursorIn, type HeadsAsOf } from './cursor';
import { DelayedReload } from './DelayedReload';
import { handle, type Handlers, type KindOf } from './handlers';
import { LiveChannel } from './LiveChannel.svelte';
import { type Age, LiveCollection } from './LiveCollection.svelte';
import type { Dependencies } from './network';
import type { Presence } from './Presence.svelte';
import type { Subscriber } from './Subscribers';

export interface Snapshot {
  readonly at: HeadsAsOf;
  /** The server's time, epoch milliseconds. */
  readonly now: number;
  /** In one that a device has kept: what happened after it. */
  readonly since?: readonly Happened[];
}

/** A screen that keeps no page, as a customers' one, stays open for weeks: it holds no more events than these. */
export const MOST_KEPT = 2_000;

type Happened = readonly [channel: string, event: Envelope];

interface Replaceable<S> {
  replace(snapshot: S, sameEpoch: boolean): void;
}

interface Subscription {
  channel: LiveChannel;
  subscriber: Subscriber;
  /** Whether no one else starts the channel. */
  isOwn: boolean;
}

export abstract class LiveView<S extends Snapshot, D extends Dependencies> {
  /** Those that this window shows; a server shows none. */
  static readonly shown = new Set<LiveView<Snapshot, Dependencies>>();
  /** The first channel that it follows. */
  abstract readonly channel: LiveChannel;
  readonly clock: Clock;
  /**
   * For pages without network: the page's data that it was made from, the latest snapshot as it was loaded, and the events since.
   * With `MOST_KEPT` events later ones are missing.
   */
  readonly kept: { first: S; loaded: S; since: Happened[] };
  protected readonly it: D;
  #latest: S;
  readonly #subscriptions: Subscription[] = [];
  readonly #rows: Replaceable<S>[] = [];
  readonly #delayed = new DelayedReload(() => void this.reload());
  #loading: Promise<void> | undefined;
  /** An older database was restored: rows that it does not know go. */
  #restored = false;

  constructor(snapshot: S, it: D) {
    this.it = it;
    this.#latest = $state.raw(snapshot);
    this.clock = new Clock(snapshot.now);
    this.kept = { first: snapshot, loaded: snapshot, since: [] };
  }

  /** The latest snapshot, as it was loaded: events do not change it. */
  get latest(): S {
    return this.#latest;
  }

  protected set latest(latest: S) {
    this.#latest = latest;
  }

  /** Follows the clock and the channels until the returned function is called. */
  start(): () => void {
    LiveView.shown.add(this);
    for (const [name, event] of this.kept.loaded.since ?? [])
      for (const { channel, subscriber: it } of this.#subscriptions)
        if (channel.name === name && it.cursor.head + 1 === event.seq) {
          it.apply(event, { replayed: true });
          it.cursor = { ...it.cursor, head: event.seq };
        }
    // A running channel takes a subscriber's cursor for what the log names now. A kept snapshot is older.
    const stops = [
      this.clock.start(),
      ...this.#subscriptions.map(({ channel, subscriber }) => channel.subscribe(subscriber)),
      ...this.#subscriptions.flatMap(({ channel, isOwn }) => (isOwn ? channel.start() : [])),
    ];
    return () => {
      LiveView.shown.delete(this);
      this.#delayed.stop();
      for (const stop of stops) stop();
    };
  }

  /** Loads another snapshot, once for many calls. It retries until one arrives, and is not live before. */
  async reload(): Promise<void> {
    const [first] = this.#subscriptions;
    await first?.channel.reload(first.subscriber);
  }

  /** @param ms at a random moment within this, as all screens get the event at the same moment */
  protected reloadWithin(ms: number): void {
    this.#delayed.within(ms);
  }

  /** @throws Denied, or any error when the server is not reached */
  protected abstract load(): Promise<S>;

  /** Called after a new snapshot has replaced all rows. */
  protected loaded(_snapshot: S): void {}

  /** The snapshot's rows, which events change. */
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
   * @param channel its name, to open a socket; or a channel that the layout follows
   * @param how.watches requests presence; pages that do not, load no part of it
   */
  protected follow<Name extends ChannelName>(
    channel: Name | LiveChannel<Name>,
    handlers: Handlers<KindOf<Name>>,
    { watches }: { watches?: Presence } = {},
  ): LiveChannel<Name> {
    const isOwn = typeof channel === 'string';
    const name = isOwn ? channel : channel.name;
    const cursor = cursorIn(this.#latest.at, name);
    const { network, ended } = this.it;
    const followed = isOwn
      ? new LiveChannel(name, cursor, { network, ended: () => ended(), now: () => this.clock.read() })
      : channel;
    if (watches) followed.watch(watches);
    const subscriber: Subscriber = {
      cursor,
      apply: (event, how) => {
        if (!how.replayed) this.clock.hear(event.at);
        handle(handlers, event, how);
        if (this.kept.since.length < MOST_KEPT) this.kept.since.push([name, event]);
      },
      reload: (restored) => {
        this.#restored ||= restored;
        return this.#load();
      },
    };
    this.#subscriptions.push({ channel: followed, subscriber, isOwn });
    return followed;
  }

  /** A channel that is reset during a load shares its snapshot. */
  #load(): Promise<void> {
    return (this.#loading ??= this.#ask().finally(() => (this.#loading = undefined)));
  }

  async #ask(): Promise<void> {
    const snapshot = await this.load();
    const sameEpoch = snapshot.at.epoch === this.#latest.at.epoch && !this.#restored;
    this.#restored = false;
    this.clock.hear(snapshot.now);
    this.#latest = this.kept.loaded = snapshot;
    this.kept.since = [];
    for (const rows of this.#rows) rows.replace(snapshot, sameEpoch);
    this.loaded(snapshot);
    for (const { channel, subscriber } of this.#subscriptions)
      subscriber.cursor = cursorIn(snapshot.at, channel.name);
    for (const { channel, subscriber } of this.#subscriptions) channel.rebase(subscriber.cursor);
  }
}
