import { problemIn, wordsOf } from '$lib/problem';
import { error } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';

/** The numbers, for a screen that was opened by its link or a person who may see orders; else why there are none. */
export const load: PageServerLoad = async ({ locals }) => {
  const answer = await locals.api.display.$get();
  if (answer.ok) return { board: await answer.json(), closed: null };
  const problem = await problemIn(answer);
  if (problem.status === 410) return { board: null, closed: 'revoked' } as const;
  if (problem.status === 401 || problem.status === 403) return { board: null, closed: 'unopened' } as const;
  error(problem.status, wordsOf(problem));
};
