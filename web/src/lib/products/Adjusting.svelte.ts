import type { StockAdjustment } from '$contract/products/products';
import type { ApiClient } from '$lib/api';
import { Command } from '$lib/Command.svelte';

/** One product's manual stock adjustments and their history. */
export class Adjusting {
  readonly command = new Command();
  #history = $state.raw<readonly StockAdjustment[]>();
  #failed = $state(false);
  #requests = 0;

  constructor(
    private readonly api: ApiClient,
    readonly id: string,
  ) {}

  /** The latest first; undefined until it is loaded. */
  get history(): readonly StockAdjustment[] | undefined {
    return this.#history;
  }

  /** Whether the history could not be loaded at all. */
  get failed(): boolean {
    return this.#failed;
  }

  /** Loads the history. Only the latest request's answer counts. */
  async load(): Promise<void> {
    this.#requests += 1;
    const mine = this.#requests;
    this.#failed = false;
    try {
      const answer = await this.api.products[':id'].adjustments.$get({ param: { id: this.id } });
      if (!answer.ok) throw new Error(`adjustments: ${String(answer.status)}`);
      const { adjustments } = await answer.json();
      if (mine === this.#requests) this.#history = adjustments;
    } catch {
      if (mine === this.#requests && this.#history === undefined) this.#failed = true;
    }
  }

  adjust(quantity: number, reason: string): Promise<boolean> {
    const json = { quantity, reason };
    return this.command.send(
      json,
      (how) => this.api.products[':id'].adjustments.$post({ param: { id: this.id }, json }, how),
      { fields: ['quantity', 'reason'] },
    );
  }
}
