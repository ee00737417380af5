import { can } from '$contract/roles';
import { loginPath } from '$lib/people/sign-in/next';
import { told } from '$lib/server/told';
import { redirect } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, params, parent }) => {
  const { me } = await parent();
  if (!me) redirect(303, loginPath(url));
  // Whoever takes part has a page of their own.
  if (!can(me, 'sessions.host')) redirect(303, `/s/${params.id}`);
  return {
    me,
    sheet: await told(locals.api.sessions[':id'].attendance.$get({ param: { id: params.id } }), url),
  };
};
