/** The releasing desk of registrations: whose packages wait there, what is new, what is chosen, and what is done with it. */
import { type MakeMove, type Move, movesOpen } from '$contract/moves';
import type { Me } from '$contract/people';
import { Registration, RegistrationChange, registrationMoves } from '$contract/registrations';
import type { ApiClient } from '$lib/api';
import type { Network } from '$lib/live/network';
import { BULK_MOST } from '$lib/sales/bulk';
import { Chime } from '$lib/sales/Chime.svelte';
import { HandOver } from '$lib/sales/HandOver.svelte';
import { say } from '$lib/ui/toast';
import * as v from 'valibot';
import { type Heard, LiveRegistrations, type Snapshot } from './LiveRegistrations.svelte';

interface Surroundings {
  api: ApiClient;
  network: Network;
  me: Pick<Me, 'id' | 'name' | 'roles'>;
  /** The session or the right has ended. */
  ended(): void;
}

/** What comes within this time is said together. */
const TOGETHER_MS = 300;

export class RegistrationDesk {
  readonly live: LiveRegistrations;
  readonly hands: HandOver<Registration>;
  readonly chime = new Chime();
  readonly #me: Surroundings['me'];
  #chosen = $state.raw<ReadonlySet<string>>(new Set());
  #saying: ReturnType<typeof setTimeout> | undefined;

  /** Those chosen that are still there, in the list's order. */
  readonly chosen: readonly Registration[] = $derived.by(() =>
    this.live.waiting.filter(({ id }) => this.#chosen.has(id)),
  );

  constructor(list: Snapshot['list'], { api, network, me, ended }: Surroundings) {
    this.#me = me;
    this.live = new LiveRegistrations(
      { list, offered: null },
      { api, network, ended, heard: (what) => this.#hear(what) },
    );
    const { registrations } = api;
    this.hands = new HandOver<Registration>({
      clock: this.live.clock,
      label: ({ name }) => name,
      move: (id, json, how) => registrations[':id'].moves.$post({ param: { id }, json }, how),
      releaseMany: (json, how) => registrations.release.$post({ json }, how),
      read: (body) => v.parse(RegistrationChange, body).registration,
      current: (shown) => {
        const registration = v.safeParse(Registration, shown);
        return registration.success ? registration.output : undefined;
      },
      known: (id) => this.live.get(id),
      take: (registration) => this.live.take(registration),
      guess: (registration, move, at) => this.#guess(registration, move, at),
    });
  }

  /** Follows until the returned function is called. */
  start(): () => void {
    const stops = [this.live.start(), () => clearTimeout(this.#saying)];
    return () => stops.forEach((stop) => stop());
  }

  /** The buttons of a registration. */
  moves(registration: Registration): Move[] {
    return movesOpen(registrationMoves, registration, this.#me, this.live.clock.now);
  }

  isChosen(id: string): boolean {
    return this.#chosen.has(id);
  }

  /** Whether no other one can be chosen. */
  get full(): boolean {
    return this.chosen.length >= BULK_MOST;
  }

  choose(id: string, on: boolean): void {
    if (on && this.full) return;
    const others = this.chosen.map((it) => it.id).filter((one) => one !== id);
    this.#chosen = new Set(on ? [...others, id] : others);
  }

  clearChosen(): void {
    this.#chosen = new Set();
  }

  /** @returns whether the server decided on them: those that it released are not chosen any more */
  async releaseChosen(receivedBy: string): Promise<boolean> {
    const done = await this.hands.releaseMany(this.chosen, receivedBy, 'registrations');
    if (done) this.clearChosen();
    return done;
  }

  /** What is new and has been taken in hand, or is gone, needs no sound. Call it in an effect. */
  settle(): void {
    for (const id of this.chime.unseen) {
      const it = this.live.get(id);
      if (it?.state !== 'paid' || it.claim) this.chime.settle(id);
    }
  }

  /** Told of what is live only, so nothing rings that is told again. */
  #hear({ registration, by }: Heard): void {
    const paidNow = registration.state === 'paid' && registration.paidAt === registration.changed.at;
    if (!paidNow || by === this.#me.id) return;
    this.chime.hear(registration.id);
    this.#saying ??= setTimeout(() => this.#say(), TOGETHER_MS);
  }

  #say(): void {
    this.#saying = undefined;
    const fresh = [...this.chime.unseen].flatMap((id) => this.live.get(id) ?? []);
    const [first, ...others] = fresh;
    if (!first) return;
    void say(
      others.length === 0
        ? `${first.name}: a package to hand over`
        : `${fresh.length} new packages to hand over`,
      {
        id: 'new-work',
        description: others.length === 0 ? first.package.name : fresh.map(({ name }) => name).join(', '),
        action: { label: 'I’ve seen it', act: () => this.chime.acknowledge() },
        above: true,
      },
    );
  }

  /** Who claims it sees so at once; a hand-over is shown when it is true. */
  #guess(it: Registration, move: MakeMove['move'], at: number) {
    const { id, name } = this.#me;
    if (move === 'claim' || move === 'take_over')
      return this.live.guess({ ...it, claim: { by: { id, name }, at } });
    return move === 'put_back' ? this.live.guess({ ...it, claim: null }) : undefined;
  }
}
