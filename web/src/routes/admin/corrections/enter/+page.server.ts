import { can } from '$contract/roles';
import { toldApart } from '$lib/reports/words';
import { told } from '$lib/server/told';
import { error } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, parent }) => {
  const { me } = await parent();
  if (!can(me, 'days.enter')) error(403, 'This page is for supervisors and admins.');
  const [board, { people }] = await Promise.all([
    told(locals.api.attendance.board.$get({ query: {} }), url),
    told(locals.api.reports.choices.$get(), url),
  ]);
  return { board, apart: [...toldApart(people)] };
};
