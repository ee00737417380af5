import { told } from '$lib/server/told';
import type { PageServerLoad } from './$types';

/** The notifications themselves come with every page. */
export const load: PageServerLoad = async ({ locals, url }) => ({
  preferences: await told(locals.api.notifications.preferences.$get(), url),
});
