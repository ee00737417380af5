import { allowed, loaded } from '$lib/server/load';
import type { PageServerLoad } from './$types';

const asked = ['q', 'action', 'actor', 'subject', 'from', 'to', 'before'] as const;

export const load: PageServerLoad = async ({ locals, url }) => {
  allowed({ locals, url }, 'journal.read');
  const query = Object.fromEntries(
    asked.flatMap((name) => {
      const value = url.searchParams.get(name);
      return value ? [[name, value]] : [];
    }),
  );
  return { query, journal: await loaded(locals.api.journal.$get({ query }), url) };
};
