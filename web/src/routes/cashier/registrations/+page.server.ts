import { registrationsOf } from '$lib/sales/registrations/LiveRegistrations.svelte';
import { can } from '$contract/roles';
import { loginPath } from '$lib/people/sign-in/next';
import { told } from '$lib/server/told';
import { error, redirect } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, parent }) => {
  const { me } = await parent();
  if (!me) redirect(303, loginPath(url));
  if (!can(me, 'registrations.take')) error(403, 'This page is for cashiers.');
  const [list, offered, drawer] = await Promise.all([
    told(locals.api.registrations.$get(), url),
    told(locals.api.packages.$get(), url),
    told(locals.api.drawers.mine.$get(), url),
  ]);
  return { me, snapshot: registrationsOf(list, offered), drawer };
};
