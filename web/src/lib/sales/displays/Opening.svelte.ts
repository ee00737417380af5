import type { ApiClient } from '$lib/api';
import { problemIn, wordsOf } from '$lib/problem';
import type { Answer } from '$lib/Command.svelte';

/** A screen on a wall may be switched on before its network is: nobody stands there to try again. */
const AGAIN_MS = 5_000;

/** Exchanges the link's token for the screen's cookie. The token stands in the fragment, so no server sees it in an address. */
export class Opening {
  #state = $state<'idle' | 'busy' | 'waiting'>('idle');
  #refusal = $state<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly api: ApiClient,
    /** The token is spent, for good or ill: it must not stay in the address. */
    private readonly done: (opened: boolean) => void,
  ) {}

  get state(): 'idle' | 'busy' | 'waiting' {
    return this.#state;
  }

  /** Why the link opens nothing, in words. */
  get refusal(): string | undefined {
    return this.#refusal;
  }

  /** @param token as the link has it; what is none is refused as one that was revoked */
  async open(token: string): Promise<void> {
    this.stop();
    this.#state = 'busy';
    this.#refusal = undefined;
    try {
      const answer: Answer = await this.api.display.open.$post({ json: { token } });
      if (answer.status >= 500) return this.#again(token);
      if (!answer.ok) this.#refusal = await refusalIn(answer);
      this.#state = 'idle';
      this.done(answer.ok);
    } catch {
      this.#again(token);
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#state = 'idle';
  }

  #again(token: string): void {
    this.#state = 'waiting';
    this.#timer = setTimeout(() => void this.open(token), AGAIN_MS);
  }
}

async function refusalIn(answer: Answer): Promise<string> {
  const problem = await problemIn(answer);
  if (problem.code === 'invalid_input') return 'This link is incomplete. Open the full link.';
  return wordsOf(problem);
}
