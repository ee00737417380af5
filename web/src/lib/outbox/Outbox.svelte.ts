import type { Problem } from '$contract/errors';
import { untrack } from 'svelte';
import { uuidv7 } from '$lib/uuidv7';
import type { Act, Answered, Reply } from './act';
import { sendQueue } from './queue';
import type { ActStore } from './store';

/** What a page does with its own acts. */
export interface Handler {
  /** Shows the act until the server has answered. */
  show(act: Act): { rollback(): void } | undefined;
  confirmed?(body: unknown, act: Act): void;
  /** @returns whether the person sees the reason, so that the act need not be listed */
  refused?(problem: Problem, act: Act): boolean;
}

export interface Dependencies {
  store: ActStore;
  /** Makes the store ready for a tap without network. @returns to stop */
  prepare(): () => void;
  send(act: Act): Promise<Reply>;
  /** Runs alone in all tabs of this browser, after the others. */
  alone(work: () => Promise<void>): Promise<void>;
  /** That acts have changed, among the tabs of this browser. `subscribe` returns to stop. */
  changed: { publish(): void; subscribe(react: () => void): () => void };
  /** Calls when the network may be back. @returns to stop */
  whenBack(back: () => void): () => void;
  now(): number;
  /** @returns to cancel */
  later(ms: number, then: () => void): () => void;
}

const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 60_000;

/**
 * A person's acts on this device. Each is stored at the tap, and sent in order, once, from whichever tab is open. No network, a busy
 * server or a lost session stop the line; a final refusal takes one act out of it.
 */
export class Outbox {
  #acts = $state.raw<readonly Act[]>([]);
  #stopped = $state<'no' | 'away' | 'signed_out'>('no');
  readonly #handlers = new Map<string, Handler>();
  #shown: { rollback(): void }[] = [];
  #sending = $state<string>();
  #due = false;
  #draining = false;
  #wait = FIRST_WAIT_MS;
  /** Whether the network may have come back during the try that runs. */
  #back = false;
  #cancel: (() => void) | undefined;

  constructor(
    private readonly person: string,
    private readonly it: Dependencies,
  ) {}

  /** Still to be sent, in the order of the taps. */
  get queued(): readonly Act[] {
    return this.#acts.filter(({ refused }) => !refused);
  }

  /** Refused for good: shown until the person has seen them. */
  get refused(): readonly Act[] {
    return this.#acts.filter(({ refused }) => refused);
  }

  /** Why the queue waits: no answer from the server, or someone must sign in first. */
  get stopped(): 'no' | 'away' | 'signed_out' {
    return this.#stopped;
  }

  /** The act on its way to the server. */
  get sending(): Act | undefined {
    return this.#acts.find(({ key }) => key === this.#sending);
  }

  /** How long ago it was tapped, milliseconds. */
  ago({ tappedAt }: Act): number {
    return Math.max(0, this.it.now() - tappedAt);
  }

  /** @returns to stop */
  start(): () => void {
    const stops = [
      this.it.prepare(),
      this.it.changed.subscribe(() => void this.#read()),
      this.it.whenBack(() => {
        this.#back = true;
        this.#soon();
      }),
      () => this.#cancel?.(),
    ];
    void this.#read().then(() => this.drain());
    return () => {
      for (const stop of stops) stop();
    };
  }

  /** Says what to do with acts of a kind while a page is open. @returns to stop */
  handle(act: string, handler: Handler): () => void {
    this.#handlers.set(act, handler);
    this.show();
    return () => {
      if (this.#handlers.get(act) === handler) this.#handlers.delete(act);
      this.show();
    };
  }

  /** Keeps what was tapped, and sends it after what was tapped before. It resolves when the line is empty or stopped. */
  async tap(act: string, body: Act['body']): Promise<void> {
    const it: Act = { v: 1, act, key: uuidv7(), person: this.person, tappedAt: this.it.now(), body };
    this.#acts = [...this.#acts, it];
    this.show();
    await this.it.store.put(it);
    await this.#read(); // a look that began before may not have seen it
    this.it.changed.publish();
    await this.drain();
  }

  /** Deletes all: the person chose so when signing out. */
  async discard(): Promise<void> {
    for (const { key } of this.#acts) await this.remove(key);
  }

  /** Sends what is queued, one after another. Asked again meanwhile, it looks once more. */
  async drain(): Promise<void> {
    this.#due = true;
    if (this.#draining) return;
    this.#draining = true;
    try {
      while (this.#due) {
        this.#due = this.#back = false;
        await this.it.alone(() => this.#sendAll());
      }
    } finally {
      this.#draining = false;
    }
  }

  async #sendAll(): Promise<void> {
    const later = await sendQueue(this.person, {
      store: this.it.store,
      send: async (act) => {
        this.#sending = act.key;
        const reply = await this.it.send(act);
        this.#sending = undefined;
        return reply;
      },
      settle: (act, answer) => this.#settle(act, answer),
    });
    if (!later) return this.#goesOn();
    const { after = 0, signedOut } = later;
    // A try that began without network says nothing about the one that came back meanwhile.
    this.#due = this.#back && !after;
    this.#stopped = signedOut ? 'signed_out' : 'away';
    this.#cancel?.();
    this.#cancel = this.it.later(Math.max(after, this.#wait * (0.5 + Math.random() / 2)), () => this.#soon());
    this.#wait = Math.min(LONGEST_WAIT_MS, this.#wait * 2);
  }

  async #settle(act: Act, reply: Answered): Promise<void> {
    this.#goesOn();
    const handler = this.#handlers.get(act.act);
    if (reply.kind === 'confirmed') {
      try {
        handler?.confirmed?.(reply.body, act);
      } finally {
        await this.remove(act.key);
      }
      return;
    }
    if (handler?.refused?.(reply.problem, act)) return this.remove(act.key);
    await this.it.store.put({ ...act, refused: reply.problem });
    await this.#read();
    this.it.changed.publish();
  }

  /** Takes it off this device: it is settled, or its person has seen that it was refused. */
  async remove(key: string): Promise<void> {
    await this.it.store.delete(key);
    await this.#read();
    this.it.changed.publish();
  }

  async #read(): Promise<void> {
    this.#acts = await this.it.store.of(this.person);
    this.show();
  }

  /** Shows what is queued, in order, over the rows as the server has them now. */
  show(): void {
    // A page's effect that handles acts must not run again when they are shown.
    untrack(() => {
      for (const it of this.#shown.reverse()) it.rollback();
      this.#shown = this.queued.flatMap((act) => this.#handlers.get(act.act)?.show(act) ?? []);
    });
  }

  #goesOn(): void {
    this.#stopped = 'no';
    this.#wait = FIRST_WAIT_MS;
    this.#cancel?.();
  }

  #soon(): void {
    if (this.queued.length > 0) void this.drain();
  }
}
