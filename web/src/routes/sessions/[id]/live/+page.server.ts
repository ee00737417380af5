import { told } from '$lib/server/told';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params, url }) => ({
  sheet: await told(locals.api.sessions[':id'].attendance.$get({ param: { id: params.id } }), url),
});
