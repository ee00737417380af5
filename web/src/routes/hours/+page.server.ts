import { addDays, dateIn } from '$contract/zones';
import { LocalDate } from '$contract/values';
import { monthOf } from '$lib/reports/query';
import { loaded, signedIn } from '$lib/server/load';
import * as v from 'valibot';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const me = signedIn({ locals, url });
  const today = dateIn(me.zone, Date.now());
  const asked = v.safeParse(LocalDate, `${url.searchParams.get('month') ?? ''}-01`);
  const month = monthOf(asked.success ? asked.output : today);
  return {
    now: Date.now(),
    report: await loaded(locals.api.reports.mine.$get({ query: month }), url),
    before: addDays(month.from, -1).slice(0, 7),
    after: month.to < today ? addDays(month.to, 1).slice(0, 7) : null,
  };
};
