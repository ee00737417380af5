import { filterOf, queryOf } from '$lib/people/filter';
import { allowed, loaded } from '$lib/server/load';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  allowed({ locals, url }, 'people.manage');
  const filter = filterOf(url.searchParams);
  return { filter, people: await loaded(locals.api.people.$get({ query: queryOf(filter) }), url) };
};
