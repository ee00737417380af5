/** Refusals before anything else looks at a request. They have no id, as they leave no log line of their own. */
import { type Problem, type ProblemCode, problems } from '../contract/errors';
import { safeHeaders } from './headers';

/** What every refusal with this code has. */
export function documentOf(code: ProblemCode): Problem {
  const [status, title] = problems[code];
  return { type: `/docs#${code}`, title, status, code };
}

/** @param more headers */
export function refuseEarly(
  request: Request,
  code: ProblemCode,
  more: Record<string, string> = {},
): Response {
  const [status] = problems[code];
  return Response.json(documentOf(code), {
    status,
    headers: { ...safeHeaders(request.url), 'Content-Type': 'application/problem+json', ...more },
  });
}
