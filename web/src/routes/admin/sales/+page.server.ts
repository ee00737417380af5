import { allowed, dateOf, loaded } from '$lib/server/load';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const me = allowed({ locals, url }, 'sales.read');
  const query = dateOf(url);
  const [sales, drawers, products] = await Promise.all([
    loaded(locals.api.sales.report.$get({ query }), url),
    loaded(locals.api.drawers.$get({ query }), url),
    loaded(locals.api.products.$get(), url),
  ]);
  return { me, sales, drawers, products, date: query.date };
};
