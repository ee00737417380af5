/** New work at a release desk: rings until a person acknowledges it, and shows one toast. */
import type { SaleStatus } from '$contract/sales/moves';
import { say } from '$lib/ui/toast';
import { Chime } from './Chime.svelte';

type Work = { id: string; paidAt: number | null } & Pick<SaleStatus, 'changed' | 'claim'>;

interface Desk<Row> {
  /** The record as this page has it now. */
  known(id: string): Row | undefined;
  /** Whether it is paid and waits for its release. */
  waits(row: Row): boolean;
  /** The toast's words for one, or for several. */
  words(first: Row, others: readonly Row[]): { text: string; description: string };
}

/** Work that arrives within this time shares one toast. */
const GATHER_MS = 300;

export class NewWork<Row extends Work> {
  readonly chime = new Chime();
  #saying: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly desk: Desk<Row>) {}

  /** Call it for live changes only, so that a replay does not ring. */
  hear(row: Row): void {
    if (!this.desk.waits(row) || row.paidAt !== row.changed.at) return;
    this.chime.hear(row.id);
    this.#saying ??= setTimeout(() => this.#say(), GATHER_MS);
  }

  /** Stops ringing for work that someone has started on, or that is gone. Call it in an effect. */
  settle(): void {
    for (const id of this.chime.unseen) {
      const row = this.desk.known(id);
      if (!row || !this.desk.waits(row) || row.claim) this.chime.settle(id);
    }
  }

  stop(): void {
    clearTimeout(this.#saying);
  }

  #say(): void {
    this.#saying = undefined;
    const [first, ...others] = [...this.chime.unseen].flatMap((id) => this.desk.known(id) ?? []);
    if (!first) return;
    const { text, description } = this.desk.words(first, others);
    void say(text, {
      id: 'new-work',
      description,
      action: { label: 'I’ve seen it', act: () => this.chime.acknowledge() },
    });
  }
}
