import { can } from '$contract/roles';
import { loginPath } from '$lib/people/sign-in/next';
import { told } from '$lib/server/told';
import { error, redirect } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, parent }) => {
  const { me } = await parent();
  if (!me) redirect(303, loginPath(url));
  if (!can(me, 'orders.sell')) error(403, 'This page is for cashiers.');
  return { me, till: await told(locals.api.till.$get(), url) };
};
