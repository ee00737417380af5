import { allowed, loaded } from '$lib/server/load';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const me = allowed({ locals, url }, 'membership.see');
  return { me, membership: await loaded(locals.api.membership.$get(), url) };
};
