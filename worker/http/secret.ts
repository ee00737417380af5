/** Without its secret the Worker could neither make nor check a session, so it serves nothing. */
import { problems } from '../contract/errors';
import { refuseEarly } from './early';
import { safeHeaders } from './headers';

/** The answer to every request of a Worker whose `AUTH_SECRET` is missing or short: a problem for programs, its words for people. */
export function withoutSecret(request: Request): Response {
  if (new URL(request.url).pathname.startsWith('/api/')) return refuseEarly(request, 'no_secret');
  const [status, title] = problems.no_secret;
  return new Response(title, { status, headers: safeHeaders(request.url) });
}
