import * as v from 'valibot';
import type { Answer } from './writers.ts';

const Problem = v.object({ code: v.literal('unavailable'), title: v.string() });

/** What is wrong with a refusal: it names a reason in words, and no file or line of ours. */
export function refusalFaults({ status, text }: Answer): string[] {
  const problem = v.safeParse(Problem, JSON.parse(text));
  const fine = status === 503 && problem.success;
  return fine && !hasStack(text) ? [] : [`a write was answered ${String(status)} ${text}`];
}

/** What is wrong with the output of a command that cannot go on. */
export const outputFaults = (output: string, expected: RegExp): string[] =>
  expected.test(output) && !hasStack(output) ? [] : [`npm start said: ${output}`];

const hasStack = (text: string): boolean => /^\s+at .+:\d+/m.test(text);
