import { businessDate } from '$contract/business-day';
import { type Drawer, DrawerUpdate } from '$contract/sales/drawers/drawers';
import type { SalesReport } from '$contract/sales/report/report';
import type { PageDependencies } from '$lib/api';
import { answerOf } from '$lib/live/network';
import { LiveView } from '$lib/live/LiveView.svelte';
import { Amounts } from '$lib/money';
import { counted } from '$lib/sales/drawers/counted';
import { movementHandlers } from '$lib/sales/sale-events';
import { Times } from '$lib/times';

interface Dependencies extends PageDependencies {
  /** The requested date; undefined for today, also when the next begins. */
  date: string | undefined;
}

/** How often the comparison with a week before is loaded again. */
const COMPARED_MS = 5 * 60_000;

/** The sales report of a date, live: it counts each movement of money exactly once. */
export class LiveSalesReport extends LiveView<SalesReport, Dependencies> {
  readonly times = new Times(this.latest.zone);
  readonly amounts = new Amounts(this.latest.currency);
  #touched = $state(0);
  readonly channel = this.follow('tills', {
    ...movementHandlers((moved, { replayed }) => {
      this.latest = counted(this.latest, moved);
      if (!replayed) this.#touched = performance.now();
    }),
    'drawer.updated': [DrawerUpdate, (drawer) => (this.latest = withDrawer(this.latest, drawer))],
  });

  get day(): SalesReport {
    return this.latest;
  }

  /** The business day at present. */
  get today(): string {
    return businessDate(this.latest, this.clock.minute);
  }

  get isToday(): boolean {
    return this.day.date === this.today;
  }

  /** When money last moved while this page was open; 0 for never. */
  get touchedAt(): number {
    return this.#touched;
  }

  /** Call it in an effect: today changes at the day's start, and the comparison grows by the minute. */
  keepUp(): void {
    const { minute } = this.clock;
    if (this.it.date !== undefined) return;
    if (this.today !== this.day.date || minute - this.day.now >= COMPARED_MS) void this.reload();
  }

  protected load(): Promise<SalesReport> {
    const { date } = this.it;
    return answerOf(this.it.api.sales.report.$get({ query: { ...(date !== undefined && { date }) } }));
  }
}

/** A drawer belongs to the day on which it was opened. */
function withDrawer(day: SalesReport, { id, date }: Pick<Drawer, 'id' | 'date'>): SalesReport {
  return date !== day.date || day.drawers.includes(id) ? day : { ...day, drawers: [...day.drawers, id] };
}
