import { can } from '$contract/roles';
import { loaded, signedIn } from '$lib/server/load';
import { redirect } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, params }) => {
  const me = signedIn({ locals, url });
  // People who take part have a page of their own.
  if (!can(me, 'sessions.host')) redirect(303, `/s/${params.id}`);
  return {
    me,
    sheet: await loaded(locals.api.sessions[':id'].attendance.$get({ param: { id: params.id } }), url),
  };
};
