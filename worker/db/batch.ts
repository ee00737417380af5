/** Statements that run as one batch, in the order they were added; what one of them answers is read by a handle. */
import { type Query, rowsOf, statement } from './client';

/** Reads one statement's rows out of the results of its batch. */
export type Handle<Row> = (results: readonly D1Result[]) => Row[];

export class Batch {
  readonly #statements: D1PreparedStatement[] = [];

  constructor(private readonly d1: D1Database) {}

  /** A statement whose answer nobody reads. */
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
