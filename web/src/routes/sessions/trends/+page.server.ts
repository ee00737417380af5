import { dateIn } from '$contract/zones';
import { trendsQuery } from '$lib/sessions/filters';
import { allowed, loaded } from '$lib/server/load';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const me = allowed({ locals, url }, 'sessions.host');
  const catalogue = await loaded(locals.api.catalogue.$get(), url);
  const wanted = trendsQuery(url.searchParams, dateIn(catalogue.zone, catalogue.now));
  return {
    me,
    catalogue,
    wanted,
    trends: await loaded(locals.api.sessions.trends.$get({ query: wanted }), url),
  };
};
