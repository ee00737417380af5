import { dateIn } from '$contract/zones';
import { can } from '$contract/roles';
import { askedOf } from '$lib/reports/asked';
import { told } from '$lib/server/told';
import { error } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, parent }) => {
  const { me } = await parent();
  if (!can(me, 'reports.read')) error(403, 'This page is for supervisors and admins.');
  const { kind, wanted } = askedOf(url.searchParams, dateIn(me.zone, Date.now()));
  // First, so that whatever changes while the report is made is counted as changed since.
  const board = await told(locals.api.attendance.board.$get({ query: { date: wanted.to } }), url);
  const [choices, days, totals] = await Promise.all([
    told(locals.api.reports.choices.$get(), url),
    kind === 'days' ? told(locals.api.reports.days.$get({ query: wanted }), url) : null,
    // Beside the days only the sums of all are shown: those of departments are few.
    told(
      locals.api.reports.totals.$get({
        query: { ...wanted, by: kind === 'person' ? kind : 'department' },
      }),
      url,
    ),
  ]);
  return {
    kind,
    wanted,
    days,
    totals,
    before: { at: board.at, now: board.now },
    choices,
  };
};
