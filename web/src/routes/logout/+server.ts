import { passCookies } from '$lib/server/cookies';
import { redirect } from '@sveltejs/kit';
import type { RequestHandler } from './$types';

/** Sign-out as a plain form post, so it works without script. Another site's form is refused by SvelteKit's origin check. */
export const POST: RequestHandler = async ({ locals, cookies }) => {
  const answer = await locals.api.session.$delete();
  passCookies(answer, cookies);
  redirect(303, '/login');
};

export const GET: RequestHandler = () => redirect(303, '/');
