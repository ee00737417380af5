import { can } from '$contract/roles';
import { LocalDate } from '$contract/values';
import { told } from '$lib/server/told';
import { error } from '@sveltejs/kit';
import * as v from 'valibot';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, parent }) => {
  const { me } = await parent();
  if (!can(me, 'sales.read')) error(403, 'This page is for admins.');
  const date = v.safeParse(v.optional(LocalDate), url.searchParams.get('date') ?? undefined);
  if (!date.success) error(404, 'There is no such day. A date is written like 2026-11-21.');
  const query = { ...(date.output !== undefined && { date: date.output }) };
  const [sales, drawers, products] = await Promise.all([
    told(locals.api.sales.$get({ query }), url),
    told(locals.api.drawers.$get({ query }), url),
    told(locals.api.products.$get(), url),
  ]);
  return { me, sales, drawers, products, date: date.output };
};
