import { allowed, loaded } from '$lib/server/load';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  allowed({ locals, url }, 'products.manage');
  // One after the other: a place that changes in between is told by the channel from the list's cursor on.
  const list = await loaded(locals.api.products.$get(), url);
  const { places } = await loaded(locals.api.places.$get(), url);
  return { goods: { ...list, places } };
};
