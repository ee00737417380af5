import { type Problem, type ProblemCode, problems } from '$contract/errors';

/** A refusal as the server sends it. */
export function problemOf(code: ProblemCode): Problem {
  const [status, title] = problems[code];
  return { type: 'about:blank', title, status, code };
}
