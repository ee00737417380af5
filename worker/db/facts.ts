/** Questions to the database that are asked together in one batch, each with what its answer means. */

export interface Fact<T> {
  readonly statements: readonly D1PreparedStatement[];
  /** @param results of exactly these statements, in their order */
  readonly read: (results: readonly D1Result[]) => T;
}

/** What the answer to a fact is. */
export type Found<F> = F extends Fact<infer T> ? T : never;

/** The rows of one statement. */
export const rows = <Row>(statement: D1PreparedStatement): Fact<Row[]> => ({
  statements: [statement],
  read: ([result]) => (result?.results ?? []) as Row[],
});

/** The first row of one statement, if there is one. */
export const row = <Row>(statement: D1PreparedStatement): Fact<Row | undefined> =>
  map(rows<Row>(statement), ([first]) => first);

/** The same question, with its answer put into other terms. */
export const map = <A, B>({ statements, read }: Fact<A>, to: (answer: A) => B): Fact<B> => ({
  statements,
  read: (results) => to(read(results)),
});

/** What is known without a question. */
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
        const mine = results.slice(from, (from += statements.length));
        return [name, read(mine)] as const;
      });
      return Object.fromEntries(answers) as Answers<Facts>;
    },
  };
}

/** Asks in one batch, so that all answers are of one moment. */
export async function ask<T>(d1: D1Database, { statements, read }: Fact<T>): Promise<T> {
  return read(statements.length === 0 ? [] : await d1.batch([...statements]));
}
