/** What a scan came to, for a person: a sentence each, and what they can do next. */
import type { Problem, ProblemCode } from '$contract/errors';
import type { OwnPart, Scanned } from '$contract/sessions/sessions';
import { wordsOf } from '$lib/problem';
import type { Tone } from '$lib/ui/tone';

/** What a button below the result does. */
export type Step = 'scan' | 'type' | 'ask' | 'locate' | 'again' | 'home';
export type Sign = 'tick' | 'clock' | 'ask' | 'place' | 'lock' | 'cross' | 'code' | 'cloud';

export interface Result {
  tone: Tone;
  sign: Sign;
  title: string;
  words: string;
  /** The first one is what most people will want. */
  steps: readonly Step[];
  /** None of them is what to do now. */
  quiet?: boolean;
  /** Seconds until another try is worth it. */
  wait?: number | undefined;
}

/** What one's part in a session is. @param outcome of the scan just made, if there was one */
export function partResult(part: OwnPart, outcome: Scanned['outcome'] | undefined, title: string): Result {
  const home = ['home'] as const;
  if (part.status === 'excused')
    return {
      ...{ tone: 'out', sign: 'lock', title: 'You are excused', steps: home },
      words: `You need not come to “${title}”. Speak to the host if that is wrong.`,
    };
  if (part.status === 'absent')
    return {
      ...{ tone: 'danger', sign: 'cross', title: 'Marked absent', steps: home },
      words: `The list of “${title}” says that you were not there. Speak to the host if that is wrong.`,
    };
  if (outcome === 'already_in')
    return {
      ...{ tone: 'in', sign: 'tick', title: 'You are in already', steps: home },
      words: 'Scanning again changes nothing: your first scan counts.',
    };
  if (part.status === 'late')
    return {
      ...{ tone: 'caution', sign: 'clock', title: 'You are in, late', steps: home },
      words: 'You are on the list, marked as late. Your host sees it already.',
    };
  return {
    ...{ tone: 'in', sign: 'tick', title: 'You are in', steps: home },
    words: 'You are on the list. Your host sees it already.',
  };
}

export const asked: Result = {
  ...{ tone: 'accent', sign: 'ask', title: 'Your host has been asked' },
  words: 'Keep this page open: it changes by itself as soon as they answer.',
  ...{ steps: ['scan', 'home'], quiet: true },
};

export const turnedAway: Result = {
  ...{ tone: 'danger', sign: 'cross', title: 'Not let in' },
  words: 'Your host did not let you in. Speak to them, or scan again when you are there.',
  steps: ['scan', 'type', 'home'],
};

export const nothingScanned: Result = {
  ...{ tone: 'plain', sign: 'code', title: 'Not on the list yet' },
  words: 'Scan the code that your host shows, or type the six digits beside it.',
  steps: ['scan', 'type'],
};

export const unanswered: Result = {
  ...{ tone: 'caution', sign: 'cloud', title: 'No answer came back' },
  words:
    'Your scan is kept for some minutes. Try again: it counts from the moment you scanned, and only once.',
  steps: ['again', 'scan', 'type'],
};

/** The position was not given, or not found. */
export const noPosition: Record<'denied' | 'not_found', Result> = {
  denied: {
    ...{ tone: 'caution', sign: 'place', title: 'Your position is switched off' },
    words:
      'This session asks whether you are there. Ask the host to let you in, or allow the position for this site in your browser’s settings.',
    steps: ['ask', 'locate'],
  },
  not_found: {
    ...{ tone: 'caution', sign: 'place', title: 'Your position was not found' },
    words: 'Your phone does not know where it is. Try again near a window, or ask the host to let you in.',
    steps: ['ask', 'locate'],
  },
};

type Known = Pick<Result, 'tone' | 'sign' | 'title' | 'steps'> & { words?: string };
const refusals: Partial<Record<ProblemCode, Known>> = {
  too_early: { tone: 'caution', sign: 'clock', title: 'Too early', steps: ['scan', 'type', 'home'] },
  code_expired: {
    ...{ tone: 'caution', sign: 'code', title: 'That code has changed', steps: ['scan', 'type'] },
    words:
      'The code on the screen changes every few seconds. Scan the one that it shows now: this try does no harm.',
  },
  ticket_spent: { tone: 'caution', sign: 'code', title: 'Scan once more', steps: ['scan', 'type'] },
  not_on_list: {
    ...{ tone: 'danger', sign: 'cross', title: 'You are not on the list', steps: ['scan', 'home'] },
    words: 'Ask the host to add you. Then scan again, and you are in.',
  },
  outside_area: {
    ...{ tone: 'caution', sign: 'place', title: 'You seem too far away', steps: ['locate', 'ask'] },
    words: 'Go closer and try again. If you are there already, ask the host to let you in.',
  },
  position_needed: noPosition.denied,
  session_locked: {
    ...{ tone: 'out', sign: 'lock', title: 'The list is locked', steps: ['home'] },
    words: 'Nobody can scan any more. Ask the host if you should still be on the list.',
  },
  session_over: {
    ...{ tone: 'out', sign: 'clock', title: 'This session has ended', steps: ['home'] },
    words: 'Ask the host if you should still be on the list.',
  },
  session_cancelled: {
    ...{ tone: 'out', sign: 'cross', title: 'This session was cancelled', steps: ['home'] },
    words: 'There is nothing to scan. Ask the host when it takes place instead.',
  },
  marked_already: { tone: 'out', sign: 'lock', title: 'Marked by hand', steps: ['home'] },
  too_many_tries: {
    ...{ tone: 'caution', sign: 'clock', title: 'Too many tries', steps: ['scan', 'type'] },
    words: 'Wait a little, then scan the code that is shown.',
  },
};

/** Why a scan did not count. */
export function refusalResult(problem: Problem): Result {
  const known = refusals[problem.code] ?? {
    ...({ tone: 'danger', sign: 'cross', title: 'That did not work' } as const),
    steps: problem.status >= 500 ? (['again', 'scan'] as const) : (['scan', 'home'] as const),
  };
  return { ...known, words: known.words ?? wordsOf(problem), wait: problem.retryAfter };
}
