import { can } from '$contract/roles';
import { told } from '$lib/server/told';
import { redirect } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  if (locals.me && !can(locals.me, 'self.use')) redirect(303, '/membership');
  return { days: await told(locals.api.attendance.mine.$get({ query: {} }), url) };
};
