/** Queries over D1: plain SQL, run alone, as one batch, or as the facts of a decision. */

export type Value = string | number | null;

/** A query that is built and not run. */
export interface Query {
  sql: string;
  params: readonly Value[];
}

/** Values are bound, never part of the text. */
export const query = (sql: string, params: readonly Value[] = []): Query => ({ sql, params });

export const statement = (d1: D1Database, { sql, params }: Query): D1PreparedStatement =>
  d1.prepare(sql).bind(...params);

export const rowsOf = <Row>(result: D1Result | undefined): Row[] => (result?.results ?? []) as Row[];

/** Reads one statement's rows from the results of its batch. */
export type Handle<Row> = (results: readonly D1Result[]) => Row[];

/** Statements that run as one batch, in the order they were added. */
export class Batch {
  readonly #statements: D1PreparedStatement[] = [];

  constructor(private readonly d1: D1Database) {}

  write(query: Query): void {
    this.#statements.push(statement(this.d1, query));
  }

  rows<Row>(query: Query): Handle<Row> {
    const position = this.#statements.push(statement(this.d1, query)) - 1;
    return (results) => rowsOf<Row>(results[position]);
  }

  run(): Promise<D1Result[]> {
    return this.d1.batch(this.#statements);
  }
}

/** What a decision depends on: statements, and how their results are read. */
export interface Fact<T> {
  readonly statements: readonly D1PreparedStatement[];
  /** @param results of exactly these statements, in their order */
  readonly read: (results: readonly D1Result[]) => T;
}

export type Found<F> = F extends Fact<infer T> ? T : never;

export const rows = <Row>(d1: D1Database, sql: string, params?: readonly Value[]): Fact<Row[]> => ({
  statements: [statement(d1, query(sql, params))],
  read: ([result]) => rowsOf<Row>(result),
});

/** The first row of one statement, if there is one. */
export const row = <Row>(d1: D1Database, sql: string, params?: readonly Value[]): Fact<Row | undefined> =>
  map(rows<Row>(d1, sql, params), ([first]) => first);

export const map = <A, B>({ statements, read }: Fact<A>, to: (answer: A) => B): Fact<B> => ({
  statements,
  read: (results) => to(read(results)),
});

/** A fact that needs no statement. */
export const known = <T>(value: T): Fact<T> => ({ statements: [], read: () => value });

type Answers<Facts> = { [Name in keyof Facts]: Found<Facts[Name]> };

/** Several facts as one, by their names. */
export function together<Facts extends Record<string, Fact<unknown>>>(facts: Facts): Fact<Answers<Facts>> {
  const entries = Object.entries(facts);
  return {
    statements: entries.flatMap(([, { statements }]) => statements),
    read(results) {
      let from = 0;
      const answers = entries.map(([name, { statements, read }]) => {
        const own = results.slice(from, (from += statements.length));
        return [name, read(own)] as const;
      });
      return Object.fromEntries(answers) as Answers<Facts>;
    },
  };
}

/** Runs the statements in one batch, so that all answers are of one moment. */
export const resultsOf = async (
  d1: D1Database,
  { statements }: Pick<Fact<unknown>, 'statements'>,
): Promise<D1Result[]> => (statements.length === 0 ? [] : d1.batch([...statements]));

export const ask = async <T>(d1: D1Database, fact: Fact<T>): Promise<T> =>
  fact.read(await resultsOf(d1, fact));
