import { can } from '$contract/roles';
import { loginPath } from '$lib/people/sign-in/next';
import { told } from '$lib/server/told';
import { error, redirect } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';

/** Tills may look on; only those at the desk find buttons. */
export const load: PageServerLoad = async ({ locals, url, cookies }) => {
  const { me } = locals;
  if (!me) redirect(303, loginPath(url));
  if (!can(me, 'orders.see')) error(403, 'This page is for cashiers and the release desk.');
  // A cookie, since the page must come with the right orders: none may flash up that belong elsewhere.
  const place = cookies.get('muster-desk-place') ?? '';
  return { me, place, list: await told(locals.api.orders.$get(), url) };
};
