/** The demo's sessions: eight past weeks, a running one, two planned ones, and their attendees. */
import type { Mark } from '../../worker/contract/attendance/attendance.ts';
import type { HostedSession, SessionStatus } from '../../worker/contract/sessions/sessions.ts';
import type { Flag } from '../../worker/contract/sessions/sheet/sheets.ts';
import type { Calendar } from './calendar.ts';
import { Chance } from './chance.ts';
import { type Courses, type Lesson, lessons } from './courses.ts';
import { idAt } from './ids.ts';
import type { Act } from './journal.ts';
import type { Person } from './people.ts';

const MINUTE = 60_000;
/** The least time since the running session started: the first have come. */
const GOING = 4 * MINUTE;
/** Minutes after its start from which a scan is late: the reader needs some to find it. */
const PATIENT = 25;

const excuses = ['Covers the ward', 'At the doctor’s', 'Takes the exam of another course'];

export type Part = {
  sessionId: string;
  personId: string;
  status: SessionStatus;
  at: number;
  method: 'scan' | 'code' | 'hand' | 'end';
  by: string | null;
  reason: string | null;
  flags: Flag[];
  /** The excuse given beforehand. */
  excuse: string | null;
};

export type Sessions = { sessions: HostedSession[]; parts: Part[] };

/** @param isIn whether a person is at work now: only those can attend the running session */
export function sessionsOf(
  people: readonly Person[],
  { courses, groups, members }: Courses,
  marks: readonly Mark[],
  calendar: Calendar,
  isIn: (personId: string) => boolean,
): Sessions {
  const { now, today } = calendar;
  const named = (rows: readonly { id: string; name: string }[], name: string) => {
    const row = rows.find((each) => each.name === name);
    return row && { id: row.id, name: row.name };
  };
  const make = (
    lesson: Lesson,
    turn: number,
    startsAt: number,
    endsAt: number,
    hosts: readonly string[] = [lesson.teacher],
    lateAfterMinutes = 10,
  ): HostedSession => ({
    ...{ id: idAt(startsAt, 'session', lesson.course), kind: 'class', room: lesson.room },
    title: `${lesson.course}: ${lesson.topics[turn % lesson.topics.length] ?? ''}`,
    course: named(courses, lesson.course) ?? null,
    groups: (lesson.groups[turn % lesson.groups.length] ?? []).flatMap((name) => named(groups, name) ?? []),
    hosts: hosts.flatMap((host) => named(people, host) ?? []),
    ...{ startsAt, endsAt, zone: calendar.zone, workDate: calendar.dateAt(startsAt) },
    ...stateAt(startsAt, endsAt, now),
    ...{ lockedAt: null, lockedBy: null, lockReason: null, placed: false, geofence: null },
    ...{ lateAfterMinutes, opensBeforeMinutes: 10, periodSeconds: 15, strict: false, shown: true },
    updatedAt: Math.min(now, endsAt),
  });
  const past = lessons.flatMap((lesson) =>
    calendar.dates
      .filter((date) => lesson.on(calendar.like(date)) && !date.equals(calendar.holiday))
      .filter((date) => date.toString() !== today)
      .map((date, turn) => make(lesson, turn, calendar.at(date, lesson.from), calendar.at(date, lesson.to))),
  );
  const began = Math.floor((now - GOING) / (5 * MINUTE)) * 5 * MINUTE;
  const [firstAid, hygiene, fireSafety, handOver] = lessons;
  const coming = [hygiene, fireSafety].map((lesson, index) => {
    const days = [2, 5][index] ?? 0;
    const date = calendar.dates.at(-1)?.add({ days }) ?? today;
    return make(lesson, index + 7, calendar.at(date, lesson.from), calendar.at(date, lesson.to));
  });
  // The demo's host runs the running session with its teacher.
  const on = isOfficeHour(calendar) ? firstAid : handOver;
  const hosts = [...new Set([firstAid.teacher, on.teacher])];
  const sessions = [...past, make(on, 3, began, began + 90 * MINUTE, hosts, PATIENT), ...coming];
  const invited = ({ groups: those, startsAt }: HostedSession) =>
    members.filter(
      ({ groupId, since, until }) =>
        since <= startsAt && startsAt < (until ?? Infinity) && those.some(({ id }) => id === groupId),
    );
  return {
    sessions,
    parts: sessions
      .filter(({ state }) => state === 'active' || state === 'completed')
      .flatMap((session) =>
        invited(session)
          .filter(({ personId }) => session.state !== 'active' || isIn(personId))
          .flatMap(({ personId }) => partOf(session, personId, marks, now) ?? []),
      ),
  };
}

/** At other hours only wards are staffed. */
function isOfficeHour(calendar: Calendar): boolean {
  const { now, todayDate } = calendar;
  const isWeekday = calendar.like(todayDate).dayOfWeek < 6;
  return isWeekday && now >= calendar.at(todayDate, 570) && now < calendar.at(todayDate, 1_050);
}

function stateAt(
  startsAt: number,
  endsAt: number,
  now: number,
): Pick<HostedSession, 'state' | 'startedAt' | 'endedAt'> {
  if (endsAt <= now) return { state: 'completed', startedAt: startsAt - 4 * MINUTE, endedAt: endsAt };
  if (startsAt <= now) return { state: 'active', startedAt: startsAt, endedAt: null };
  return { state: 'scheduled', startedAt: null, endedAt: null };
}

/** A person's outcome in a session; none yet if it is running and they have not come. */
function partOf(
  { id: sessionId, startsAt, endsAt, state, workDate, hosts }: HostedSession,
  personId: string,
  marks: readonly Mark[],
  now: number,
): Part | undefined {
  const chance = new Chance('part', sessionId, personId);
  // A few attend seldom, so that some are below the threshold.
  const reliable = new Chance('reliable', personId).happens(0.86) ? 0.94 : 0.55;
  const away = marks.find((mark) => mark.personId === personId && mark.workDate === workDate);
  const none = { sessionId, personId, by: null, reason: null, flags: [], excuse: null };
  if ((away && away.status !== 'absent') || !chance.happens(reliable)) {
    if (state === 'active') return undefined;
    const excused = (away && away.status !== 'absent') || chance.happens(0.3);
    const excuse = excused && !away ? (excuses[chance.bits(4) % excuses.length] ?? null) : null;
    return { ...none, status: excused ? 'excused' : 'absent', at: endsAt, method: 'end', excuse };
  }
  const late = chance.happens(0.08);
  const at = Math.round(startsAt + MINUTE * (late ? chance.around(19, 4) : chance.around(1, 2.5)));
  if (at > now) return undefined;
  const status = late ? 'late' : 'present';
  if (chance.happens(0.04))
    return {
      ...none,
      ...{ status, at, method: 'hand', by: hosts[0]?.id ?? null, reason: 'The phone’s battery was empty' },
    };
  const flags: Flag[] = chance.happens(0.025)
    ? [{ kind: 'shared_device', words: 'The same device scanned for two people' }]
    : [];
  return { ...none, status, at, method: chance.happens(0.1) ? 'code' : 'scan', flags };
}

/** Excuses that hosts entered a day before. */
export const excusesOf = (sessions: Sessions['sessions'], parts: Sessions['parts']) =>
  parts.flatMap(({ sessionId, personId, excuse: reason }) => {
    const session = sessions.find(({ id }) => id === sessionId);
    if (!session || reason === null) return [];
    return [{ sessionId, personId, reason, by: session.hosts[0]?.id, at: session.startsAt - 86_400_000 }];
  });

/** The sessions' journal entries. */
export function actsOfSessions({ sessions, parts }: Sessions): Act[] {
  return sessions.flatMap((session): Act[] => {
    const { id, hosts, startsAt, startedAt, endedAt, updatedAt } = session;
    const [subject, host] = [`session/${id}`, hosts[0]?.id ?? null];
    const plan = { ...session, state: 'scheduled', startedAt: null, endedAt: null } as const;
    const running = { ...session, state: 'active', endedAt: null } as const;
    const planned = Math.min(startsAt, updatedAt) - 4 * 86_400_000;
    return [
      { at: planned, actor: host, action: 'session.created', subject, before: null, after: plan },
      ...(startedAt === null
        ? []
        : [
            {
              ...{ at: startedAt, actor: host, action: 'session.started', subject },
              ...{ before: plan, after: running },
            },
          ]),
      ...parts.filter((part) => part.sessionId === id && part.method !== 'end').map(actOfPart),
      ...(endedAt === null
        ? []
        : [{ at: endedAt, actor: null, action: 'session.ended', subject, before: running, after: session }]),
    ];
  });
}

const actOfPart = (part: Part): Act => ({
  ...{ at: part.at, actor: part.by ?? part.personId },
  action: part.method === 'hand' ? 'session.marked' : 'session.attended',
  ...{ subject: `session/${part.sessionId}/${part.personId}`, before: null, after: part },
});
