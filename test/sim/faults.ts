/** Faults: a database that fails before or after its commit, and deliveries that are lost, doubled, delayed or reordered. */
import { env } from 'cloudflare:workers';
import type { Bindings } from '../../worker/bindings';

export interface Odds {
  /** A batch fails before it is committed. */
  failBefore: number;
  /** A batch is committed, and its answer is lost. */
  failAfter: number;
  lose: number;
  double: number;
  delay: number;
}

export const noFaults: Odds = { failBefore: 0, failAfter: 0, lose: 0, double: 0, delay: 0 };

/** The real bindings behind faults; `odds` may change during a run. */
export function faulty(odds: { now: Odds }, random: () => number): Bindings {
  const hits = (odd: keyof Odds) => random() < odds.now[odd];
  const DB = wrap(env.DB, {
    async batch(statements: D1PreparedStatement[]) {
      const writes = statements.some((it) => sqlOf(it).includes('INSERT INTO journal')); // a commit, not a read
      if (writes && hits('failBefore')) throw new Error('D1_ERROR: network connection lost (before)');
      const results = await env.DB.batch(statements);
      if (writes && hits('failAfter')) throw new Error('D1_ERROR: network connection lost (after)');
      return results;
    },
  });
  const CHANNELS = wrap(env.CHANNELS, {
    get(id: DurableObjectId) {
      const stub = env.CHANNELS.get(id);
      return wrap(stub, {
        async deliver(...delivery: Parameters<typeof stub.deliver>) {
          if (hits('lose')) throw new Error('Network connection lost.');
          if (hits('double')) await stub.deliver(...delivery);
          if (hits('delay')) await new Promise((resolve) => setTimeout(resolve, random() * 1200));
          await stub.deliver(...delivery);
        },
      });
    },
  });
  return { ...env, DB, CHANNELS };
}

const sqlOf = (it: D1PreparedStatement): string => (it as unknown as { statement: string }).statement;

/** An object with some of its methods replaced. */
function wrap<T extends object>(thing: T, instead: object): T {
  return new Proxy(thing, {
    get(target, name) {
      if (name in instead) return Reflect.get(instead, name) as unknown;
      const value = Reflect.get(target, name) as unknown;
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
