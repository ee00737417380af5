import { can } from '$contract/roles';
import { loginPath } from '$lib/people/sign-in/next';
import { told } from '$lib/server/told';
import { error, redirect } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';

/** Tills may look on; only those at the desk find buttons. */
export const load: PageServerLoad = async ({ locals, url }) => {
  const { me } = locals;
  if (!me) redirect(303, loginPath(url));
  if (!can(me, 'registrations.see')) error(403, 'This page is for cashiers and the release desk.');
  return { me, list: await told(locals.api.registrations.$get(), url) };
};
