/** The releasing desk of registrations: whose packages wait there, what is new, what is chosen, and what is done with it. */
import { type MakeMove, type Move, movesOpen } from '$contract/sales/moves';
import type { Me } from '$contract/people/people';
import {
  Registration,
  RegistrationChange,
  type RegistrationList,
  registrationMoves,
} from '$contract/sales/registrations/registrations';
import type { PageDependencies } from '$lib/api';
import { Chosen } from '$lib/sales/Chosen.svelte';
import { HandOver } from '$lib/sales/HandOver.svelte';
import { NewWork } from '$lib/sales/NewWork.svelte';
import * as v from 'valibot';
import { LiveRegistrations, registrationsOf } from './LiveRegistrations.svelte';

interface Surroundings extends PageDependencies {
  me: Pick<Me, 'id' | 'name' | 'roles'>;
}

export class RegistrationDesk {
  readonly live: LiveRegistrations;
  readonly hands: HandOver<Registration>;
  readonly news = new NewWork<Registration>({
    known: (id) => this.live.get(id),
    waits: ({ state }) => state === 'paid',
    words: newWords,
  });
  /** Of those that wait. */
  readonly chosen = new Chosen<Registration>(() => this.live.waiting);
  readonly #me: Surroundings['me'];

  constructor(list: RegistrationList, { api, network, me, ended }: Surroundings) {
    this.#me = me;
    this.live = new LiveRegistrations(registrationsOf(list, null), {
      ...{ api, network, ended },
      // One's own acts are no news.
      heard: ({ registration, by }) => by !== me.id && this.news.hear(registration),
    });
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
    const stops = [this.live.start(), () => this.news.stop()];
    return () => stops.forEach((stop) => stop());
  }

  /** The buttons of a registration. */
  moves(registration: Registration): Move[] {
    return movesOpen(registrationMoves, registration, this.#me, this.live.clock.now);
  }

  /** @returns whether the server decided on them: those that it released are not chosen any more */
  async releaseChosen(receivedBy: string): Promise<boolean> {
    const done = await this.hands.releaseMany(this.chosen.rows, receivedBy, 'registrations');
    if (done) this.chosen.clear();
    return done;
  }

  /** Who claims it sees so at once; a hand-over is shown when it is true. */
  #guess(it: Registration, move: MakeMove['move'], at: number) {
    const { id, name } = this.#me;
    if (move === 'claim' || move === 'take_over')
      return this.live.guess({ ...it, claim: { by: { id, name }, at } });
    return move === 'put_back' ? this.live.guess({ ...it, claim: null }) : undefined;
  }
}

function newWords(
  first: Registration,
  others: readonly Registration[],
): { text: string; description: string } {
  if (others.length === 0)
    return { text: `${first.name}: a package to release`, description: first.package.name };
  const fresh = [first, ...others];
  return {
    text: `${fresh.length} new packages to release`,
    description: fresh.map(({ name }) => name).join(', '),
  };
}
