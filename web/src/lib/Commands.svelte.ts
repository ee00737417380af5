import { Command } from './Command.svelte';

/** One command for each row of a list, so that rows do not wait for one another. */
export class Commands {
  #all = $state.raw<ReadonlyMap<string, Command>>(new Map());

  isBusy(id: string): boolean {
    return this.#all.get(id)?.busy ?? false;
  }

  message(id: string): string | undefined {
    return this.#all.get(id)?.message;
  }

  /** For acting only: a page that made it while it renders would not follow it. */
  of(id: string): Command {
    const known = this.#all.get(id);
    if (known) return known;
    const command = new Command();
    this.#all = new Map(this.#all).set(id, command);
    return command;
  }
}
