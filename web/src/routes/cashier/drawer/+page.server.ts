import { allowed, dateOf, loaded } from '$lib/server/load';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const me = allowed({ locals, url }, 'orders.sell');
  const query = dateOf(url);
  const [mine, list] = await Promise.all([
    loaded(locals.api.drawers.mine.$get(), url),
    loaded(locals.api.drawers.$get({ query }), url),
  ]);
  return { me, mine, list, date: query.date };
};
