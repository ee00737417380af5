import { Command } from './Command.svelte';

/** One command for each row of a list, so that rows do not wait for one another. */
export class Commands {
  #all = $state.raw<ReadonlyMap<string, Command>>(new Map());

  /** To look: undefined as long as nobody has acted on that row. */
  get(id: string): Command | undefined {
    return this.#all.get(id);
  }

  /** To act. Not to look: what renders does not follow state that it makes itself. */
  of(id: string): Command {
    const known = this.#all.get(id);
    if (known) return known;
    const command = new Command();
    this.#all = new Map(this.#all).set(id, command);
    return command;
  }
}
