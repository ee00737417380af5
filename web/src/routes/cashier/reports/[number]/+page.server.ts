import { allowed, loaded } from '$lib/server/load';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params: { number }, url }) => {
  const me = allowed({ locals, url }, 'orders.sell');
  const report = await loaded(locals.api.sales['day-reports'][':number'].$get({ param: { number } }), url);
  return { me, report };
};
