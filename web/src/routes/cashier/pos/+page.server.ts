import { allowed, loaded } from '$lib/server/load';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const me = allowed({ locals, url }, 'orders.sell');
  return { me, till: await loaded(locals.api.till.$get(), url) };
};
