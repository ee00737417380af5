import { events } from '$contract/events';
import type { Drawer, DrawerList } from '$contract/sales/payments/payments';
import type { Cursor, Envelope } from '$contract/wire';
import type { ApiClient } from '$lib/api';
import { cursorIn } from '$lib/live/cursor';
import { answerOf } from '$lib/live/answer';
import type { LiveChannel } from '$lib/live/LiveChannel.svelte';
import { Renewal } from '$lib/live/Renewal';
import * as v from 'valibot';
import { after, byNow, movement, nothingSince, type Since } from '$lib/sales/moved';

interface Surroundings {
  api: ApiClient;
  /** `tills`, which the page follows. */
  tills: LiveChannel;
  /** The date that is asked for; undefined for today, whichever that is. */
  date: string | undefined;
  /** Whether that person's drawers are among those shown. */
  shows: (personId: string) => boolean;
}

/** What a drawer was opened with and counted is not told to all tills: after it was opened or closed, all are asked for anew. */
const SOON_MS = 400;

/** The drawers of a date, the latest first: of open ones what should be in them by now. */
export class DrawerDay {
  readonly #it: Surroundings;
  readonly #renewal: Renewal;
  #list: DrawerList;
  #since = $state.raw<Since>(nothingSince);

  readonly drawers: readonly Drawer[] = $derived.by(() =>
    this.#list.drawers.map((drawer) => byNow(drawer, this.#since)),
  );

  constructor(list: DrawerList, it: Surroundings) {
    this.#it = it;
    this.#list = $state.raw(list);
    this.#renewal = new Renewal(() => it.tills.renew());
  }

  /** Follows the tills until the returned function is called. */
  start(): () => void {
    const stops = [
      this.#it.tills.join({
        cursor: this.#at,
        apply: (event) => this.#apply(event),
        reload: () => this.#reload(),
      }),
      () => this.#renewal.stop(),
    ];
    return () => stops.forEach((stop) => stop());
  }

  get date(): string {
    return this.#list.date;
  }

  get zone(): string {
    return this.#list.zone;
  }

  #apply({ type, data }: Envelope): void {
    if (type === 'drawer.updated') {
      const { person } = v.parse(events.tills['drawer.updated'], data);
      if (this.#it.shows(person.id)) this.#renewal.within(SOON_MS);
    } else if (type.startsWith('sale.')) {
      const sale = v.parse(events.tills['sale.paid'], data);
      const payment = movement(type, sale);
      if (payment) this.#since = after(this.#since, sale, payment);
    }
  }

  async #reload(): Promise<Cursor> {
    const { date } = this.#it;
    this.#list = await answerOf(
      this.#it.api.drawers.$get({ query: { ...(date !== undefined && { date }) } }),
    );
    this.#since = nothingSince;
    return this.#at;
  }

  get #at(): Cursor {
    return cursorIn(this.#list.at, 'tills');
  }
}
