import { told } from '$lib/server/told';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => ({
  days: await told(locals.api.attendance.mine.$get({ query: {} }), url),
});
