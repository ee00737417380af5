/** The simulation's place in the Workers runtime: an object's own SQLite, and the runtime's own class of objects. */
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import type { Bindings } from '../../worker/bindings';
import { Channel } from '../../worker/live/channel';
import { objectOf } from '../../worker/live/object';
import type { Runtime, Sql } from './schedule';

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

/** Twice as many as the longest chain of promises needs: with 20 all schedules ran as with no limit, with 12 most did not. */
const TURNS = 40;

async function settle(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) await Promise.resolve();
}

/** Runs `act` in an object of its own, with an empty, migrated database. */
export const inRuntime = (
  act: (it: Runtime & { make: (ctx: DurableObjectState, bindings: Bindings) => Channel }) => Promise<void>,
): Promise<void> =>
  runInDurableObject(objectOf(env, crypto.randomUUID()), async (_, state) => {
    const { storage } = state;
    for (const { queries } of env.TEST_MIGRATIONS) for (const query of queries) storage.sql.exec(query);
    const sql = new Storage(storage);
    const { make, end } = making(state);
    try {
      await act({ sql, settle, make });
    } finally {
      end();
    }
  });
