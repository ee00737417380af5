/** Sends the newest choice after the one that is under way, so that none made meanwhile is lost. */
export class Newest<Choice> {
  #next: { choice: Choice } | undefined;
  #sending = false;

  constructor(private readonly send: (choice: Choice) => Promise<void>) {}

  async put(choice: Choice): Promise<void> {
    this.#next = { choice };
    if (this.#sending) return;
    this.#sending = true;
    for (let next = this.#take(); next; next = this.#take()) await this.send(next.choice);
    this.#sending = false;
  }

  #take(): { choice: Choice } | undefined {
    const next = this.#next;
    this.#next = undefined;
    return next;
  }
}
