/** One line of JSON for each failure. It names no person and holds no body, query, path or bound value. */
interface Failure {
  message: string;
  /** The id that the problem's `instance` shows; of a run of the jobs, one of its own. */
  request: string;
  /** As declared, `GET /api/v1/people/:id`. */
  route?: string;
  status?: number;
  ms?: number;
  code?: string;
  job?: string;
  error?: string;
  stack?: string | undefined;
}

/** Writes an error, or a warning for what a client did wrong. */
export const logFailure = (level: 'error' | 'warn', failure: Failure): void =>
  console[level](JSON.stringify(failure));
