/** What the API refused, in words for a person. */
import { Problem, problems, type ProblemCode } from '$contract/errors';
import * as v from 'valibot';

interface Answer {
  status: number;
  json(): Promise<unknown>;
}

/** The problem in an unsuccessful answer. An answer that is not a problem document (a proxy's page, say) becomes `unavailable`. */
export async function problemIn(answer: Answer): Promise<Problem> {
  const body = await answer.json().catch(() => undefined);
  const parsed = v.safeParse(Problem, body);
  return parsed.success ? parsed.output : problemOf(answer.status === 404 ? 'not_found' : 'unavailable');
}

export function problemOf(code: ProblemCode): Problem {
  const [status, title] = problems[code];
  return { type: 'about:blank', title, status, code };
}

/** The sentence to show: the particular one if the API gave it, else the code's own. */
export const wordsOf = (problem: Problem): string => problem.detail ?? problem.title;

/** What to say when no answer came at all. The act may or may not have happened. */
export const noAnswer =
  'The server didn’t answer. Check the connection and try again; nothing is done twice.';

/** The same where nothing was to be done. */
export const noReading = 'The server didn’t answer. Check the connection and try again.';

/** The message for one field of a form, from the problem's issues. */
export function issueOf(problem: Problem | undefined, field: string): string | undefined {
  const issue = problem?.issues?.find(({ path }) => path === field || path.startsWith(`${field}.`));
  return issue && sentence(issue.message);
}

function sentence(message: string): string {
  const text = message.startsWith('must') || message.startsWith('is ') ? `This ${message}` : message;
  return text.endsWith('.') ? text : `${text}.`;
}
