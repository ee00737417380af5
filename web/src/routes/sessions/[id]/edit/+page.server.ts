import { allowed, loaded } from '$lib/server/load';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, params }) => {
  const me = allowed({ locals, url }, 'sessions.host');
  const [catalogue, sheet] = await Promise.all([
    loaded(locals.api.catalogue.$get(), url),
    loaded(locals.api.sessions[':id'].attendance.$get({ param: { id: params.id } }), url),
  ]);
  return { me, catalogue, session: sheet.session, people: sheet.people };
};
