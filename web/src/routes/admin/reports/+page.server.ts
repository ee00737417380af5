import { dateIn } from '$contract/zones';
import { queryOf } from '$lib/reports/query';
import { allowed, loaded } from '$lib/server/load';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const me = allowed({ locals, url }, 'reports.read');
  const { kind, filter } = queryOf(url.searchParams, dateIn(me.zone, Date.now()));
  // First, so that whatever changes while the report is made is counted as changed since.
  const board = await loaded(locals.api.attendance.board.$get({ query: { date: filter.to } }), url);
  const [choices, days, totals] = await Promise.all([
    loaded(locals.api.reports.choices.$get(), url),
    kind === 'days' ? loaded(locals.api.reports.days.$get({ query: filter }), url) : null,
    // Beside the days only the sums of all are shown: those of departments are few.
    loaded(
      locals.api.reports.totals.$get({
        query: { ...filter, by: kind === 'person' ? kind : 'department' },
      }),
      url,
    ),
  ]);
  return {
    kind,
    filter,
    days,
    totals,
    before: { at: board.at, now: board.now },
    choices,
  };
};
