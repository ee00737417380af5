/** Without its secret the Worker could neither make nor check a session, so it serves nothing. */
import { type Problem, problems } from '../contract/errors';

/** The answer to every request of a Worker whose `AUTH_SECRET` is missing or short: a problem for programs, its words for people. */
export function withoutSecret(request: Request): Response {
  const [status, title] = problems.no_secret;
  const headers = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' };
  if (!new URL(request.url).pathname.startsWith('/api/')) return new Response(title, { status, headers });
  const problem: Problem = { type: '/docs#no_secret', title, status, code: 'no_secret' };
  return Response.json(problem, {
    status,
    headers: { ...headers, 'Content-Type': 'application/problem+json' },
  });
}
