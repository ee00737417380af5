/**
 * Cookies of a scan: a pass during the sign-in, the ticket, or the refusal. They are HttpOnly, limited to the session's page,
 * and expire within minutes.
 */
import { Problem, type ProblemCode } from '$contract/errors';
import { Id } from '$contract/values';
import { loginPath } from '$lib/people/sign-in/next';
import { problemIn } from '$lib/problem';
import { passCookies } from './cookies';
import { type Cookies, error, redirect, type RequestEvent } from '@sveltejs/kit';
import * as v from 'valibot';

type At = Pick<RequestEvent, 'locals' | 'cookies' | 'url'>;
type Name = 'muster-pass' | 'muster-ticket' | 'muster-refusal';

/** As long as passes and tickets are valid on the server. */
const MINUTES_5 = 300;
/** The next page reads a refusal. */
const MINUTE = 60;
/** Marks a ticket that no page has used: a reload must not treat an old ticket as a new scan. */
const FRESH = 'fresh.';

export interface Exchanged {
  ticket: string | null;
  /** Whether no page has used the ticket before. */
  fresh: boolean;
  /** Why the scan was refused. */
  refusal: Problem | null;
}

/** The id in a page's address, which becomes part of a cookie's path. @throws 404 for anything but an id */
export function sessionId(text: string | undefined): string {
  const id = v.safeParse(Id, text);
  return id.success ? id.output : error(404, 'This session doesn’t exist.');
}

/**
 * Exchanges the link's token immediately, to fix the time of the scan, and redirects to the bare address: the token must not
 * remain in the address bar or history. A visitor signs in on the way.
 */
export async function exchangeLink(at: At, id: string, token: string): Promise<never> {
  const { locals, cookies, url } = at;
  const page = new URL(`/s/${id}`, url);
  if (locals.me) {
    const refusal = await exchange(at, id, { token });
    if (refusal) refuse(at, id, refusal);
    redirect(303, page.pathname);
  }
  const answer = await locals.api.sessions[':id'].passes.$post({ param: { id }, json: { token } });
  passCookies(answer, cookies); // the device that the pass belongs to
  if (answer.ok) {
    keep(at, id, 'muster-pass', (await answer.json()).pass, MINUTES_5);
    redirect(303, loginPath(page));
  }
  forget(cookies, id, 'muster-pass');
  const problem = await problemIn(answer);
  // Strict mode gives no pass before the sign-in: the person signs in and scans again.
  if (problem.status === 401) redirect(303, loginPath(page));
  refuse(at, id, problem);
  redirect(303, page.pathname);
}

/** Reads the scan's cookies; exchanges a pass from before the sign-in. */
export async function scanned(at: At, id: string): Promise<Exchanged> {
  const { cookies, locals } = at;
  const pass = cookies.get('muster-pass');
  if (locals.me && pass) {
    forget(cookies, id, 'muster-pass');
    const refusal = await exchange(at, id, { pass });
    if (refusal) return { ticket: null, fresh: false, refusal };
  }
  const refusal = refusalIn(cookies);
  if (refusal) forget(cookies, id, 'muster-refusal');
  return { ...ticketIn(at, id), refusal };
}

/** @returns the refusal; null when the ticket is stored */
export async function exchange(
  at: At,
  id: string,
  json: { token: string } | { code: string } | { pass: string },
): Promise<Problem | null> {
  const answer = await at.locals.api.sessions[':id'].tickets.$post({ param: { id }, json });
  passCookies(answer, at.cookies);
  if (!answer.ok) {
    const problem = await problemIn(answer);
    if (problem.status === 401) redirect(303, loginPath(new URL(`/s/${id}`, at.url)));
    // A malformed link or code is reported like an expired one.
    return problem.code === 'invalid_input' ? problemWith(problem, 'code_expired') : problem;
  }
  keep(at, id, 'muster-ticket', `${FRESH}${(await answer.json()).ticket}`, MINUTES_5);
  forget(at.cookies, id, 'muster-refusal');
  return null;
}

const problemWith = ({ type }: Problem, code: ProblemCode): Problem => ({
  type,
  code,
  status: 409,
  title: 'This code is not from this session. Scan the one on the screen.',
});

function refuse(at: At, id: string, problem: Problem): void {
  const { type, title, status, code, detail, retryAfter } = problem;
  const refusal = JSON.stringify({ type, title, status, code, detail, retryAfter });
  keep(at, id, 'muster-refusal', refusal, MINUTE);
}

function keep({ cookies, url }: At, id: string, name: Name, value: string, maxAge: number): void {
  cookies.set(name, value, {
    path: `/s/${id}`,
    httpOnly: true,
    sameSite: 'lax',
    maxAge,
    secure: url.protocol === 'https:',
  });
}

const forget = (cookies: Cookies, id: string, name: Name): void => cookies.delete(name, { path: `/s/${id}` });

function ticketIn(at: At, id: string): Pick<Exchanged, 'ticket' | 'fresh'> {
  const kept = at.cookies.get('muster-ticket') ?? null;
  if (!kept?.startsWith(FRESH)) return { ticket: kept, fresh: false };
  const ticket = kept.slice(FRESH.length);
  keep(at, id, 'muster-ticket', ticket, MINUTES_5);
  return { ticket, fresh: true };
}

function refusalIn(cookies: Cookies): Problem | null {
  try {
    const refusal = v.safeParse(Problem, JSON.parse(cookies.get('muster-refusal') ?? 'null'));
    return refusal.success ? refusal.output : null;
  } catch {
    return null;
  }
}
