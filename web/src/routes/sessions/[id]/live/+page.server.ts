import { loaded } from '$lib/server/load';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params, url }) => ({
  sheet: await loaded(locals.api.sessions[':id'].attendance.$get({ param: { id: params.id } }), url),
});
