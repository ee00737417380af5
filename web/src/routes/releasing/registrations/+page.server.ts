import { allowed, loaded } from '$lib/server/load';
import type { PageServerLoad } from './$types';

/** Tills may look on; only those at the desk find buttons. */
export const load: PageServerLoad = async ({ locals, url }) => {
  const me = allowed({ locals, url }, 'registrations.see');
  return { me, list: await loaded(locals.api.registrations.$get(), url) };
};
