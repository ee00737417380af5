import { dateOf, loaded } from '$lib/server/load';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const query = dateOf(url);
  return { board: await loaded(locals.api.attendance.board.$get({ query }), url) };
};
