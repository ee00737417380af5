import { loaded } from '$lib/server/load';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => ({
  queue: await loaded(locals.api.corrections.$get({ query: { state: 'pending', limit: '200' } }), url),
});
