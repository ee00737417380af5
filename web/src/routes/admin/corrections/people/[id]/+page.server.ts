import { dateIn } from '$contract/zones';
import { can } from '$contract/roles';
import { Id, LocalDate } from '$contract/values';
import { told } from '$lib/server/told';
import { error } from '@sveltejs/kit';
import * as v from 'valibot';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, params, parent }) => {
  const { me } = await parent();
  if (!can(me, 'days.enter')) error(403, 'This page is for supervisors and admins.');
  if (!v.is(Id, params.id)) error(404, 'There is no such person.');
  const asked = v.safeParse(LocalDate, url.searchParams.get('date'));
  const date = asked.success ? asked.output : dateIn(me.zone, Date.now());
  const days = locals.api.attendance.people[':person'].days;
  return { shown: await told(days.$get({ param: { person: params.id }, query: { date } }), url) };
};
