/** Refusals before anything else looks at a request. They have no id, as they leave no log line of their own. */
import { type Problem, type ProblemCode, problems } from '../contract/errors';
import { safeHeaders } from './headers';

/** @param more headers */
export function refuseEarly(
  request: Request,
  code: ProblemCode,
  more: Record<string, string> = {},
): Response {
  const [status, title] = problems[code];
  const problem: Problem = { type: `/docs#${code}`, title, status, code };
  return Response.json(problem, {
    status,
    headers: { ...safeHeaders(request.url), 'Content-Type': 'application/problem+json', ...more },
  });
}
