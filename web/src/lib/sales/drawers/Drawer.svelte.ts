import type {
  CloseDrawer,
  Drawer as Told,
  DrawerChange,
  OpenDrawer,
  OwnDrawer,
} from '$contract/sales/payments/payments';
import type { Named } from '$contract/sessions/sessions';
import type { PageDependencies } from '$lib/api';
import { answerOf } from '$lib/live/network';
import type { LiveChannel } from '$lib/live/LiveChannel.svelte';
import { LiveView } from '$lib/live/LiveView.svelte';
import { Amounts } from '$lib/money';
import { after, byNow, nothingSince, type Since } from '$lib/sales/moved';
import { movementHandlers } from '$lib/sales/sale-events';
import { type Answer, Command, type Keyed } from '$lib/Command.svelte';
import { Times } from '$lib/times';
import { uuidv7 } from 'uuidv7';

interface Dependencies extends PageDependencies {
  /** One's own channel, which the page around follows: it says that a drawer was opened or closed, here or elsewhere. */
  own: LiveChannel<`user.${string}`>;
  /** Which the page follows: it says what comes into the drawer and goes out of it. */
  tills: LiveChannel<'tills'>;
}

/** One's own drawer: none, open with what is in it as of now, or just closed. */
export class Drawer extends LiveView<OwnDrawer, Dependencies> {
  readonly amounts = new Amounts(this.latest.currency);
  readonly times = new Times(this.latest.zone);
  readonly command = new Command();
  #open = $state.raw<Told | null>(this.latest.drawer);
  /** The one that was closed before somebody's eyes. */
  #closed = $state.raw<Told>();
  /** What has moved since the snapshot, by drawer: that one was opened may be heard after what was paid into it. */
  #since = $state.raw<Since>(nothingSince);
  /** A new one for each drawer; the same while the same one is tried again. */
  #nextId = uuidv7();

  /** The open one, with what should be in it by now. */
  readonly open: Told | null = $derived.by(() => this.#open && byNow(this.#open, this.#since));

  constructor(snapshot: OwnDrawer, it: Dependencies) {
    super(snapshot, it);
    this.follow(it.own, { 'drawer.updated': (drawer) => this.#take(drawer) });
    this.follow(
      it.tills,
      movementHandlers((sale, payment) => (this.#since = after(this.#since, sale, payment))),
    );
  }

  /** The one that has just been closed, with its count; until another is opened, or it is put away. */
  get closed(): Told | undefined {
    return this.#closed;
  }

  /** Where one can be opened, by name. */
  get places(): readonly Named[] {
    return this.latest.places;
  }

  /** @param float what lies in it, minor units @returns whether it is open */
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

  /** Puts the closed one away. */
  done(): void {
    this.#closed = undefined;
  }

  #act(what: unknown, ask: (how: Keyed) => Promise<Answer<DrawerChange>>): Promise<boolean> {
    return this.command.send(what, ask, {
      fields: ['float', 'placeId', 'counted', 'note'],
      take: ({ drawer }) => this.#take(drawer),
    });
  }

  /** An answer or its event, whichever comes first: a drawer is opened once and closed once. */
  #take(drawer: Told): void {
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
