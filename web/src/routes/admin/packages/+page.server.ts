import { allowed, loaded } from '$lib/server/load';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  allowed({ locals, url }, 'products.manage');
  const [packages, list] = await Promise.all([
    loaded(locals.api.packages.$get(), url),
    loaded(locals.api.products.$get(), url),
  ]);
  return { packages, goods: { ...list, places: [] } };
};
