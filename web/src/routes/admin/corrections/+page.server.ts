import { told } from '$lib/server/told';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => ({
  queue: await told(locals.api.corrections.$get({ query: { state: 'pending', limit: '200' } }), url),
});
