import { told } from '$lib/server/told';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, depends }) => {
  depends('muster:displays');
  const [{ displays }, { places }] = await Promise.all([
    told(locals.api.displays.$get(), url),
    told(locals.api.places.$get(), url),
  ]);
  return { displays, places };
};
