import { allowed, loaded } from '$lib/server/load';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const me = allowed({ locals, url }, 'sessions.host');
  return { me, catalogue: await loaded(locals.api.catalogue.$get(), url) };
};
