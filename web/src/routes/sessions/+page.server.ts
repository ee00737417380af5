import { dateIn } from '$contract/zones';
import { can } from '$contract/roles';
import { listQuery } from '$lib/sessions/filters';
import { loaded, signedIn } from '$lib/server/load';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const me = signedIn({ locals, url });
  const asked = listQuery(url.searchParams, dateIn(me.zone, Date.now()));
  const wanted = { ...asked, of: can(me, 'sessions.manage') ? asked.of : 'mine' } as const;
  return { me, wanted, list: await loaded(locals.api.sessions.$get({ query: wanted }), url) };
};
