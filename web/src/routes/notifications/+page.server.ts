import { loaded } from '$lib/server/load';
import type { PageServerLoad } from './$types';

/** The notifications themselves come with every page. */
export const load: PageServerLoad = async ({ locals, url }) => {
  const [preferences, push] = await Promise.all([
    loaded(locals.api.notifications.preferences.$get(), url),
    loaded(locals.api.notifications.push.$get(), url),
  ]);
  return { preferences, push };
};
