import { told } from '$lib/server/told';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => ({
  plan: await told(locals.api.schedules.$get(), url),
});
