/** A browser's storage and locks, which its tabs share and which outlive them. */
import type { Act } from '../../../web/src/lib/outbox/act';
import type { Dependencies } from '../../../web/src/lib/outbox/Outbox.svelte';
import type { Owner } from './Scheduler';
import type { Answered } from './Worker';
import { Broken, type World } from './World';

interface Waiting {
  owner: Owner;
  go(): void;
}

export class Device {
  /** As IndexedDB keeps them: copies. */
  readonly #acts = new Map<string, Act>();
  readonly #listeners = new Map<() => void, Owner>();
  readonly #line: Waiting[] = [];
  /** Of all taps that it has kept. */
  readonly #unanswered = new Set<string>();
  #sender: Owner | undefined;
  /** By how much its clock is wrong, milliseconds. */
  readonly skew: number;

  constructor(readonly world: World) {
    this.skew = world.random() < 0.3 ? (world.random() - 0.5) * 4 * 3_600_000 : 0;
  }

  get acts(): readonly Act[] {
    return [...this.#acts.values()];
  }

  /** Taps that were neither accepted nor refused, whether it still has them or not. */
  get unanswered(): number {
    return this.#unanswered.size;
  }

  /** A tab sends a tap: one at a time, the first that waits. */
  async sends<T extends { answer: Answered }>(owner: Owner, key: string, request: Promise<T>): Promise<T> {
    const { world } = this;
    if (this.#sender && !this.#sender.ended) world.fail(new Broken('a device sends two taps at a time'));
    if (this.acts.find(({ refused }) => !refused)?.key !== key)
      world.fail(new Broken('a device sends another tap than the first that waits'));
    this.#sender = owner;
    try {
      const answered = await request;
      if (answered.answer.status < 500) this.#unanswered.delete(key);
      return answered;
    } finally {
      this.#sender = undefined;
    }
  }

  /** For the outbox of one of its tabs. */
  surroundings(owner: Owner, network: Pick<Dependencies, 'send' | 'whenBack'>): Dependencies {
    const { world } = this;
    const soon = <T>(act: () => T): Promise<T> => world.scheduler.elsewhere(world.network, 1, () => 1, act);
    return {
      ...network,
      store: {
        of: (person) =>
          soon(() =>
            this.acts
              .filter((it) => it.person === person)
              .sort((a, b) => a.tappedAt - b.tappedAt)
              .map((it) => structuredClone(it)),
          ),
        put: (act) =>
          soon(() => {
            if (!act.refused) this.#unanswered.add(act.key);
            this.#acts.set(act.key, structuredClone(act));
          }),
        delete: (key) => soon(() => void this.#acts.delete(key)),
      },
      prepare: () => () => undefined,
      alone: (work) => this.#alone(owner, work),
      changed: {
        publish: () => {
          for (const [react, its] of this.#listeners) if (its !== owner) world.scheduler.later(2, react, its);
        },
        subscribe: (react) => {
          this.#listeners.set(react, owner);
          return () => this.#listeners.delete(react);
        },
      },
      now: () => Math.floor(world.scheduler.now + this.skew),
      later: (ms, then) => {
        const task = world.scheduler.later(ms, then);
        return () => world.scheduler.cancel(task);
      },
    };
  }

  /** As Web Locks: the first in line holds it until its work or its tab ends. */
  #alone(owner: Owner, work: () => Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        withdraw();
        const at = this.#line.indexOf(it);
        this.#line.splice(at, 1);
        if (at === 0) this.#next();
      };
      const run = (): void => {
        void work().then(resolve, reject).finally(leave);
      };
      const it = { owner, go: () => void this.world.scheduler.later(0, run, owner) };
      const withdraw = owner.onEnd(leave);
      if (this.#line.push(it) === 1) it.go();
    });
  }

  #next(): void {
    this.#line[0]?.go();
  }
}
