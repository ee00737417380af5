import { loaded } from '$lib/server/load';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const [settings, closing] = await Promise.all([
    loaded(locals.api.settings.$get(), url),
    loaded(locals.api.closing.$get(), url),
  ]);
  return { settings, closing };
};
