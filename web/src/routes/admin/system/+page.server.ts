import { allowed, loaded } from '$lib/server/load';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  allowed({ locals, url }, 'system.see');
  return { system: await loaded(locals.api.system.$get(), url) };
};
