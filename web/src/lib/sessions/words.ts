/** Sessions in words. */
import {
  type HostedSession,
  type Session,
  type SessionList,
  type SessionState,
  type SessionStatus,
  sessionStatusWords,
} from '$contract/sessions/sessions';
import type { Times } from '$lib/times';
import type { Tone } from '$lib/ui/tone';

export const stateWords = {
  scheduled: 'Planned',
  active: 'On now',
  completed: 'Over',
  cancelled: 'Cancelled',
} as const satisfies Record<SessionState, string>;

export const stateTones = {
  scheduled: 'plain',
  active: 'in',
  completed: 'out',
  cancelled: 'danger',
} as const satisfies Record<SessionState, Tone>;

export const statusTones = {
  present: 'in',
  late: 'caution',
  absent: 'danger',
  excused: 'out',
} as const satisfies Record<SessionStatus, Tone>;

/** The person's participation as a sentence; undefined if they are not on the list. */
export function participationWords(
  part: SessionList['mine'][string] | undefined,
  { state, workDate }: Pick<Session, 'state' | 'workDate'>,
  times: Times,
): { words: string; tone: Tone } | undefined {
  if (!part) return undefined;
  const { status, at, listed } = part;
  const clock = at === null ? '' : times.clockFrom(workDate, at);
  if (status === 'present') return { words: `You came at ${clock}`, tone: statusTones.present };
  if (status === 'late') return { words: `You came late, at ${clock}`, tone: statusTones.late };
  if (status !== null) return { words: sessionStatusWords[status], tone: statusTones[status] };
  return listed && state !== 'cancelled' ? { words: 'On your list', tone: 'plain' } : undefined;
}

/** "First aid · Seminar room 1 · Nursing · with Leila Haddad" */
export function aboutSession({ course, title, room, groups, hosts }: Session): string {
  const names = hosts.map(({ name }) => name).join(' and ');
  return [
    course && !title.includes(course.name) ? course.name : null,
    room,
    ...groups.map(({ name }) => name),
    names && `with ${names}`,
  ]
    .filter(Boolean)
    .join(' · ');
}

/** "10:00 to 11:00", with what must be said of an end on another date. */
export const spanWords = ({ startsAt, endsAt, workDate }: Session, times: Times): string =>
  `${times.clock(startsAt)} to ${times.clockFrom(workDate, endsAt)}`;

/** Who has locked the list, when and why; nothing while it is open. */
export function lockWords(
  { lockedAt, lockedBy, lockReason, workDate }: HostedSession,
  times: Times,
): string | undefined {
  if (lockedAt === null) return undefined;
  return `Locked by ${lockedBy?.name ?? 'a host'} at ${times.clockFrom(workDate, lockedAt)}: ${lockReason ?? ''}`;
}
