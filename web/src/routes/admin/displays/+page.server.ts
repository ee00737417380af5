import { loaded } from '$lib/server/load';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, depends }) => {
  depends('muster:displays');
  const [{ displays }, { places }] = await Promise.all([
    loaded(locals.api.displays.$get(), url),
    loaded(locals.api.places.$get(), url),
  ]);
  return { displays, places };
};
