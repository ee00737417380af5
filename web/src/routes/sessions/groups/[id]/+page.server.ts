import { can } from '$contract/roles';
import { loginPath } from '$lib/people/sign-in/next';
import { told } from '$lib/server/told';
import { error, redirect } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, params, parent }) => {
  const { me } = await parent();
  if (!me) redirect(303, loginPath(url));
  if (!can(me, 'sessions.host')) error(403, 'This page is for hosts.');
  const [catalogue, it] = await Promise.all([
    told(locals.api.catalogue.$get(), url),
    told(locals.api.groups[':id'].members.$get({ param: { id: params.id } }), url),
  ]);
  return { me, catalogue, group: it.group, members: it.members };
};
