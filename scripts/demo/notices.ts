/** The demo's notifications: those of decided matters are read, those of waiting ones are unread. */
import type { Correction } from '../../worker/contract/attendance/corrections/corrections.ts';
import type { Notification } from '../../worker/contract/notifications/notifications.ts';
import { clockWords, dayWords } from '../../worker/contract/zones.ts';
import type { Decider } from './corrections.ts';
import { type DemoRecord, REMIND_MS } from './history.ts';
import { idAt } from './ids.ts';

/** With another person whom it names, so that erasing them reaches it. */
type Notice = Notification & { personId: string; namedId: string | null; namedAs: string | null };

const none = { namedId: null, namedAs: null };

/**
 * @param nameOf the name of a person by their id
 * @param now epoch milliseconds: nothing was read later
 */
export const noticesOf = (
  records: readonly DemoRecord[],
  corrections: readonly Correction[],
  deciders: readonly Decider[],
  nameOf: (id: string) => string,
  now: number,
): Notice[] => [
  ...records.flatMap(noticesOfRecord),
  ...corrections.flatMap((it) => [
    ...(it.state === 'entered' ? [] : requested(it, deciders, nameOf)),
    ...decided(it, now),
  ]),
];

/** Reminders for people in past their shift's end, and questions to people who never checked out. */
function noticesOfRecord(record: DemoRecord): Notice[] {
  const { id, personId, zone, workDate, outAt, dueAt, dueOut, unconfirmed } = record;
  if (unconfirmed) {
    return [
      {
        personId,
        ...none,
        id: idAt(dueAt, 'closed', id),
        kind: 'attendance.auto_checked_out',
        title: `When did you leave on ${dayWords(workDate)}?`,
        body: `You did not check out, so ${clockWords(zone, outAt ?? dueAt)} is assumed. Enter when you left.`,
        href: `/?left=${id}`,
        at: dueAt,
        readAt: null,
      },
    ];
  }
  if (outAt !== null || dueOut === null || !record.reminded) return [];
  return [
    {
      personId,
      ...none,
      id: idAt(dueOut, 'reminded', id),
      kind: 'attendance.reminder',
      title: 'Are you still at work?',
      body: `Your shift ended at ${clockWords(zone, dueOut)}. Check out when you leave.`,
      href: '/',
      at: dueOut + REMIND_MS,
      readAt: null,
    },
  ];
}

const requested = (it: Correction, deciders: readonly Decider[], nameOf: (id: string) => string): Notice[] =>
  deciders
    .filter(({ id }) => id !== it.personId)
    .map(({ id: personId }) => ({
      personId,
      namedId: it.personId,
      namedAs: nameOf(it.personId),
      id: idAt(it.requestedAt, 'requested', personId, it.id),
      kind: 'correction.requested',
      title: `${nameOf(it.personId)} requested a correction`,
      body: `${dayWords(it.from)}: “${it.reason}”`,
      href: '/admin/corrections',
      at: it.requestedAt,
      readAt: it.decidedAt,
    }));

function decided(it: Correction, now: number): Notice[] {
  const { personId, decidedAt, decidedBy, state, answer } = it;
  if (decidedAt === null || !decidedBy) return [];
  const readAt = decidedAt + 40 * 60_000;
  const isEntered = state === 'entered';
  const why = isEntered ? `: “${it.reason}”` : answer ? `: “${answer}”` : '';
  return [
    {
      personId,
      namedId: decidedBy.id,
      namedAs: decidedBy.name,
      id: idAt(decidedAt, 'decided', it.id),
      kind: isEntered ? 'days.entered' : 'correction.decided',
      title: isEntered
        ? `${decidedBy.name} changed your ${dayWords(it.from)}`
        : `${decidedBy.name} ${state} your correction`,
      body: `${dayWords(it.from)}${why}`,
      href: '/',
      at: decidedAt,
      readAt: readAt <= now ? readAt : null,
    },
  ];
}
