/** What is new at a releasing desk, orders and registrations alike: rung for until somebody has seen it, and said once. */
import type { SaleStatus } from '$contract/sales/moves';
import { say } from '$lib/ui/toast';
import { Chime } from './Chime.svelte';

type Work = { id: string; paidAt: number | null } & Pick<SaleStatus, 'changed' | 'claim'>;

interface Desk<Row> {
  /** It as this page knows it now. */
  known(id: string): Row | undefined;
  /** Whether it is paid and waits to be handed over. */
  waits(row: Row): boolean;
  /** What is said of what is new: of one, or of several. */
  words(first: Row, others: readonly Row[]): { text: string; description: string };
}

/** What comes within this time is said together. */
const TOGETHER_MS = 300;

export class NewWork<Row extends Work> {
  readonly chime = new Chime();
  readonly #desk: Desk<Row>;
  #saying: ReturnType<typeof setTimeout> | undefined;

  constructor(desk: Desk<Row>) {
    this.#desk = desk;
  }

  /** It has changed before somebody's eyes. Call it for what is live only, so that nothing rings that is told again. */
  hear(row: Row): void {
    if (!this.#desk.waits(row) || row.paidAt !== row.changed.at) return;
    this.chime.hear(row.id);
    this.#saying ??= setTimeout(() => this.#say(), TOGETHER_MS);
  }

  /** What is new and has been taken in hand, or is gone, needs no sound. Call it in an effect. */
  settle(): void {
    for (const id of this.chime.unseen) {
      const row = this.#desk.known(id);
      if (!row || !this.#desk.waits(row) || row.claim) this.chime.settle(id);
    }
  }

  /** Nothing more is said. */
  stop(): void {
    clearTimeout(this.#saying);
  }

  #say(): void {
    this.#saying = undefined;
    const [first, ...others] = [...this.chime.unseen].flatMap((id) => this.#desk.known(id) ?? []);
    if (!first) return;
    const { text, description } = this.#desk.words(first, others);
    void say(text, {
      id: 'new-work',
      description,
      action: { label: 'I’ve seen it', act: () => this.chime.acknowledge() },
    });
  }
}
