import { loaded } from '$lib/server/load';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => ({
  plan: await loaded(locals.api.schedules.$get(), url),
});
