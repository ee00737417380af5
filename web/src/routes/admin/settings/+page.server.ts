import { told } from '$lib/server/told';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const [settings, closing] = await Promise.all([
    told(locals.api.settings.$get(), url),
    told(locals.api.closing.$get(), url),
  ]);
  return { settings, closing };
};
