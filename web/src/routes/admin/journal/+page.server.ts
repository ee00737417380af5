import { can } from '$contract/roles';
import { told } from '$lib/server/told';
import { error } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';

const asked = ['q', 'action', 'from', 'to', 'before'] as const;

export const load: PageServerLoad = async ({ locals, url, parent }) => {
  const { me } = await parent();
  if (!can(me, 'journal.read')) error(403, 'This page is for admins.');
  const query = Object.fromEntries(
    asked.flatMap((name) => {
      const value = url.searchParams.get(name);
      return value ? [[name, value]] : [];
    }),
  );
  return { query, journal: await told(locals.api.journal.$get({ query }), url) };
};
