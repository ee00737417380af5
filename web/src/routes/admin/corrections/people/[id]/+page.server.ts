import { dateIn } from '$contract/zones';
import { Id, LocalDate } from '$contract/values';
import { allowed, loaded } from '$lib/server/load';
import { error } from '@sveltejs/kit';
import * as v from 'valibot';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, params }) => {
  const me = allowed({ locals, url }, 'days.enter');
  if (!v.is(Id, params.id)) error(404, 'There is no such person.');
  const asked = v.safeParse(LocalDate, url.searchParams.get('date'));
  const date = asked.success ? asked.output : dateIn(me.zone, Date.now());
  const days = locals.api.attendance.people[':person'].days;
  return { shown: await loaded(days.$get({ param: { person: params.id }, query: { date } }), url) };
};
