import { type DisplayBoard, DisplayNumber } from '$contract/sales/displays/displays';
import type { PageDependencies } from '$lib/api';
import { answerOf } from '$lib/live/network';
import type { EventMeta } from '$lib/live/handlers';
import { LiveView } from '$lib/live/LiveView.svelte';
import { Times } from '$lib/times';

/** A key that is unique across places and dates. */
export const keyOf = ({ placeId, date, number }: DisplayNumber): string => `${placeId} ${date} ${number}`;

const rowOf = (number: DisplayNumber) => ({ ...number, id: keyOf(number) });

/** A customers' screen, live: the numbers in preparation and those that are ready. */
export class Screen extends LiveView<DisplayBoard, PageDependencies> {
  readonly organisation = this.latest.organisation;
  readonly place = this.latest.place;
  readonly times = new Times(this.latest.zone);
  readonly channel = this.follow('display', {
    'display.changed': [DisplayNumber, (number, event) => this.#put(number, event)],
  });
  readonly #numbers = this.collect(({ numbers }) => numbers.map(rowOf));
  readonly #places = $derived.by(() => new Map(this.latest.places.map(({ id, name }) => [id, name])));
  /** Numbers that became ready while this screen was open. */
  #called = $state.raw<ReadonlySet<string>>(new Set());

  /** The longest waiting first. */
  readonly preparing = $derived.by(() =>
    this.#numbers.rows
      .filter(({ state }) => state === 'preparing')
      .toSorted((a, b) => a.at - b.at || a.number - b.number),
  );
  /** The last called first. */
  readonly ready = $derived.by(() =>
    this.#numbers.rows
      .filter(({ state }) => state === 'ready')
      .toSorted((a, b) => b.at - a.at || b.number - a.number),
  );

  /** The place's name where the screen shows several places; else null. */
  placeName({ placeId }: DisplayNumber): string | null {
    return this.#places.size > 1 ? (this.#places.get(placeId) ?? '') : null;
  }

  /** Whether it became ready while this screen was open. */
  isCalled(number: DisplayNumber): boolean {
    return this.#called.has(keyOf(number));
  }

  protected load(): Promise<DisplayBoard> {
    return answerOf(this.it.api.display.$get());
  }

  protected override loaded(): void {
    const ready = new Set(this.ready.map(keyOf));
    this.#called = new Set([...this.#called].filter((key) => ready.has(key)));
  }

  #put(number: DisplayNumber, { replayed }: EventMeta): void {
    if (this.place && number.placeId !== this.place.id) return;
    const key = keyOf(number);
    const called = !replayed && number.state === 'ready' && this.#numbers.get(key)?.state !== 'ready';
    if (number.state === 'gone') this.#numbers.delete(key);
    else this.#numbers.upsert(rowOf(number));
    if (called) this.#called = new Set(this.#called).add(key);
    else if (number.state !== 'ready') this.#called = new Set([...this.#called].filter((it) => it !== key));
    if (!this.#places.has(number.placeId)) void this.reload(); // a place that was made meanwhile
  }
}
