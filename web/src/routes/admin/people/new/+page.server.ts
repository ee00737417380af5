import { told } from '$lib/server/told';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const { departments, categories } = await told(locals.api.people.$get({ query: { limit: '1' } }), url);
  return { lists: { departments, categories } };
};
