import { drizzle } from 'drizzle-orm/d1';
import * as schema from './schema';

/** Typed queries over D1. */
export const connect = (d1: D1Database) => drizzle(d1, { schema });
export type Db = ReturnType<typeof connect>;

/** Any drizzle query that has been built but not run. */
export type Query = { toSQL(): { sql: string; params: unknown[] } };

/** The rows of one statement of a batch. */
export const rowsOf = <Row>(result: D1Result | undefined): Row[] => (result?.results ?? []) as Row[];

/** The query as a D1 statement, so that it can stand in one batch with plain SQL. */
export function statement(d1: D1Database, query: Query): D1PreparedStatement {
  const { sql, params } = query.toSQL();
  return d1.prepare(sql).bind(...params);
}

/** Plain SQL as such a query, for a write that says more than the query builder can. Values are bound, never part of the text. */
export const query = (sql: string, ...params: (string | number | null)[]): Query => ({
  toSQL: () => ({ sql, params }),
});
