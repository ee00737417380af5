/** Seeded schedules in the Workers runtime. `npm run sim` runs the same ones in Node, and many more. */
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it, vi } from 'vitest';
import type { Bindings } from '../../worker/bindings';
import { Channel } from '../../worker/live/channel';
import { objectOf } from '../../worker/live/object';
import { SCENARIOS, type Sql } from './schedule';
import { schedule } from './seeded/run';

const SCHEDULES = 300;
/** The machine may also do other work. */
const LIMIT_MS = 300_000;

type Rows = ReadonlyMap<string, readonly Record<string, SqlStorageValue>[]>;

/** An object's own SQLite, which answers at once, as D1's does in the local runtime. */
class Storage implements Sql {
  readonly #tables: readonly string[];
  readonly #first: Rows;

  constructor(private readonly storage: DurableObjectStorage) {
    this.#tables = this.run(
      `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '\\_cf%' ESCAPE '\\'`,
    ).rows.map(({ name }) => name as string);
    this.#first = this.#read();
  }

  run(sql: string, params: readonly SqlStorageValue[] = []) {
    return { rows: this.storage.sql.exec(sql, ...params).toArray() };
  }

  atomically<T>(act: () => T): T {
    return this.storage.transactionSync(act);
  }

  begin(): () => void {
    return () => this.#put(this.#first);
  }

  backUp(): () => void {
    const rows = this.#read();
    return () => this.#put(rows);
  }

  #read(): Rows {
    return new Map(this.#tables.map((table) => [table, this.run(`SELECT * FROM ${table}`).rows]));
  }

  #put(rows: Rows): void {
    this.atomically(() => {
      this.run('PRAGMA defer_foreign_keys = on');
      for (const table of this.#tables) {
        this.run(`DELETE FROM ${table}`);
        for (const row of rows.get(table) ?? []) {
          const names = Object.keys(row);
          this.run(
            `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
            Object.values(row),
          );
        }
      }
    });
  }
}

/**
 * The runtime's base class takes its own state only, which it assigns to `ctx`.
 * @returns makes an object with the schedule's state, and puts the class back as it was
 */
function making(own: DurableObjectState) {
  const states = new WeakMap<object, unknown>();
  let given: DurableObjectState | undefined;
  Object.defineProperty(Channel.prototype, 'ctx', {
    configurable: true,
    get(this: object) {
      return states.get(this);
    },
    set(this: object, its: unknown) {
      states.set(this, given ?? its);
    },
  });
  return {
    make: (ctx: DurableObjectState, bindings: Bindings): Channel => {
      given = ctx;
      try {
        return new Channel(own, bindings);
      } finally {
        given = undefined;
      }
    },
    end: () => Reflect.deleteProperty(Channel.prototype, 'ctx'),
  };
}

/** Long chains of promises are shorter than this. */
const TURNS = 100;

async function settle(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) await Promise.resolve();
}

describe.each(SCENARIOS)('%s', (scenario) => {
  it(`keeps its promises in ${SCHEDULES / SCENARIOS.length} schedules`, { timeout: LIMIT_MS }, () =>
    runInDurableObject(objectOf(env, `seeded ${scenario}`), async (_, state) => {
      // What is logged is about faults that the schedules cause.
      for (const level of ['error', 'warn'] as const) vi.spyOn(console, level).mockReturnValue();
      const { storage } = state;
      for (const { queries } of env.TEST_MIGRATIONS) for (const query of queries) storage.sql.exec(query);
      const sql = new Storage(storage);
      const { make, end } = making(state);
      const broken = [];
      try {
        for (let seed = 1; seed <= SCHEDULES / SCENARIOS.length; seed += 1) {
          const outcome = await schedule(seed, scenario, { sql, settle }, make);
          if (outcome.broken) broken.push({ seed, promise: outcome.broken });
        }
      } finally {
        end();
      }
      expect(broken).toEqual([]);
    }),
  );
});
