import { problemIn, wordsOf } from '$lib/problem';
import { error } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';

/** A receipt, for anyone who has its link. */
export const load: PageServerLoad = async ({ locals, params: { token }, setHeaders }) => {
  setHeaders({ 'X-Robots-Tag': 'noindex', 'Referrer-Policy': 'no-referrer' });
  const answer = await locals.api.receipts.open.$post({ json: { token } });
  if (answer.ok) return { receipt: await answer.json() };
  const problem = await problemIn(answer);
  // A token of another form opens nothing either.
  if (problem.status === 410 || problem.status === 400) return { receipt: null };
  error(problem.status, wordsOf(problem));
};
