/**
 * The roster says when an open record closes by itself, so a change of the roster makes that unknown for people who are in,
 * in the same commit: nothing is closed by the old plan. The job computes it anew before it closes anything.
 */
import { addDays } from '../contract/zones';
import { type Query, query } from '../db/queries';
import type { Scope } from '../scope';
import { readRoster, rosterOf } from '../schedules/roster';

/** Records computed in one run; the next run, a minute later, does the rest. */
const BATCH = 1_000;

/**
 * The write that comes with a change of the roster. What should have been closed before the change keeps its plan. The changes
 * are counted, so that the job writes only what is still so.
 * @param at of the change @param people whom it concerns; all if not given
 */
export const plannedEndsUnknown = (at: number, people?: readonly string[]): Query =>
  query(
    `UPDATE attendance SET due_at = NULL, plan_changes = plan_changes + 1
     WHERE out_at IS NULL AND (due_at IS NULL OR due_at > ?1)
       AND ${people ? 'person_id IN (SELECT value FROM json_each(?2))' : '?2 IS NULL'}`,
    at,
    people ? JSON.stringify(people) : null,
  );

interface Open {
  id: string;
  personId: string;
  workDate: string;
  inAt: number;
  changes: number;
}

/** Computes when records close by themselves for which a change has made it unknown. */
export async function computePlannedEnds(scope: Scope): Promise<void> {
  const { d1 } = scope;
  const { results: stays } = await d1
    .prepare(
      `SELECT id, person_id AS personId, work_date AS workDate, in_at AS inAt, plan_changes AS changes
       FROM attendance WHERE out_at IS NULL AND due_at IS NULL LIMIT ${BATCH}`,
    )
    .all<Open>();
  const dates = stays.map(({ workDate }) => workDate).sort();
  const [from, to] = [dates[0], dates.at(-1)];
  if (from === undefined || to === undefined) return;
  const people = stays.map(({ personId }) => personId);
  const roster = readRoster(
    await d1.batch(rosterOf(d1, { from, to: addDays(to, 2), people })),
    scope.env.WORKPLACE_ZONE,
  );
  const computed = stays.map(({ id, personId, changes, ...stay }) => ({
    id,
    changes,
    ...roster.dueOf(personId, stay, scope.now()),
  }));
  await d1
    .prepare(
      `UPDATE attendance SET due_at = its.value ->> 'dueAt', due_out = its.value ->> 'dueOut' FROM json_each(?1) AS its
       WHERE attendance.id = its.value ->> 'id' AND out_at IS NULL AND due_at IS NULL
         AND plan_changes = its.value ->> 'changes'`,
    )
    .bind(JSON.stringify(computed))
    .run();
}
