import { dateIn } from '$contract/zones';
import { can } from '$contract/roles';
import { loginPath } from '$lib/people/sign-in/next';
import { told } from '$lib/server/told';
import { trendsAsked } from '$lib/sessions/asked';
import { error, redirect } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, parent }) => {
  const { me } = await parent();
  if (!me) redirect(303, loginPath(url));
  if (!can(me, 'sessions.host')) error(403, 'This page is for hosts.');
  const catalogue = await told(locals.api.catalogue.$get(), url);
  const wanted = trendsAsked(url.searchParams, dateIn(catalogue.zone, catalogue.now));
  return {
    me,
    catalogue,
    wanted,
    trends: await told(locals.api.sessions.trends.$get({ query: wanted }), url),
  };
};
