/**
 * When a stay that nobody ends is closed follows from the roster, so a change of the roster makes it unknown for whoever is in,
 * in the same commit: nothing is closed by the old plan. The job reckons it anew before it closes anything.
 */
import { and, gt, isNull, or, sql } from 'drizzle-orm';
import type { Query } from '../db/client';
import { attendance } from '../db/schema';
import type { Scope } from '../scope';
import { readRoster, rosterOf } from './roster';

/** Stays reckoned in one run; what is left over is the next run's, a minute later. */
const BATCH = 1_000;

/**
 * The write that comes with a change of the roster. What should have been closed before the change keeps its plan. While
 * `due_at` is null, `due_out` counts the changes: whoever reckons it writes only what is still so.
 * @param people whom the change concerns; all if not given
 */
export const dueUnknown = ({ db, now }: Scope, people?: readonly string[]): Query =>
  db
    .update(attendance)
    .set({
      dueAt: null,
      dueOut: sql`iif(${attendance.dueAt} IS NULL, coalesce(${attendance.dueOut}, 0) + 1, 0)`,
    })
    .where(
      and(
        isNull(attendance.outAt),
        or(isNull(attendance.dueAt), gt(attendance.dueAt, now())),
        people && sql`${attendance.personId} IN (SELECT value FROM json_each(${JSON.stringify(people)}))`,
      ),
    );

interface Open {
  id: string;
  personId: string;
  zone: string | null;
  workDate: string;
  inAt: number;
  /** The count of changes. */
  dueOut: number | null;
}

/** Reckons when the stays end for which a change has made it unknown. */
export async function reckonDue(scope: Scope): Promise<void> {
  const { d1 } = scope;
  const { results: stays } = await d1
    .prepare(
      `SELECT attendance.id, person_id AS personId, people.zone, work_date AS workDate, in_at AS inAt, due_out AS dueOut
       FROM attendance JOIN people ON people.id = person_id WHERE out_at IS NULL AND due_at IS NULL LIMIT ${BATCH}`,
    )
    .all<Open>();
  const dates = stays.map(({ workDate }) => workDate).sort();
  const [from, to] = [dates[0], dates.at(-1)];
  if (from === undefined || to === undefined) return;
  const roster = readRoster(await d1.batch(rosterOf(d1, { from, to })), scope.env.WORKPLACE_ZONE);
  const reckoned = stays.map(({ id, personId, zone, dueOut: changes, ...stay }) => ({
    ...{ id, changes },
    ...roster.dueOf({ id: personId, zone }, stay, scope.now()),
  }));
  await d1
    .prepare(
      `UPDATE attendance SET due_at = told.value ->> 'dueAt', due_out = told.value ->> 'dueOut' FROM json_each(?1) AS told
       WHERE attendance.id = told.value ->> 'id' AND out_at IS NULL AND due_at IS NULL AND due_out IS (told.value ->> 'changes')`,
    )
    .bind(JSON.stringify(reckoned))
    .run();
}
