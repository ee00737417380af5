import { told } from '$lib/server/told';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => ({
  settings: await told(locals.api.settings.$get(), url),
});
