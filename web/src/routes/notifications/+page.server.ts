import { loaded } from '$lib/server/load';
import type { PageServerLoad } from './$types';

/** The notifications themselves come with every page. */
export const load: PageServerLoad = async ({ locals, url }) => ({
  preferences: await loaded(locals.api.notifications.preferences.$get(), url),
});
