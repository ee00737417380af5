/** What the pages' `load` functions share. */
import type { Me } from '$contract/people/people';
import { can, type Capability, rolesWith } from '$contract/roles';
import { LocalDate } from '$contract/values';
import { audiences } from '$lib/people/words';
import { loginPath } from '$lib/people/sign-in/next';
import { problemIn, wordsOf } from '$lib/problem';
import { error, redirect, type RequestEvent } from '@sveltejs/kit';
import * as v from 'valibot';

type Event = Pick<RequestEvent, 'locals' | 'url'>;

interface Answer<T> {
  ok: boolean;
  status: number;
  json(): Promise<T>;
}

/** The signed-in person; else the visitor goes to sign-in. */
export const signedIn = ({ locals, url }: Event): Me => locals.me ?? redirect(303, loginPath(url));

/** The signed-in person with this capability; else an error page says for whom the page is. The API checks rights itself. */
export function allowed(event: Event, capability: Capability): Me {
  const me = signedIn(event);
  if (can(me, capability)) return me;
  const roles = rolesWith(capability).map((role) => audiences[role]);
  error(403, `This page is for ${new Intl.ListFormat('en-GB').format(roles)}.`);
}

/** The API's answer. Signed out: redirects to sign-in. Other refusals: an error page. */
export async function loaded<T>(pending: Promise<Answer<T>>, url: URL): Promise<T> {
  const answer = await pending;
  if (answer.ok) return await answer.json();
  const problem = await problemIn(answer);
  if (problem.status === 401) redirect(303, loginPath(url));
  error(problem.status, wordsOf(problem));
}

export function dateOf(url: URL): { date?: string } {
  const date = url.searchParams.get('date');
  if (date === null) return {};
  return v.is(LocalDate, date) ? { date } : error(404, 'There is no such day. Write a date as 2026-11-21.');
}
