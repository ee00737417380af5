import { passCookies } from '$lib/server/cookies';
import { error, redirect } from '@sveltejs/kit';
import type { RequestHandler } from './$types';

/** Sign-out as a plain form post, so it works without script. Another site's form is refused by SvelteKit's origin check. */
export const POST: RequestHandler = async ({ locals, cookies }) => {
  const answer = await locals.api.session.$delete();
  const status: number = answer.status;
  // 401: signed out already. Anything else must not look like it.
  if (status !== 204 && status !== 401) error(503, 'Couldn’t sign you out. Try again.');
  passCookies(answer, cookies);
  redirect(303, '/login');
};

export const GET: RequestHandler = () => redirect(303, '/');
