import {
  type CloseDrawer,
  type DrawerChange,
  type OpenDrawer,
  type OwnDrawer,
  Drawer as DrawerRow,
} from '$contract/sales/drawers/drawers';
import type { Named } from '$contract/sessions/sessions';
import type { PageDependencies } from '$lib/api';
import { answerOf } from '$lib/live/network';
import type { LiveChannel } from '$lib/live/LiveChannel.svelte';
import { LiveView } from '$lib/live/LiveView.svelte';
import { Amounts } from '$lib/money';
import { after, byNow, nothingSince, type Since } from '$lib/sales/movements';
import { movementHandlers } from '$lib/sales/sale-events';
import { type Answer, Command, type Keyed } from '$lib/Command.svelte';
import { Times } from '$lib/times';
import { uuidv7 } from '$lib/uuidv7';

interface Dependencies extends PageDependencies {
  /** The person's own channel, followed by the layout. It publishes openings and closings of their drawer. */
  own: LiveChannel<`user.${string}`>;
  /** Publishes payments and refunds; followed by the drawer itself where the page does not. */
  tills?: LiveChannel<'tills'>;
}

/** The person's own drawer: none, open with its current content, or just closed. */
export class Drawer extends LiveView<OwnDrawer, Dependencies> {
  readonly amounts = new Amounts(this.latest.currency);
  readonly times = new Times(this.latest.zone);
  readonly command = new Command();
  readonly channel: LiveChannel;
  readonly tills: LiveChannel<'tills'>;
  #open = $state.raw<DrawerRow | null>(this.latest.drawer);
  /** The drawer that was closed while this page was open. */
  #closed = $state.raw<DrawerRow>();
  /** Movements since the snapshot, by drawer. A payment's event may come before the opening's, on another channel. */
  #since = $state.raw<Since>(nothingSince);
  /** The next drawer's id. A retry keeps it. */
  #nextId = uuidv7();

  /** The open drawer with its expected content. */
  readonly open: DrawerRow | null = $derived.by(() => this.#open && byNow(this.#open, this.#since));

  constructor(snapshot: OwnDrawer, it: Dependencies) {
    super(snapshot, it);
    this.channel = this.follow(it.own, {
      'drawer.updated': [DrawerRow, (drawer) => this.#take(drawer)],
    });
    this.tills = this.follow(
      it.tills ?? 'tills',
      movementHandlers((moved) => (this.#since = after(this.#since, moved))),
    );
  }

  /** The drawer just closed, with its count, until another opens or it is dismissed. */
  get closed(): DrawerRow | undefined {
    return this.#closed;
  }

  /** The workplace's rule of business days. */
  get rule(): Pick<OwnDrawer, 'zone' | 'dayStart'> {
    return this.latest;
  }

  /** Active places, by name. */
  get places(): readonly Named[] {
    return this.latest.places;
  }

  /** @param float minor units @returns whether it is open */
  openAt(placeId: string, float: number): Promise<boolean> {
    const json: OpenDrawer = { id: this.#nextId, placeId, float };
    return this.#act(['open', json], (how) => this.it.api.drawers.$post({ json }, how));
  }

  /** @returns whether it is closed */
  close(it: CloseDrawer): Promise<boolean> {
    const id = this.#open?.id;
    if (id === undefined) return Promise.resolve(false);
    return this.#act(['close', id, it], (how) =>
      this.it.api.drawers[':id'].close.$post({ param: { id }, json: it }, how),
    );
  }

  done(): void {
    this.#closed = undefined;
  }

  #act(what: unknown, ask: (how: Keyed) => Promise<Answer<DrawerChange>>): Promise<boolean> {
    return this.command.send(what, ask, {
      fields: ['float', 'placeId', 'counted', 'note'],
      take: ({ drawer }) => this.#take(drawer),
    });
  }

  /** The answer or its event, whichever comes first: a drawer opens once and closes once. */
  #take(drawer: DrawerRow): void {
    if (drawer.closedAt === null) {
      if (this.#open?.id === drawer.id || this.#closed?.id === drawer.id) return;
      this.#open = drawer;
      this.#closed = undefined;
      this.#nextId = uuidv7();
    } else if (this.#open?.id === drawer.id) {
      this.#open = null;
      this.#closed = drawer;
    }
  }

  protected load(): Promise<OwnDrawer> {
    return answerOf(this.it.api.drawers.mine.$get());
  }

  protected override loaded({ drawer }: OwnDrawer): void {
    this.#open = drawer;
    this.#since = nothingSince;
  }
}
