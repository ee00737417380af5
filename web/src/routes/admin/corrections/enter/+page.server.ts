import { distinctionsOf } from '$lib/reports/words';
import { allowed, loaded } from '$lib/server/load';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  allowed({ locals, url }, 'days.enter');
  const [board, { people }] = await Promise.all([
    loaded(locals.api.attendance.board.$get({ query: {} }), url),
    loaded(locals.api.reports.choices.$get(), url),
  ]);
  return { board, namesakes: [...distinctionsOf(people)] };
};
