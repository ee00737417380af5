import { Command } from './Command.svelte';

/** One command for each row of a list, so that rows do not wait for one another. */
export class Commands {
  #all = $state.raw<ReadonlyMap<string, Command>>(new Map());

  /** For rendering: undefined until the person has acted on that row. */
  get(id: string): Command | undefined {
    return this.#all.get(id);
  }

  /** For acting. A render must not call it: Svelte does not track state that the render itself creates. */
  of(id: string): Command {
    const known = this.#all.get(id);
    if (known) return known;
    const command = new Command();
    this.#all = new Map(this.#all).set(id, command);
    return command;
  }
}
