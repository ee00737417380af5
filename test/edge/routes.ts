/** What each request may cost: D1 calls, and calls of objects and of R2. Half of production's limit on a free plan is 25. */
import { api } from '../../worker/api';
import { costs } from './costs';
import type { Edge } from './edge';

/** Each route of the API, `METHOD /path/:id`. */
export const routes = [
  ...new Set(
    api.routes
      .filter(({ method, path }) => method !== 'ALL' && !path.endsWith('/*'))
      .map(({ method, path }) => `${method} ${path.replace('/api/v1', '')}`),
  ),
];

const patterns = routes.map((route) => ({
  route,
  pattern: new RegExp(`^${route.replaceAll(/:\w+/g, '[^/]+')}$`),
}));

/** The route of a request; one without parameters comes before one with them. */
const routeOf = (request: string): string | undefined =>
  routes.find((route) => route === request) ?? patterns.find(({ pattern }) => pattern.test(request))?.route;

/**
 * A commit that lost a race looks again, a lost delivery is sent again, a refused request looks its key up: none counts.
 * @param request such as `POST /orders`
 * @throws if it took more calls than the table says
 */
export function mustCostLittle(
  request: string,
  { ok, status }: Response,
  { d1, subrequests, failures }: Edge,
): void {
  const route = routeOf(request);
  if (!route || !(ok || status === 101) || failures > 0) return;
  const [mostD1 = 0, mostOthers = 0] = costs[route] ?? [];
  if (d1 > mostD1 || subrequests > mostOthers)
    throw new Error(
      `${route} took ${d1} D1 calls and ${subrequests} others; the table says ${mostD1} and ${mostOthers}`,
    );
}
