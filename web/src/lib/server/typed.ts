/** Exchanges typed digits, also without JavaScript. */
import { wordsOf } from '$lib/problem';
import { fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { exchange, sessionId } from './scans';

/** The form action: redirects to the session's page, or returns the form's error. */
export async function typedCode(event: RequestEvent, session?: string) {
  const form = await event.request.formData();
  const code = textOf(form, 'code').replaceAll(/[\s-]/g, '');
  const chosen = session ?? textOf(form, 'session');
  if (chosen === '') return fail(400, { code, codeError: 'Choose the session first.' });
  const id = sessionId(chosen);
  if (!/^\d{6}$/.test(code))
    return fail(400, { code, codeError: 'Enter the six digits beside the QR code.' });
  const refusal = await exchange(event, id, { code });
  if (!refusal) redirect(303, `/s/${id}`);
  if (refusal.code === 'code_expired')
    return fail(409, {
      code,
      codeError: 'These digits are wrong or have expired. Enter the ones on the screen.',
    });
  const { status, retryAfter } = refusal;
  return fail(status, { code, message: wordsOf(refusal), ...(retryAfter && { retryAfter }) });
}

function textOf(form: FormData, field: string): string {
  const value = form.get(field);
  return typeof value === 'string' ? value : '';
}
