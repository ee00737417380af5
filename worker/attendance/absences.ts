/** Marks a person absent when their shift has ended without a record. */
import type { Mark } from '../contract/attendance/attendance';
import { addDays, clockWords, dateIn, dayWords } from '../contract/zones';
import type { Shift } from '../contract/schedules/schedules';
import { ask, type Query, query, rows, together } from '../db/queries';
import { type Message, notices } from '../notifications/notify';
import type { Scope } from '../scope';
import { closedThrough, openOn } from '../settings/closing';
import { rosterOf } from '../schedules/roster';
import { markOf, markSubject, markEvents } from './marks';

const MINUTE = 60_000;
/** Each run reads every person's plan, so it does not run every minute. */
const EVERY_MS = 5 * MINUTE;
/** One run catches up at most this much time, and marks at most `BATCH` people. */
const WINDOW_MS = 2 * 24 * 60 * MINUTE;
const BATCH = 50;

interface Missed {
  person: string;
  date: string;
  zone: string;
  shift: Shift;
}

/** Continues where the last run stopped. The first run only stores its time. */
export async function markAbsences(scope: Scope): Promise<void> {
  const now = scope.now();
  const since = await progressOf(scope);
  if (since === undefined) return storeProgress(scope, now);
  if (now - since < EVERY_MS) return;
  const until = Math.min(now, since + WINDOW_MS);
  let marked = 0;
  for (const missed of await missedIn(scope, since, until)) {
    // Other shifts may have ended in the same moment, so the next run looks at that moment again.
    if (marked === BATCH) return storeProgress(scope, missed.shift.endsAt - 1);
    if (await markAbsent(scope, missed)) marked += 1;
  }
  await storeProgress(scope, until);
}

/** Shifts that ended after `since` and not after `until`, the earliest first. */
async function missedIn({ d1, env }: Scope, since: number, until: number): Promise<Missed[]> {
  // A shift may have begun the day before, in any zone.
  const [from, to] = [addDays(dateIn('UTC', since), -2), addDays(dateIn('UTC', until), 1)];
  const { closed, settled, roster } = await ask(
    d1,
    together({
      closed: closedThrough(d1),
      settled: rows<{ day: string }>(
        d1,
        `SELECT person_id || ' ' || work_date AS day FROM attendance WHERE work_date BETWEEN ?1 AND ?2
         UNION SELECT person_id || ' ' || work_date FROM marks
         WHERE work_date BETWEEN ?1 AND ?2 AND (status IS NOT NULL OR absence_notified)`,
        [from, to],
      ),
      roster: rosterOf(d1, { from, to }, env.WORKPLACE_ZONE),
    }),
  );
  const settledDays = new Set(settled.map(({ day }) => day));
  const missed: Missed[] = [];
  for (const person of roster.people) {
    for (let date = from; date <= to; date = addDays(date, 1)) {
      const shift = roster.planOf(person, date).shifts.at(-1);
      if (!shift || shift.endsAt <= since || shift.endsAt > until) continue;
      if (date <= (closed ?? '') || settledDays.has(`${person} ${date}`)) continue;
      missed.push({ person, date, zone: roster.zoneOf(person, date), shift });
    }
  }
  return missed.sort((a, b) => a.shift.endsAt - b.shift.endsAt);
}

/** @returns whether this run wrote the mark */
async function markAbsent(scope: Scope, missed: Missed): Promise<boolean> {
  const { person, date } = missed;
  const before = await ask(scope.d1, markOf(scope.d1, person, date));
  const at = Math.max(scope.now(), (before?.at ?? 0) + 1);
  const note = before?.note ?? null;
  const after: Mark = {
    personId: person,
    workDate: date,
    status: 'absent',
    note,
    setBy: null,
    at,
    countsEarly: before?.countsEarly ?? false,
  };
  const notified = await notices(scope, at, [absenceMessage(missed)]);
  const answer = await scope.attempt({
    at,
    changes: [
      {
        write: absence(after),
        action: 'day.marked',
        subject: markSubject(person, date),
        before,
        after,
        onlyIf: openOn(date),
      },
    ],
    publish: [...markEvents(after), ...notified.publish],
    also: notified.also,
  });
  return answer !== undefined;
}

/** Writes nothing if there is a record or another status, or if the job marked this day before. */
const absence = ({ personId, workDate, note, at }: Mark): Query =>
  query(
    `INSERT INTO marks (person_id, work_date, status, note, at, absence_notified)
     SELECT ?1, ?2, 'absent', ?3, ?4, 1
     WHERE NOT EXISTS (SELECT 1 FROM attendance WHERE person_id = ?1 AND work_date = ?2)
     ON CONFLICT (person_id, work_date) DO UPDATE SET status = 'absent', set_by = NULL, at = ?4, absence_notified = 1
     WHERE status IS NULL AND absence_notified = 0 AND note IS ?3`,
    [personId, workDate, note, at],
  );

function absenceMessage({ person, date, zone, shift }: Missed): Message {
  const span = `${clockWords(zone, shift.startsAt)}–${clockWords(zone, shift.endsAt)}`;
  return {
    personId: person,
    kind: 'attendance.absent',
    title: `Marked absent on ${dayWords(date)}`,
    body: `No times were recorded for your shift ${span}. If you were at work, request a correction.`,
    href: `/?correct=${date}`,
  };
}

async function progressOf({ d1 }: Scope): Promise<number | undefined> {
  const row = await d1
    .prepare(`SELECT until FROM progress WHERE job = 'absences'`)
    .first<{ until: number }>();
  return row?.until;
}

async function storeProgress({ d1 }: Scope, until: number): Promise<void> {
  await d1
    .prepare(
      `INSERT INTO progress (job, until) VALUES ('absences', ?1)
       ON CONFLICT (job) DO UPDATE SET until = max(until, excluded.until)`,
    )
    .bind(until)
    .run();
}
