import { can } from '$contract/roles';
import { filterOf, queryOf } from '$lib/people/filter';
import { told } from '$lib/server/told';
import { error } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, parent }) => {
  const { me } = await parent();
  if (!can(me, 'people.manage')) error(403, 'This page is for admins.');
  const filter = filterOf(url.searchParams);
  return { filter, people: await told(locals.api.people.$get({ query: queryOf(filter) }), url) };
};
