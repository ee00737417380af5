import { events } from '$contract/events';
import type { SalesDay as Told } from '$contract/sales/payments/payments';
import type { Cursor, Envelope } from '$contract/wire';
import type { ApiClient } from '$lib/api';
import { Clock } from '$lib/Clock.svelte';
import { cursorIn } from '$lib/live/cursor';
import { answerOf } from '$lib/live/answer';
import type { LiveChannel } from '$lib/live/LiveChannel.svelte';
import type { Network } from '$lib/live/network';
import { Amounts } from '$lib/money';
import { Times } from '$lib/times';
import * as v from 'valibot';
import { counted } from '$lib/sales/drawers/counted';
import { movement } from '$lib/sales/moved';
import { tillsChannel } from '$lib/sales/orders/tills';

interface Surroundings {
  api: ApiClient;
  network: Network;
  /** The date that is asked for; undefined for today, whichever that is. */
  date: string | undefined;
  /** The session or the right has ended. */
  ended(): void;
}

/** How often what was sold a week ago until this time of the day is asked for anew. */
const COMPARED_MS = 5 * 60_000;

/** What was sold on a date: a report that goes on counting by itself, each movement of money exactly once. */
export class SalesDay {
  readonly times: Times;
  readonly clock: Clock;
  readonly amounts: Amounts;
  /** `tills`: whoever else counts on this page joins it. */
  readonly channel: LiveChannel;
  readonly #it: Surroundings;
  #day: Told;
  #head: number;
  #touched = $state(0);
  #askedAt: number;

  constructor(day: Told, it: Surroundings) {
    this.#it = it;
    this.#day = $state.raw(day);
    this.#head = cursorIn(day.at, 'tills').head;
    this.#askedAt = day.now;
    this.times = new Times(day.zone);
    this.clock = new Clock(day.now);
    this.amounts = new Amounts(day.currency);
    this.channel = tillsChannel(cursorIn(day.at, 'tills'), {
      network: it.network,
      now: () => this.clock.read(),
      ended: () => it.ended(),
    });
  }

  /** Follows the clock and the tills until the returned function is called. */
  start(): () => void {
    const stops = [
      this.clock.start(),
      this.channel.join({
        cursor: { epoch: this.#day.at.epoch, head: this.#head },
        apply: (event, { replayed }) => this.#apply(event, replayed),
        reload: () => this.#reload(),
      }),
      this.channel.start(),
    ];
    return () => stops.forEach((stop) => stop());
  }

  get day(): Told {
    return this.#day;
  }

  /** In the workplace's zone. */
  get today(): string {
    return this.times.date(this.clock.minute);
  }

  get isToday(): boolean {
    return this.#day.date === this.today;
  }

  /** When money last moved before somebody's eyes; 0 for never. */
  get touchedAt(): number {
    return this.#touched;
  }

  /** Call it in an effect: after midnight today is another date, and what there is to compare with grows by the minute. */
  keepUp(): void {
    const { minute } = this.clock;
    if (this.#it.date !== undefined) return;
    if (this.times.date(minute) !== this.#day.date || minute - this.#askedAt >= COMPARED_MS)
      this.channel.renew();
  }

  #apply({ seq, type, data }: Envelope, replayed: boolean): void {
    this.#head = seq;
    if (!type.startsWith('sale.')) return;
    const sale = v.parse(events.tills['sale.paid'], data);
    const payment = movement(type, sale);
    if (!payment) return;
    this.#day = counted(this.#day, sale, payment, this.times);
    if (!replayed) this.#touched = performance.now();
  }

  async #reload(): Promise<Cursor> {
    const { date } = this.#it;
    const day = await answerOf(this.#it.api.sales.$get({ query: { ...(date !== undefined && { date }) } }));
    this.clock.hear(day.now);
    this.#day = day;
    this.#head = cursorIn(day.at, 'tills').head;
    this.#askedAt = day.now;
    return cursorIn(day.at, 'tills');
  }
}
