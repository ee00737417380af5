import { can } from '$contract/roles';
import { told } from '$lib/server/told';
import { error } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, parent }) => {
  const { me } = await parent();
  if (!can(me, 'products.manage')) error(403, 'This page is for admins.');
  const [packages, list] = await Promise.all([
    told(locals.api.packages.$get(), url),
    told(locals.api.products.$get(), url),
  ]);
  return { packages, goods: { ...list, places: [] } };
};
