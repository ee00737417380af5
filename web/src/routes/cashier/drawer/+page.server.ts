import { can } from '$contract/roles';
import { LocalDate } from '$contract/values';
import { loginPath } from '$lib/people/sign-in/next';
import { told } from '$lib/server/told';
import { error, redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, parent }) => {
  const { me } = await parent();
  if (!me) redirect(303, loginPath(url));
  if (!can(me, 'orders.sell')) error(403, 'This page is for cashiers.');
  const date = v.safeParse(v.optional(LocalDate), url.searchParams.get('date') ?? undefined);
  if (!date.success) error(404, 'There is no such day. A date is written like 2026-11-21.');
  const [mine, list] = await Promise.all([
    told(locals.api.drawers.mine.$get(), url),
    told(
      locals.api.drawers.$get({ query: { ...(date.output !== undefined && { date: date.output }) } }),
      url,
    ),
  ]);
  return { me, mine, list, date: date.output };
};
