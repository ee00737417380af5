import type { Drawer, DrawerList } from '$contract/sales/payments/payments';
import type { PageDependencies } from '$lib/api';
import { answerOf } from '$lib/live/network';
import type { LiveChannel } from '$lib/live/LiveChannel.svelte';
import { LiveView } from '$lib/live/LiveView.svelte';
import { after, byNow, nothingSince, type Since } from '$lib/sales/moved';
import { movementHandlers } from '$lib/sales/sale-events';

interface Dependencies extends PageDependencies {
  /** Which the page follows. */
  tills: LiveChannel<'tills'>;
  /** The date that is asked for; undefined for today, whichever that is. */
  date: string | undefined;
  /** Whether that person's drawers are among those shown. */
  shows: (personId: string) => boolean;
}

/** Not all tills may know what a drawer was opened with and counted: after it was opened or closed, the list is loaded again. */
const SOON_MS = 400;

/** The drawers of a date, the latest first: of open ones what should be in them by now. */
export class DrawerDay extends LiveView<DrawerList, Dependencies> {
  #since = $state.raw<Since>(nothingSince);
  readonly channel = this.follow(this.it.tills, {
    ...movementHandlers((sale, payment) => (this.#since = after(this.#since, sale, payment))),
    'drawer.updated': ({ person }) => this.it.shows(person.id) && this.reloadWithin(SOON_MS),
  });
  readonly drawers: readonly Drawer[] = $derived.by(() =>
    this.latest.drawers.map((drawer) => byNow(drawer, this.#since)),
  );

  get date(): string {
    return this.latest.date;
  }

  get zone(): string {
    return this.latest.zone;
  }

  protected load(): Promise<DrawerList> {
    const { date } = this.it;
    return answerOf(this.it.api.drawers.$get({ query: { ...(date !== undefined && { date }) } }));
  }

  protected override loaded(): void {
    this.#since = nothingSince;
  }
}
