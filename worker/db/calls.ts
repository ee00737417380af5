/** A database whose every call can be counted, timed or refused; a call is given up in time, so that none queues behind a slow one. */

/** A statement as it is sent. */
export interface Sent {
  sql: string;
  params: readonly unknown[];
}

/** Makes one call, a batch being one. @param sent its statements @param call what reaches the database */
export type Around = (sent: readonly Sent[], call: () => Promise<unknown>) => Promise<unknown>;

export function watched(d1: D1Database, around: Around): D1Database {
  /** What the caller holds, to what the database knows. */
  const inner = new WeakMap<D1PreparedStatement, { it: D1PreparedStatement; sent: Sent }>();

  const statement = (it: D1PreparedStatement, sent: Sent): D1PreparedStatement => {
    const outer = intercepted(it, (name, call) =>
      name === 'bind'
        ? (...params: unknown[]) => statement(it.bind(...params), { sql: sent.sql, params })
        : (...args: unknown[]) => around([sent], () => call(args)),
    );
    inner.set(outer, { it, sent });
    return outer;
  };

  return intercepted(d1, (name, call) => {
    if (name === 'prepare') return (sql: string) => statement(d1.prepare(sql), { sql, params: [] });
    if (name !== 'batch') return (...args: unknown[]) => around([], () => call(args));
    return (statements: D1PreparedStatement[]) => {
      const known = statements.flatMap((it) => inner.get(it) ?? []);
      const sent = known.map((each) => each.sent);
      return around(sent, () => call([known.map(({ it }) => it)]));
    };
  });
}

/** The object with each of its methods replaced. */
export function intercepted<T extends object>(
  it: T,
  replacement: (name: string | symbol, call: (args: unknown[]) => Promise<unknown>) => unknown,
): T {
  return new Proxy(it, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return replacement(name, (args) => {
        const answer: unknown = Reflect.apply(value, target, args);
        return Promise.resolve(answer);
      });
    },
  });
}

/** While a call waits longer than this, new requests are refused at once. */
export const SLOW_MS = 3_000;
/**
 * Nobody waits longer for one call: a request, which makes at most four, ends within 20 s. D1 itself gives up after 30 s
 * (developers.cloudflare.com/d1/platform/limits).
 */
export const LATE_MS = 5_000;
/**
 * When a call is looked at first. The clock of a request stands still while it computes, so the moment at which it made the call
 * may be long past; at a timer the clock is right.
 */
export const LOOK_MS = 1_000;

/**
 * While an isolate waits for this many calls, new requests are refused at once. D1 takes one after another, about 400 a second in the
 * bench, so the last of these waits well below a second. A school signs in, or two hundred tills sell, at one moment.
 */
export const MOST_WAITING = 256;
/**
 * After a refusal only these may wait, until none was refused for `CALM_MS`: what is let in during a flood delays all that
 * waits behind it, where the isolate cannot see it (decision 118). After `FLOOD_MS` the higher limit holds again: where each call takes
 * long although few wait, this one would be what refuses.
 */
export const MOST_IN_FLOOD = 32;
export const CALM_MS = 5_000;
export const FLOOD_MS = 60_000;

/** It did not answer in time. What it was to do may still take effect. */
export class Late extends Error {}

/** The D1 calls that one isolate waits for. */
export class Waiting {
  /** Those that have waited for `LOOK_MS`, and when they began: UTC epoch milliseconds. */
  readonly #long = new Set<{ began: number }>();
  /** When each call was made, the oldest first. */
  readonly #all = new Set<{ at: number }>();
  /** When a request was refused last as too many calls waited. */
  #fullAt = -Infinity;
  /** When the present flood began. */
  #floodAt = -Infinity;

  /** Whether too many calls wait. Notes the refusal, so it is asked once a request. @param now UTC epoch milliseconds */
  mustRefuse(now: number): boolean {
    for (const call of this.#all) {
      // As below: a call whose request was ended must not count for ever.
      if (now - call.at <= LATE_MS) break;
      this.#all.delete(call);
    }
    // A clock that was set back ends a flood.
    const isFlood = Math.abs(now - this.#fullAt) < CALM_MS && Math.abs(now - this.#floodAt) < FLOOD_MS;
    const isFull = this.#all.size >= (isFlood ? MOST_IN_FLOOD : MOST_WAITING);
    if (isFull && !isFlood) this.#floodAt = now;
    if (isFull) this.#fullAt = now;
    return isFull;
  }

  /** @param now UTC epoch milliseconds */
  isSlow(now: number): boolean {
    for (const call of this.#long)
      // The runtime may end a request with all its timers: its call must not count for ever.
      if (now - call.began > LATE_MS) this.#long.delete(call);
      else if (now - call.began > SLOW_MS) return true;
    return false;
  }

  /** @param ctx keeps a call in view whose caller has hung up @throws Late, beside the errors of the call */
  guard(d1: D1Database, ctx: Pick<ExecutionContext, 'waitUntil'>): D1Database {
    return watched(d1, (_, call) => {
      const answer = this.#inTime(call());
      ctx.waitUntil(answer.catch(() => undefined));
      return answer;
    });
  }

  #inTime(pending: Promise<unknown>): Promise<unknown> {
    const call = { began: 0, at: Date.now() };
    this.#all.add(call);
    const look = () => {
      call.began = Date.now() - LOOK_MS;
      this.#long.add(call);
    };
    return inTime(pending, { look }).finally(() => {
      this.#long.delete(call);
      this.#all.delete(call);
    });
  }
}

/**
 * @param look is called once if it takes longer than `LOOK_MS` @param ms the longest that it may take, above `LOOK_MS`
 * @throws Late after `ms`, beside the errors of `pending`
 */
export function inTime<T>(
  pending: Promise<T>,
  { look, ms = LATE_MS }: { look?: () => void; ms?: number } = {},
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  let timer = setTimeout(() => {
    look?.();
    timer = setTimeout(() => reject(new Late(`no answer within ${ms} ms`)), ms - LOOK_MS);
  }, LOOK_MS);
  pending.then(resolve, reject);
  return promise.finally(() => clearTimeout(timer));
}
