/** The API's problems, in words for a person. */
import type { Problem } from '$contract/errors';
import { ProblemDocument, unexplained } from '$contract/problem';
import * as v from 'valibot';

interface Answer {
  status: number;
  json(): Promise<unknown>;
}

/** The problem in an unsuccessful answer. One without a problem document, such as a proxy's page, becomes `unavailable`. */
export async function problemIn(answer: Answer): Promise<Problem> {
  const body = await answer.json().catch(() => undefined);
  const parsed = v.safeParse(ProblemDocument, body);
  if (parsed.success) return parsed.output;
  const code = answer.status === 404 ? 'not_found' : 'unavailable';
  const [status, title] = unexplained[code];
  return { type: 'about:blank', title, status, code };
}

/** With an unexpected error's id, which an admin finds in the logs. */
export function wordsOf({ code, detail, title, instance }: Problem): string {
  const id = code === 'internal' ? instance?.split('/').at(-1) : undefined;
  return `${detail ?? title}${id ? ` If you report it, quote ${id}.` : ''}`;
}

/** For a command without an answer: it may have taken effect. */
export const noAnswer =
  'The server didn’t answer. Check the connection and try again; nothing is done twice.';

/** For a read without an answer. */
export const noReading = 'The server didn’t answer. Check the connection and try again.';

export function issueOf(problem: Problem | undefined, field: string): string | undefined {
  const issue = problem?.issues?.find(({ path }) => path === field || path.startsWith(`${field}.`));
  return issue && sentence(issue.message);
}

function sentence(message: string): string {
  const text = message.startsWith('must') || message.startsWith('is ') ? `This ${message}` : message;
  return text.endsWith('.') ? text : `${text}.`;
}
