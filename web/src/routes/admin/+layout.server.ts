import { can } from '$contract/roles';
import { loginPath } from '$lib/people/sign-in/next';
import { error, redirect } from '@sveltejs/kit';
import type { LayoutServerLoad } from './$types';

/** A kind word early; what protects the records is the API, which asks the same question on every request. */
export const load: LayoutServerLoad = async ({ parent, url }) => {
  const { me } = await parent();
  if (!me) redirect(303, loginPath(url));
  if (!can(me, 'board.watch')) error(403, 'This page is for supervisors and admins.');
  return { me };
};
