import { registrationsOf } from '$lib/sales/registrations/LiveRegistrations.svelte';
import { allowed, loaded } from '$lib/server/load';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const me = allowed({ locals, url }, 'registrations.take');
  const [list, offered, drawer] = await Promise.all([
    loaded(locals.api.registrations.$get(), url),
    loaded(locals.api.packages.$get(), url),
    loaded(locals.api.drawers.mine.$get(), url),
  ]);
  return { me, snapshot: registrationsOf(list, offered), drawer };
};
