import type { RunSession, SessionChange, SessionStatus } from '$contract/sessions/sessions';
import type { AttendeeChange } from '$contract/sessions/sheet/sheets';
import type { ApiClient } from '$lib/api';
import { type Answer, Command, type Keyed } from '$lib/Command.svelte';
import { say } from '$lib/ui/toast';
import type { LiveSheet } from './LiveSheet.svelte';

const MORE_MS = 5 * 60_000;

/** A host's commands for a session and the people on its list. */
export class Hosting {
  readonly #command = new Command();

  constructor(
    private readonly api: ApiClient,
    private readonly sheet: () => LiveSheet,
  ) {}

  get busy(): boolean {
    return this.#command.busy;
  }

  /** Why the last command failed. */
  get message(): string | undefined {
    return this.#command.message;
  }

  clear(): void {
    this.#command.clear();
  }

  start = (): Promise<boolean> =>
    this.#session('start', (how) => this.#api.start.$post({ ...this.#of, json: {} }, how));

  end = (): Promise<boolean> =>
    this.#session('end', (how) => this.#api.end.$post({ ...this.#of, json: {} }, how));

  run = (json: RunSession): Promise<boolean> =>
    this.#session(['run', json], (how) => this.#api.running.$put({ ...this.#of, json }, how));

  toggleCode = (): Promise<boolean> => this.run({ shown: !this.sheet().session.shown });

  /** Moves the end by five minutes. */
  extend = (): Promise<boolean> => this.run({ endsAt: this.sheet().session.endsAt + MORE_MS });

  lock = (reason: string): Promise<boolean> =>
    this.#session(['lock', reason], (how) => this.#api.lock.$post({ ...this.#of, json: { reason } }, how));

  unlock = (reason: string): Promise<boolean> =>
    this.#session(['unlock', reason], (how) =>
      this.#api.unlock.$post({ ...this.#of, json: { reason } }, how),
    );

  mark = (person: string, status: SessionStatus | null, reason: string): Promise<boolean> =>
    this.#attendee(['mark', person, status, reason], (how) =>
      this.#api.attendance[':person'].$put({ ...this.#at(person), json: { status, reason } }, how),
    );

  answer = (person: string, accept: boolean): Promise<boolean> =>
    this.#attendee(['answer', person, accept], (how) =>
      this.#api.requests[':person'].$put({ ...this.#at(person), json: { accept } }, how),
    );

  clearSigns = (person: string): Promise<boolean> =>
    this.#attendee(['clear', person], (how) =>
      this.#api.attendance[':person']['dismiss-flags'].$post({ ...this.#at(person), json: {} }, how),
    );

  excuse = (person: string, reason: string | null): Promise<boolean> =>
    this.#attendee(['excuse', person, reason], (how) =>
      this.#api.excuses[':person'].$put({ ...this.#at(person), json: { reason } }, how),
    );

  get #api() {
    return this.api.sessions[':id'];
  }

  get #of() {
    return { param: { id: this.sheet().session.id } };
  }

  #at(person: string) {
    return { param: { ...this.#of.param, person } };
  }

  #session(what: unknown, ask: (how: Keyed) => Promise<Answer<SessionChange>>): Promise<boolean> {
    return this.#send(what, ask, ({ session }) => this.sheet().take(session));
  }

  #attendee(what: unknown, ask: (how: Keyed) => Promise<Answer<AttendeeChange>>): Promise<boolean> {
    return this.#send(what, ask, ({ attendee }) => this.sheet().takeAttendee(attendee));
  }

  async #send<Body>(
    what: unknown,
    ask: (how: Keyed) => Promise<Answer<Body>>,
    take: (body: Body) => void,
  ): Promise<boolean> {
    const ok = await this.#command.send([what, this.sheet().session.updatedAt], ask, { take });
    if (!ok && this.message) void say(this.message);
    return ok;
  }
}
