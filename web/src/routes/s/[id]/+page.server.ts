import { loginPath } from '$lib/people/sign-in/next';
import { exchangeLink, scanned, sessionId } from '$lib/server/scans';
import { typedCode } from '$lib/server/typed';
import { loaded } from '$lib/server/load';
import { redirect } from '@sveltejs/kit';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  const { locals, params, url } = event;
  const id = sessionId(params.id);
  const token = url.searchParams.get('t');
  if (token !== null) await exchangeLink(event, id, token);
  const { refusal, ...left } = await scanned(event, id);
  if (!locals.me) {
    if (!refusal) redirect(303, loginPath(url));
    return { id, mine: null, ticket: null, fresh: false, refusal };
  }
  const answer = await locals.api.sessions[':id'].participation.$get({ param: { id } });
  // Whose list does not name them sees why the scan was refused, and nothing of the session.
  if (answer.status === 404 && refusal) return { id, mine: null, ticket: null, fresh: false, refusal };
  const mine = await loaded(Promise.resolve(answer), url);
  return { id, mine, ...left, refusal };
};

export const actions: Actions = {
  default: (event) => typedCode(event, event.params.id),
};
