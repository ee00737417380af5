import { allowed, dateOf, loaded } from '$lib/server/load';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const me = allowed({ locals, url }, 'sales.read');
  const query = dateOf(url);
  const [sales, drawers, products, toReview] = await Promise.all([
    loaded(locals.api.sales.report.$get({ query }), url),
    loaded(locals.api.drawers.$get({ query }), url),
    loaded(locals.api.products.$get(), url),
    loaded(locals.api.sales['to-review'].$get({ query: {} }), url),
  ]);
  return { me, sales, drawers, products, toReview, date: query.date };
};
