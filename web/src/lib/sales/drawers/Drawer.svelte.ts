import { events } from '$contract/events';
import {
  type CloseDrawer,
  type Drawer as Told,
  DrawerChange,
  type OpenDrawer,
  type OwnDrawer,
} from '$contract/sales/payments/payments';
import type { Named } from '$contract/sessions/sessions';
import type { Cursor, Envelope } from '$contract/wire';
import type { ApiClient } from '$lib/api';
import { cursorIn } from '$lib/live/cursor';
import { answerOf } from '$lib/live/answer';
import type { LiveChannel } from '$lib/live/LiveChannel.svelte';
import { Amounts } from '$lib/money';
import { type Answer, type Keyed, Sending } from '$lib/Sending.svelte';
import { Times } from '$lib/times';
import { uuidv7 } from 'uuidv7';
import * as v from 'valibot';
import { after, byNow, movement, nothingSince, type Since } from '$lib/sales/moved';

interface Surroundings {
  api: ApiClient;
  /** One's own channel, which the page around follows: it tells that a drawer was opened or closed, here or elsewhere. */
  own: LiveChannel;
  /** `tills`, which the page follows: it tells what comes into the drawer and goes out of it. */
  tills: LiveChannel;
}

/** One's own drawer: none, open with what is in it as of now, or just closed. */
export class Drawer {
  readonly amounts: Amounts;
  readonly times: Times;
  readonly sending = new Sending();
  readonly #it: Surroundings;
  #snapshot: OwnDrawer;
  #open = $state.raw<Told | null>(null);
  /** The one that was closed before somebody's eyes. */
  #closed = $state.raw<Told>();
  #places = $state.raw<readonly Named[]>([]);
  /** What has moved since the snapshot, by drawer: that one was opened may be heard after what was paid into it. */
  #since = $state.raw<Since>(nothingSince);
  /** A new one for each drawer; the same while the same one is tried again. */
  #nextId = uuidv7();

  /** The open one, with what should be in it by now. */
  readonly open: Told | null = $derived.by(() => this.#open && byNow(this.#open, this.#since));

  constructor(snapshot: OwnDrawer, it: Surroundings) {
    this.#it = it;
    this.#snapshot = snapshot;
    this.amounts = new Amounts(snapshot.currency);
    this.times = new Times(snapshot.zone);
    this.#put(snapshot);
  }

  /** Follows both channels until the returned function is called. */
  start(): () => void {
    const stops = [
      this.#it.own.join({
        cursor: this.#ownAt,
        apply: (event) => this.#applyOwn(event),
        reload: async () => (await this.#reload(), this.#ownAt),
      }),
      this.#it.tills.join({
        cursor: this.#tillsAt,
        apply: (event) => this.#applyTills(event),
        reload: async () => (await this.#reload(), this.#tillsAt),
      }),
    ];
    return () => stops.forEach((stop) => stop());
  }

  /** The one that has just been closed, with its count; until another is opened, or it is put away. */
  get closed(): Told | undefined {
    return this.#closed;
  }

  /** Where one can be opened, by name. */
  get places(): readonly Named[] {
    return this.#places;
  }

  /** @param float what lies in it, minor units @returns whether it is open */
  openAt(placeId: string, float: number): Promise<boolean> {
    const json: OpenDrawer = { id: this.#nextId, placeId, float };
    return this.#act(['open', json], (how) => this.#it.api.drawers.$post({ json }, how));
  }

  /** @returns whether it is closed */
  close(it: CloseDrawer): Promise<boolean> {
    const id = this.#open?.id;
    if (id === undefined) return Promise.resolve(false);
    return this.#act(['close', id, it], (how) =>
      this.#it.api.drawers[':id'].close.$post({ param: { id }, json: it }, how),
    );
  }

  /** Puts the closed one away. */
  done(): void {
    this.#closed = undefined;
  }

  #act(what: unknown, ask: (how: Keyed) => Promise<Answer>): Promise<boolean> {
    return this.sending.send(
      what,
      async (how) => {
        const answer = await ask(how);
        if (answer.ok) this.#take(v.parse(DrawerChange, await answer.json()).drawer);
        return answer;
      },
      ['float', 'placeId', 'counted', 'note'],
    );
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

  #applyOwn({ seq, type, data }: Envelope): void {
    // A snapshot that was loaded for the other channel's sake knows it already.
    if (seq > this.#ownAt.head && type === 'drawer.updated')
      this.#take(v.parse(events.user['drawer.updated'], data));
  }

  #applyTills({ seq, type, data }: Envelope): void {
    if (seq <= this.#tillsAt.head || !type.startsWith('sale.')) return;
    const sale = v.parse(events.tills['sale.paid'], data);
    const payment = movement(type, sale);
    if (payment) this.#since = after(this.#since, sale, payment);
  }

  async #reload(): Promise<void> {
    this.#put(await answerOf(this.#it.api.drawers.mine.$get()));
  }

  #put(snapshot: OwnDrawer): void {
    this.#snapshot = snapshot;
    this.#open = snapshot.drawer;
    this.#places = snapshot.places;
    this.#since = nothingSince;
  }

  get #ownAt(): Cursor {
    return cursorIn(this.#snapshot.at, this.#it.own.name);
  }

  get #tillsAt(): Cursor {
    return cursorIn(this.#snapshot.at, 'tills');
  }
}
