import { Id } from '$contract/values';
import { loaded } from '$lib/server/load';
import { error } from '@sveltejs/kit';
import * as v from 'valibot';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, params }) => {
  if (!v.is(Id, params.id)) error(404, 'There is no such person.');
  const [person, { departments, categories }, plan, terms] = await Promise.all([
    loaded(locals.api.people[':id'].$get({ param: params }), url),
    loaded(locals.api.people.$get({ query: { limit: '1' } }), url),
    loaded(locals.api.schedules.$get(), url),
    loaded(locals.api.people[':id'].terms.$get({ param: params }), url),
  ]);
  return { person, lists: { departments, categories }, schedules: plan.schedules, today: plan.today, terms };
};
