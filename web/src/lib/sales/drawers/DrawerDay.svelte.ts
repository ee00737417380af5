import { type Drawer, type DrawerList, DrawerUpdate } from '$contract/sales/drawers/drawers';
import type { PageDependencies } from '$lib/api';
import { answerOf } from '$lib/live/network';
import type { LiveChannel } from '$lib/live/LiveChannel.svelte';
import { LiveView } from '$lib/live/LiveView.svelte';
import { after, byNow, nothingSince, type Since } from '$lib/sales/movements';
import { movementHandlers } from '$lib/sales/sale-events';

interface Dependencies extends PageDependencies {
  tills: LiveChannel<'tills'>;
  /** The requested date; undefined for today, also after midnight. */
  date: string | undefined;
  /** Whether that person's drawers are shown. */
  shows: (personId: string) => boolean;
}

/** Events hide float and count from other tills: after an opening or closing, the list is loaded again. */
const SOON_MS = 400;

/** The drawers of a date, the latest first, with the expected content of open ones. */
export class DrawerDay extends LiveView<DrawerList, Dependencies> {
  #since = $state.raw<Since>(nothingSince);
  readonly channel = this.follow(this.it.tills, {
    ...movementHandlers((moved) => (this.#since = after(this.#since, moved))),
    'drawer.updated': [DrawerUpdate, ({ person }) => this.it.shows(person.id) && this.reloadWithin(SOON_MS)],
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
