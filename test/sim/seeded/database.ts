/** D1 as the Worker sees it, over one synchronous SQLite connection, with calls that take time and may fail. */
import type { Value } from '../../../worker/db/queries';
import type { Sql } from '../schedule';
import type { World } from './World';

interface Statement {
  sql: string;
  params: readonly Value[];
}

/** D1's limit (developers.cloudflare.com/d1/platform/limits). */
const MOST_PARAMETERS = 100;

export class Database {
  /** Commits, for the checks: called after each batch that wrote an event. */
  onCommit: () => void = () => undefined;
  #losesAnswer = false;

  constructor(
    private readonly world: World,
    readonly sql: Sql,
  ) {}

  get d1(): D1Database {
    return {
      prepare: (sql: string) => this.#statement({ sql, params: [] }),
      batch: (all: { it: Statement }[]) => this.#call(all.map(({ it }) => it)),
    } as unknown as D1Database;
  }

  /** Reads at once, for the checks. */
  rows<Row>(sql: string, ...params: Value[]): Row[] {
    return this.sql.run(sql, params).rows as Row[];
  }

  /** The answer to the next commit does not arrive. */
  loseAnswer(): void {
    this.#losesAnswer = true;
  }

  #statement(it: Statement): object {
    const results = () => this.#call([it]);
    const rows = async () => ((await results())[0] as D1Result<Record<string, unknown>>).results;
    return {
      it,
      bind: (...params: Value[]) => this.#statement({ sql: it.sql, params }),
      all: async () => (await results())[0],
      run: async () => (await results())[0],
      raw: async () => (await rows()).map((row) => Object.values(row)),
      first: async (column?: string) => {
        const [row] = await rows();
        return (column === undefined ? row : row?.[column]) ?? null;
      },
    };
  }

  /** One call: all statements take effect, or none does. The answer may be lost after they did. */
  #call(statements: readonly Statement[]): Promise<D1Result[]> {
    const { world } = this;
    const writes = statements.some(({ sql }) => sql.includes('INSERT INTO journal'));
    return world.scheduler.elsewhere(world.database, world.latency(), world.latency, () => {
      if (world.hits('failBefore')) throw new Error('D1_ERROR: Network connection lost.');
      const results = this.execute(statements);
      if (writes) this.onCommit();
      const isLost = writes && this.#losesAnswer;
      if (writes) this.#losesAnswer = false;
      if (isLost || world.hits('failAfter')) throw new Error('D1_ERROR: Network connection lost.');
      return results;
    });
  }

  /** SQLite undoes one statement by itself. */
  execute(statements: readonly Statement[]): D1Result[] {
    const all = () => statements.map((it) => this.#one(it));
    return statements.length === 1 ? all() : this.sql.atomically(all);
  }

  #one({ sql, params }: Statement): D1Result {
    if (params.length > MOST_PARAMETERS) throw new Error('D1_ERROR: too many SQL variables: SQLITE_ERROR');
    try {
      const { rows } = this.sql.run(sql, params);
      return { success: true, results: rows, meta: {} } as unknown as D1Result;
    } catch (error) {
      throw new Error(`D1_ERROR: ${(error as Error).message}`, { cause: error });
    }
  }
}
