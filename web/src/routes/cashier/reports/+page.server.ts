import { allowed, loaded } from '$lib/server/load';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const me = allowed({ locals, url }, 'orders.sell');
  const until = url.searchParams.get('until');
  const query = { ...(until !== null && { until }) };
  return { me, list: await loaded(locals.api.sales['day-reports'].$get({ query }), url) };
};
