import { SignIn } from '$contract/people/people';
import { nextPath } from '$lib/people/sign-in/next';
import { problemIn, wordsOf } from '$lib/problem';
import { passCookies } from '$lib/server/cookies';
import { fail, redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals, url }) => {
  if (locals.me) redirect(303, nextPath(url.searchParams.get('next'), url.origin));
};

export const actions: Actions = {
  default: async ({ request, locals, cookies, url }) => {
    const form = await request.formData();
    const [email, password] = [textOf(form, 'email'), textOf(form, 'password')];
    const typed = v.safeParse(SignIn, { email, password });
    if (!typed.success) {
      const { nested } = v.flatten<typeof SignIn>(typed.issues);
      return fail(400, {
        email,
        emailError: nested?.email && 'Enter the full email address, such as ana@example.com.',
        passwordError: nested?.password && 'Enter your password.',
      });
    }
    const answer = await locals.api.session.$post({ json: typed.output });
    if (!answer.ok) {
      const problem = await problemIn(answer);
      return fail(problem.status, { email, message: wordsOf(problem), retryAfter: problem.retryAfter });
    }
    passCookies(answer, cookies);
    redirect(303, nextPath(url.searchParams.get('next'), url.origin));
  },
};

/** What was typed into a field; a file posted in its place counts as nothing. */
function textOf(form: FormData, field: string): string {
  const value = form.get(field);
  return typeof value === 'string' ? value : '';
}
