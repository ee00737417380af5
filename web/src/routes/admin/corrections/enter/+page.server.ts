import { can } from '$contract/roles';
import { told } from '$lib/server/told';
import { error } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, parent }) => {
  const { me } = await parent();
  if (!can(me, 'days.enter')) error(403, 'This page is for supervisors and admins.');
  return { board: await told(locals.api.attendance.board.$get({ query: {} }), url) };
};
