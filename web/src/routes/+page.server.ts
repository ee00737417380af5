import { can } from '$contract/roles';
import { loaded } from '$lib/server/load';
import { redirect } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  if (locals.me && !can(locals.me, 'self.use')) redirect(303, '/membership');
  return { days: await loaded(locals.api.attendance.mine.$get({ query: {} }), url) };
};
