import { allowed, loaded } from '$lib/server/load';
import type { PageServerLoad } from './$types';

/** Tills may look on; only those at the desk find buttons. */
export const load: PageServerLoad = async ({ locals, url, cookies }) => {
  const me = allowed({ locals, url }, 'orders.see');
  // A cookie, since the page must come with the right orders: none may flash up that belong elsewhere.
  const place = cookies.get('muster-desk-place') ?? '';
  return { me, place, list: await loaded(locals.api.orders.$get(), url) };
};
