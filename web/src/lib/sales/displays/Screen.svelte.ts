import type { DisplayBoard, DisplayNumber } from '$contract/sales/displays/displays';
import { events } from '$contract/events';
import type { Cursor, Envelope } from '$contract/wire';
import type { ApiClient } from '$lib/api';
import { Clock } from '$lib/Clock.svelte';
import { cursorIn } from '$lib/live/cursor';
import { answerOf } from '$lib/live/answer';
import { LiveChannel } from '$lib/live/LiveChannel.svelte';
import type { Network } from '$lib/live/network';
import { Times } from '$lib/times';
import * as v from 'valibot';

interface Surroundings {
  api: ApiClient;
  network: Network;
  /** The link was revoked, or whoever is signed in is so no longer. */
  ended(): void;
}

/** Names one number among those of all places and dates. */
export const keyOf = ({ placeId, date, number }: DisplayNumber): string => `${placeId} ${date} ${number}`;

/** A customers' screen, live: the numbers that are being prepared and those that are ready. */
export class Screen {
  readonly organisation: string;
  readonly place: DisplayBoard['place'];
  readonly times: Times;
  readonly clock: Clock;
  readonly channel: LiveChannel;
  readonly #api: ApiClient;
  #places = $state.raw<ReadonlyMap<string, string>>(new Map());
  #numbers = $state.raw<ReadonlyMap<string, DisplayNumber>>(new Map());
  /** Which became ready before somebody's eyes. */
  #called = $state.raw<ReadonlySet<string>>(new Set());

  /** The one that has waited longest first. */
  readonly preparing = $derived.by(() =>
    [...this.#numbers.values()]
      .filter(({ state }) => state === 'preparing')
      .sort((a, b) => a.at - b.at || a.number - b.number),
  );
  /** The one that was called last first. */
  readonly ready = $derived.by(() =>
    [...this.#numbers.values()]
      .filter(({ state }) => state === 'ready')
      .sort((a, b) => b.at - a.at || b.number - a.number),
  );

  constructor(board: DisplayBoard, { api, network, ended }: Surroundings) {
    this.#api = api;
    this.organisation = board.organisation;
    this.place = board.place;
    this.times = new Times(board.zone);
    this.clock = new Clock(board.now);
    this.#take(board);
    this.channel = new LiveChannel({
      name: 'display',
      cursor: cursorIn(board.at, 'display'),
      network,
      now: () => this.clock.read(),
      apply: (event, { replayed }) => this.#apply(event, replayed),
      reload: () => this.#reload(),
      ended,
    });
  }

  /** Follows the clock and the channel until the returned function is called. */
  start(): () => void {
    const stops = [this.clock.start(), this.channel.start()];
    return () => stops.forEach((stop) => stop());
  }

  /** The name of the number's place where there is more than one; null where none need be said. */
  placeName({ placeId }: DisplayNumber): string | null {
    return this.#places.size > 1 ? (this.#places.get(placeId) ?? '') : null;
  }

  /** Whether it became ready while this screen was looked at. */
  isCalled(number: DisplayNumber): boolean {
    return this.#called.has(keyOf(number));
  }

  #apply({ type, data, at }: Envelope, replayed: boolean): void {
    if (type !== 'display.changed') return;
    if (!replayed) this.clock.hear(at);
    const told = v.parse(events.display['display.changed'], data);
    if (this.place && told.placeId !== this.place.id) return;
    const key = keyOf(told);
    const called = !replayed && told.state === 'ready' && this.#numbers.get(key)?.state !== 'ready';
    const numbers = new Map(this.#numbers);
    if (told.state === 'gone') numbers.delete(key);
    else numbers.set(key, told);
    this.#numbers = numbers;
    if (called) this.#called = new Set(this.#called).add(key);
    else if (told.state !== 'ready') this.#called = new Set([...this.#called].filter((it) => it !== key));
    if (!this.#places.has(told.placeId)) this.channel.renew(); // a place that was made meanwhile
  }

  async #reload(): Promise<Cursor> {
    const board = await answerOf(this.#api.display.$get());
    this.clock.hear(board.now);
    this.#take(board);
    return cursorIn(board.at, 'display');
  }

  #take({ places, numbers }: DisplayBoard): void {
    this.#places = new Map(places.map(({ id, name }) => [id, name]));
    this.#numbers = new Map(numbers.map((it) => [keyOf(it), it]));
    const ready = numbers.filter(({ state }) => state === 'ready').map(keyOf);
    this.#called = new Set(ready.filter((key) => this.#called.has(key)));
  }
}
