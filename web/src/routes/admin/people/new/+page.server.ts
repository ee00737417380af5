import { loaded } from '$lib/server/load';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const { departments, categories } = await loaded(locals.api.people.$get({ query: { limit: '1' } }), url);
  return { lists: { departments, categories } };
};
