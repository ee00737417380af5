import { can } from '$contract/roles';
import { error } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ parent }) => {
  const { me } = await parent();
  if (!can(me, 'people.manage')) error(403, 'This page is for admins.');
};
