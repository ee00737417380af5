/** One schedule's world: its time and chance, the database, the objects and the Workers, and what may go wrong. */
import type { Bindings } from '../../../worker/bindings';
import type { Channel } from '../../../worker/live/channel';
import { drawEpoch } from '../../../worker/live/epoch';
import { tell } from '../../../worker/live/delivery';
import { trim } from '../../../worker/live/trim';
import { dice } from '../dice';
import type { Runtime } from '../schedule';
import { Database } from './database';
import { install } from './globals';
import { Objects } from './Objects';
import type { Page } from './Page';
import { Owner, Scheduler } from './Scheduler';

export interface Odds {
  /** A database call fails before it does anything, or its answer is lost. */
  failBefore: number;
  failAfter: number;
  /** A call of an object. */
  lose: number;
  double: number;
  delay: number;
  /** A page's request does not reach the Worker, or its answer does not reach the page. */
  requestLost: number;
  answerLost: number;
  /** The network brings a page's request twice. */
  requestDoubled: number;
}

export const calm: Odds = {
  failBefore: 0,
  failAfter: 0,
  lose: 0,
  double: 0,
  delay: 0,
  requestLost: 0,
  answerLost: 0,
  requestDoubled: 0,
};

export const rough: Odds = {
  failBefore: 0.03,
  failAfter: 0.03,
  lose: 0.25,
  double: 0.15,
  delay: 0.25,
  requestLost: 0.05,
  answerLost: 0.05,
  requestDoubled: 0.05,
};

/** A promise of the product that did not hold. */
export class Broken extends Error {}

/** How often pages are looked at, milliseconds. */
const LOOK_MS = 2_500;

/** From a commit to the Worker's answer. */
const ANSWER_MS = 2_000;

/** 10 June 2026, 10:00 in Berlin: a schedule of minutes passes no midnight. */
const BEGIN = Date.UTC(2026, 5, 10, 8);

export class World {
  readonly random: () => number;
  readonly scheduler: Scheduler;
  /** Owns what no tab, request or object does: wires. */
  readonly network = new Owner('network');
  readonly database = new Owner('database');
  readonly db: Database;
  readonly objects: Objects;
  readonly pages = new Set<Page>();
  /** Requests that run. */
  readonly requests = new Set<Owner>();
  odds: Odds = rough;
  /** What happened, to read after a failure. */
  readonly trace: string[] = [];
  /** When each head of a channel was first seen: `[head, at]`, ascending. */
  readonly #heads = new Map<string, [number, number][]>();
  failure: Broken | undefined;
  #restoredAt = -Infinity;
  #backup: { at: number; restore(): void } | undefined;
  /** From the backup to its restore. */
  readonly #forgotten: [number, number][] = [];
  /** How often an older database was restored. */
  restores = 0;
  /** Whether the database may be another than at the last look of a scenario. */
  hasChanged = true;

  constructor(
    readonly seed: number,
    { sql, settle, make }: Runtime & { make: (ctx: DurableObjectState, env: Bindings) => Channel },
  ) {
    this.random = dice(seed);
    this.scheduler = new Scheduler(BEGIN + Math.floor(this.random() * 3_600_000), settle);
    this.db = new Database(this, sql);
    this.objects = new Objects(this, (ctx) => make(ctx, this.env));
    this.db.onCommit = () => {
      this.hasChanged = true;
      this.#seeHeads();
    };
  }

  /** Makes the globals this world's. @returns to put them back */
  enter(): () => void {
    const { objects } = this;
    class Pair {
      readonly 0 = {};
      readonly 1 = objects.upgrading?.server;
    }
    class Answer {
      readonly status: number;
      constructor(_body: null, { status }: { status: number }) {
        this.status = status;
      }
    }
    class ResponsePair {
      constructor(
        readonly request: string,
        readonly response: string,
      ) {}
    }
    const pageOf = (owner: Owner) => [...this.pages].find((it) => it.owner === owner);
    return install(
      { scheduler: this.scheduler, random: this.random, windowOf: pageOf },
      {
        WebSocketPair: Pair,
        WebSocketRequestResponsePair: ResponsePair,
        WebSocket: { OPEN: 1 },
        Response: Answer,
      },
    );
  }

  get env(): Bindings {
    return {
      DB: this.db.d1,
      CHANNELS: this.objects.binding,
      CHANNEL_LOCATION: '',
      WORKPLACE_ZONE: 'Europe/Berlin',
    } as unknown as Bindings;
  }

  hits(what: keyof Odds): boolean {
    return this.odds[what] > 0 && this.random() < this.odds[what];
  }

  pick<T>(of: readonly T[]): T {
    return of[Math.floor(this.random() * of.length)] as T;
  }

  /** One of them, if there are any. */
  any<T>(of: readonly T[]): T | undefined {
    return of.length > 0 ? this.pick(of) : undefined;
  }

  /** Milliseconds of one way. */
  readonly latency = (): number => (this.random() < 0.05 ? 50 + this.random() * 400 : 1 + this.random() * 20);

  note(what: string): void {
    this.trace.push(`${((this.scheduler.now - BEGIN) / 1000).toFixed(3)} ${what}`);
  }

  /** Something broke where no caller would see it. */
  fail(error: unknown): Broken {
    this.failure ??= error instanceof Broken ? error : new Broken(String((error as Error).stack ?? error));
    return this.failure;
  }

  must(holds: boolean, promise: string): asserts holds {
    if (!holds) throw new Broken(promise);
  }

  same(one: unknown, other: unknown, otherwise: string): void {
    const [a, b] = [JSON.stringify(one), JSON.stringify(other)];
    if (a !== b) throw new Broken(`${otherwise}: ${a} instead of ${b}`);
  }

  /** Lets time pass. @throws Broken as soon as a promise does not hold */
  async runFor(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= LOOK_MS) {
      await this.scheduler.runFor(Math.min(left, LOOK_MS));
      for (const page of this.pages) page.check();
      if (this.failure) throw this.failure;
    }
  }

  /** A new version: every socket and object is gone, and requests that ran end without an answer. */
  deploy(): void {
    this.note('deploy');
    for (const request of this.requests) request.end();
    this.objects.abortAll();
  }

  /** Forgets events as if all of them were old. */
  trim(): Promise<void> {
    this.note('trim');
    return trim({ d1: this.db.d1, now: () => this.scheduler.now + 9 * 86_400_000 });
  }

  backUp(): void {
    this.note('backup');
    this.#backup = { at: this.scheduler.now, restore: this.db.sql.backUp() };
  }

  /** The database as it was at the last backup, if there is one. The minute's job notices it later. */
  restore(): void {
    if (!this.#backup) return;
    this.note('restore');
    this.#forgotten.push([this.#backup.at, this.scheduler.now]);
    this.#backup.restore();
    this.#heads.clear();
    this.#seeHeads();
    this.restores += 1;
    this.hasChanged = true;
    const found = this.scheduler.now + this.random() * 60_000;
    this.#restoredAt = found;
    this.scheduler.later(found - this.scheduler.now, () => void this.notice(), this.network);
  }

  /** Whether a restore may have undone what was answered then: no one can promise that. */
  isForgotten(at: number): boolean {
    return this.#forgotten.some(([from, to]) => at > from - ANSWER_MS && at < to + ANSWER_MS);
  }

  /** As the job does until it succeeds (journal/restore.ts). */
  async notice(): Promise<void> {
    try {
      const { deliveries } = await drawEpoch(this.db.d1);
      this.note('the restore is noticed');
      await tell(this.env, deliveries, 'job');
    } catch {
      this.scheduler.later(60_000, () => void this.notice(), this.network);
    }
  }

  /** Whether what pages show may still be of the database before a restore: until the job has noticed it, and a minute more. */
  get isUnsettled(): boolean {
    return this.scheduler.now < this.#restoredAt + 120_000;
  }

  /** For how long the channel has been beyond this head, milliseconds. */
  beyond(channel: string, head: number): number {
    const later = this.#heads.get(channel)?.find(([seen]) => seen > head);
    return later ? this.scheduler.now - later[1] : 0;
  }

  #seeHeads(): void {
    const heads = this.db.rows<{ channel: string; seq: number }>('SELECT channel, seq FROM heads');
    for (const { channel, seq } of heads) {
      const seen = this.#heads.get(channel) ?? [];
      if ((seen.at(-1)?.[0] ?? -1) < seq) seen.push([seq, this.scheduler.now]);
      this.#heads.set(channel, seen);
    }
  }
}
