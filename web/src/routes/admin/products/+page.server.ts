import { can } from '$contract/roles';
import { told } from '$lib/server/told';
import { error } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, parent }) => {
  const { me } = await parent();
  if (!can(me, 'products.manage')) error(403, 'This page is for admins.');
  // One after the other: a place that changes in between is told by the channel from the list's cursor on.
  const list = await told(locals.api.products.$get(), url);
  const { places } = await told(locals.api.places.$get(), url);
  return { goods: { ...list, places } };
};
