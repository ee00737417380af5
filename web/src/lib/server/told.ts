import { loginPath } from '$lib/people/sign-in/next';
import { problemIn, wordsOf } from '$lib/problem';
import { error, redirect } from '@sveltejs/kit';

interface Answer<T> {
  ok: boolean;
  status: number;
  json(): Promise<T>;
}

/** What the API told, for a page's load: a person signed out meanwhile goes to sign-in, any other refusal is an error page. */
export async function told<T>(pending: Promise<Answer<T>>, url: URL): Promise<T> {
  const answer = await pending;
  if (answer.ok) return await answer.json();
  const problem = await problemIn(answer);
  if (problem.status === 401) redirect(303, loginPath(url));
  error(problem.status, wordsOf(problem));
}
