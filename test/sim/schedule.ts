/** What a schedule needs from where it runs, and what it tells. */

type Value = string | number | null;

/** One connection of SQLite, with the migrations' tables. */
export interface Sql {
  /** @returns the rows, if the statement returns any */
  run(sql: string, params: readonly Value[]): { rows: Record<string, unknown>[] };
  /** Undoes all that `act` wrote if it throws. */
  atomically<T>(act: () => T): T;
  /** Begins a schedule. @returns to undo all that it wrote */
  begin(): () => void;
  /** Keeps the present state. @returns to bring it back, also several times, until the next one is kept */
  backUp(): () => void;
}

export const SCENARIOS = ['attendance', 'sales'] as const;
export type Scenario = (typeof SCENARIOS)[number];

export interface Outcome {
  seed: number;
  /** The promise that did not hold. */
  broken: string | undefined;
  trace: readonly string[];
  tasks: number;
}

export interface Runtime {
  sql: Sql;
  /** Resolves when no promise has anything left to do. */
  settle: () => Promise<void>;
}

/** @param make makes a channel's object, where its class takes the runtime's own state only */
export type Schedule<Make = never> = (
  seed: number,
  scenario: Scenario,
  it: Runtime,
  make?: Make,
) => Promise<Outcome>;
