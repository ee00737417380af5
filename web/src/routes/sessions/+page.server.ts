import { dateIn } from '$contract/zones';
import { can } from '$contract/roles';
import { loginPath } from '$lib/people/sign-in/next';
import { told } from '$lib/server/told';
import { listAsked } from '$lib/sessions/asked';
import { redirect } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, parent }) => {
  const { me } = await parent();
  if (!me) redirect(303, loginPath(url));
  const asked = listAsked(url.searchParams, dateIn(me.zone, Date.now()));
  const wanted = { ...asked, of: can(me, 'sessions.manage') ? asked.of : 'mine' } as const;
  return { me, wanted, list: await told(locals.api.sessions.$get({ query: wanted }), url) };
};
