/** The results of a scan in words, with the next steps. */
import type { Problem, ProblemCode } from '$contract/errors';
import { cut } from '$contract/intervals';
import type { OwnParticipation, Scanned, Session } from '$contract/sessions/sessions';
import { wordsOf } from '$lib/problem';
import { duration } from '$lib/times';
import type { Tone } from '$lib/ui/tone';

/** A button below the result. */
export type Step = 'scan' | 'type' | 'ask' | 'locate' | 'again' | 'home';
export type Sign = 'tick' | 'clock' | 'ask' | 'place' | 'lock' | 'cross' | 'code' | 'cloud';

export interface Result {
  tone: Tone;
  sign: Sign;
  title: string;
  words: string;
  /** The most likely step first. */
  steps: readonly Step[];
  /** Whether no step is the main one. */
  quiet?: boolean;
  /** Seconds until another try is useful. */
  wait?: number | undefined;
}

/** @param outcome of the last scan, if any */
export function participationResult(
  part: OwnParticipation,
  outcome: Scanned['outcome'] | undefined,
  { title, startsAt }: Pick<Session, 'title' | 'startsAt'>,
): Result {
  const of = (tone: Tone, sign: Sign, heading: string, words: string): Result => ({
    tone,
    sign,
    title: heading,
    words,
    steps: ['home'],
  });
  const wrong = `from “${title}”. Ask the host if that is wrong.`;
  if (part.status === 'excused') return of('out', 'lock', 'You are excused', `You are excused ${wrong}`);
  if (part.status === 'absent')
    return of('danger', 'cross', 'Marked absent', `You are marked absent ${wrong}`);
  if (outcome === 'already_in') return of('in', 'tick', 'You are already in', 'Your first scan counts.');
  if (part.status !== 'late')
    return of('in', 'tick', 'You are in', 'You are marked present. Your host can see it.');
  const late = cut(part.at ?? startsAt) - cut(startsAt);
  const heading = late > 0 ? `You are in, ${duration(late)} late` : 'You are in, late';
  return of('caution', 'clock', heading, 'You are marked late. Your host can see it.');
}

export const waitingForHost: Result = {
  tone: 'accent',
  sign: 'ask',
  title: 'Waiting for the host',
  words: 'This page updates as soon as the host answers.',
  steps: ['scan', 'home'],
  quiet: true,
};

export const turnedAway: Result = {
  tone: 'danger',
  sign: 'cross',
  title: 'Not let in',
  words: 'The host did not let you in. Ask them, or scan again in the room.',
  steps: ['scan', 'type', 'home'],
};

export const nothingScanned: Result = {
  tone: 'plain',
  sign: 'code',
  title: 'Not on the list yet',
  words: 'Scan the host’s code, or enter the six digits beside it.',
  steps: ['scan', 'type'],
};

export const unanswered: Result = {
  tone: 'caution',
  sign: 'cloud',
  title: 'The server didn’t answer',
  words: 'We keep your scan for a few minutes. Try again; it counts from the moment you scanned.',
  steps: ['again', 'scan', 'type'],
};

export const noPosition: Record<'denied' | 'not_found', Result> = {
  denied: {
    tone: 'caution',
    sign: 'place',
    title: 'Location is turned off',
    words:
      'This session requires your location. Allow it in the browser’s site settings, or ask the host to let you in.',
    steps: ['ask', 'locate'],
  },
  not_found: {
    tone: 'caution',
    sign: 'place',
    title: 'Location not found',
    words: 'Your phone couldn’t find its location. Try again near a window, or ask the host to let you in.',
    steps: ['ask', 'locate'],
  },
};

type Known = Pick<Result, 'tone' | 'sign' | 'title' | 'steps'> & { words?: string };
const refusals: Partial<Record<ProblemCode, Known>> = {
  too_early: { tone: 'caution', sign: 'clock', title: 'Too early', steps: ['scan', 'type', 'home'] },
  code_expired: {
    tone: 'caution',
    sign: 'code',
    title: 'That code has changed',
    steps: ['scan', 'type'],
    words: 'The code changes every few seconds. Scan the one on the screen; this try doesn’t count.',
  },
  ticket_spent: { tone: 'caution', sign: 'code', title: 'Scan again', steps: ['scan', 'type'] },
  not_on_list: {
    tone: 'danger',
    sign: 'cross',
    title: 'You are not on the list',
    steps: ['scan', 'home'],
    words: 'Ask the host to add you, then scan again.',
  },
  outside_area: {
    tone: 'caution',
    sign: 'place',
    title: 'You seem too far away',
    steps: ['locate', 'ask'],
    words: 'Move closer and try again. If you are in the room, ask the host to let you in.',
  },
  position_needed: noPosition.denied,
  session_locked: {
    tone: 'out',
    sign: 'lock',
    title: 'The list is locked',
    steps: ['home'],
    words: 'No one can scan any more. Ask the host to add you.',
  },
  session_over: {
    tone: 'out',
    sign: 'clock',
    title: 'This session has ended',
    steps: ['home'],
    words: 'Ask the host to add you.',
  },
  session_cancelled: {
    tone: 'out',
    sign: 'cross',
    title: 'This session was cancelled',
    steps: ['home'],
    words: 'Ask the host for a new date.',
  },
  marked_already: { tone: 'out', sign: 'lock', title: 'Marked by hand', steps: ['home'] },
  too_many_tries: {
    tone: 'caution',
    sign: 'clock',
    title: 'Too many attempts',
    steps: ['scan', 'type'],
    words: 'Wait a moment, then scan the code on the screen.',
  },
};

export function refusalResult(problem: Problem): Result {
  const known = refusals[problem.code] ?? {
    ...({ tone: 'danger', sign: 'cross', title: 'Something went wrong' } as const),
    steps: problem.status >= 500 ? (['again', 'scan'] as const) : (['scan', 'home'] as const),
  };
  return { ...known, words: known.words ?? wordsOf(problem), wait: problem.retryAfter };
}
