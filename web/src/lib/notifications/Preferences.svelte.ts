import type { NotificationKind, Preferences as Snapshot } from '$contract/notifications/notifications';
import type { ApiClient } from '$lib/api';
import { noAnswer, problemIn, wordsOf } from '$lib/problem';
import { uuidv7 } from 'uuidv7';

/** Which kinds of notification a person wants: shown at once, taken back with the reason if refused. */
export class Preferences {
  #muted = $state.raw<readonly NotificationKind[]>([]);
  #saving = $state(false);
  #trouble = $state<string>();

  constructor(
    private readonly api: ApiClient,
    { muted }: Snapshot,
  ) {
    this.#muted = muted;
  }

  /** One choice at a time, so that each is answered before the next is made. */
  get saving(): boolean {
    return this.#saving;
  }

  get trouble(): string | undefined {
    return this.#trouble;
  }

  wants(kind: NotificationKind): boolean {
    return !this.#muted.includes(kind);
  }

  async choose(kind: NotificationKind, wanted: boolean): Promise<void> {
    if (this.#saving) return;
    const before = this.#muted;
    const others = before.filter((each) => each !== kind);
    this.#muted = wanted ? others : [...others, kind];
    this.#saving = true;
    this.#trouble = undefined;
    try {
      const answer = await this.api.notifications.preferences.$put(
        { json: { muted: [...this.#muted] } },
        { headers: { 'Idempotency-Key': uuidv7() } },
      );
      if (answer.ok) this.#muted = (await answer.json()).muted;
      else this.#refused(before, wordsOf(await problemIn(answer)));
    } catch {
      this.#refused(before, noAnswer);
    } finally {
      this.#saving = false;
    }
  }

  #refused(before: readonly NotificationKind[], words: string): void {
    this.#muted = before;
    this.#trouble = words;
  }
}
