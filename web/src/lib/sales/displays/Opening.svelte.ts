import type { ApiClient } from '$lib/api';
import { Command } from '$lib/Command.svelte';

/** A wall screen may start before its network does, and no one is there to try again. */
const AGAIN_MS = 5_000;

/** Exchanges the link's token for the screen's cookie. The token is in the fragment, so it reaches no server log. */
export class Opening {
  readonly #command = new Command();
  #waiting = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly api: ApiClient,
    /** The token is used up and must not remain in the address. */
    private readonly done: (opened: boolean) => void,
  ) {}

  get state(): 'idle' | 'busy' | 'waiting' {
    if (this.#command.busy) return 'busy';
    return this.#waiting ? 'waiting' : 'idle';
  }

  /** Why the link was refused. */
  get refusal(): string | undefined {
    const { problem, message } = this.#command;
    if (problem?.code !== 'invalid_input') return message;
    return 'This link is incomplete. Open the full link.';
  }

  /** @param token as in the link; a malformed one is refused like a revoked one */
  async open(token: string): Promise<void> {
    this.stop();
    const opened = await this.#command.send(token, () => this.api.display.open.$post({ json: { token } }));
    if (!this.#command.unanswered) return this.done(opened);
    this.#waiting = true;
    this.#timer = setTimeout(() => void this.open(token), AGAIN_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#waiting = false;
  }
}
