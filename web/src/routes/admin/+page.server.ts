import { told } from '$lib/server/told';
import { LocalDate } from '$contract/values';
import { error } from '@sveltejs/kit';
import * as v from 'valibot';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const date = v.safeParse(v.optional(LocalDate), url.searchParams.get('date') ?? undefined);
  if (!date.success) error(404, 'There is no such day. A date is written like 2026-11-21.');
  return { board: await told(locals.api.attendance.board.$get({ query: { date: date.output } }), url) };
};
