/**
 * The roster decides when an open record closes by itself. A change of the roster clears that moment in the same commit, so that
 * no record closes by the old plan. The job computes it again before it closes any record.
 */
import { addDays } from '../contract/zones';
import { ask, type Query, query } from '../db/queries';
import type { Scope } from '../scope';
import { rosterOf } from '../schedules/roster';

/** At most this many records in one run; the next run, a minute later, does the rest. */
const BATCH = 1_000;

/**
 * The write that comes with a change of the roster. A record that was overdue before the change keeps its moment. The count of
 * changes lets the job's write fail after another change.
 * @param at of the change @param people the people it concerns; all if not given
 */
export const plannedEndsUnknown = (at: number, people?: readonly string[]): Query =>
  query(
    `UPDATE attendance SET due_at = NULL, plan_changes = plan_changes + 1
     WHERE out_at IS NULL AND (due_at IS NULL OR due_at > ?1)
       AND ${people ? 'person_id IN (SELECT value FROM json_each(?2))' : '?2 IS NULL'}`,
    [at, people ? JSON.stringify(people) : null],
  );

interface Open {
  id: string;
  personId: string;
  workDate: string;
  inAt: number;
  changes: number;
}

/** Computes the closing moments that changes of the roster cleared. */
export async function computePlannedEnds(scope: Scope): Promise<void> {
  const { d1 } = scope;
  const { results: open } = await d1
    .prepare(
      `SELECT id, person_id AS personId, work_date AS workDate, in_at AS inAt, plan_changes AS changes
       FROM attendance WHERE out_at IS NULL AND due_at IS NULL LIMIT ${BATCH}`,
    )
    .all<Open>();
  const dates = open.map(({ workDate }) => workDate).sort();
  const [from, to] = [dates[0], dates.at(-1)];
  if (from === undefined || to === undefined) return;
  const people = open.map(({ personId }) => personId);
  const roster = await ask(d1, rosterOf(d1, { from, to: addDays(to, 2), people }, scope.env.WORKPLACE_ZONE));
  const computed = open.map(({ id, personId, changes, ...record }) => ({
    id,
    changes,
    ...roster.dueOf(personId, record, scope.now()),
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
