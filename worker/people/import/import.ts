/** Imports people from the lines of a file: creates new ones and changes existing ones. A bad line blocks no good one. */
import type { Department, Import, ImportReport, NewPerson } from '../../contract/people/people';
import type { Plan } from '../../live/decision';
import type { Scope } from '../../scope';
import { rosterUpdated, todayOf } from '../../settings/plan';
import { editOf } from '../editing';
import { laterThan } from '../people';
import { changed, existingPeople, type Judged, judge } from './judge';
import { reading } from './row';
import { beginning, hiring, newcomer, termOf } from '../staff';
import { departmentsOf } from '../terms';

/**
 * Reports each row's outcome; without `dryRun`, one commit writes the good rows. A repeated row is the same person, so a page
 * may send a part again after a lost answer.
 * @throws Refusal `changed_meanwhile`, `period_closed`, `key_reused`, `unavailable`
 */
export async function importPeople(scope: Scope, { dryRun, validFrom, rows }: Import): Promise<ImportReport> {
  const read = rows.map(reading);
  let judged: readonly Judged[] = [];
  const facts = async (d1: D1Database) => {
    const existing = await existingPeople(d1, read, validFrom ?? todayOf(scope.me, scope.now()));
    judged = read.map((row, index) => judge(row, { before: read.slice(0, index), existing, dryRun }));
    return { judged, departments: existing.departments };
  };
  if (dryRun) await facts(scope.d1);
  else
    await scope.commitIfNeeded({
      subject: 'people/import',
      action: 'person.created',
      facts,
      decide(found, me, now) {
        const nothing = found.judged.every(({ state }) => state !== 'new' && state !== 'differs');
        if (nothing) return { unchanged: null };
        return written(scope, found, { now, today: todayOf(me, now), validFrom });
      },
    });
  return { rows: judged.map((row) => outcomeOf(row, dryRun)) };
}

interface When {
  now: number;
  today: string;
  /** The first date of the changes; today if undefined. */
  validFrom: string | undefined;
}

function written(
  scope: Scope,
  { judged, departments }: { judged: readonly Judged[]; departments: readonly Department[] },
  { now, today, validFrom }: When,
): Plan {
  const fresh = judged.flatMap((row): NewPerson[] => (row.state === 'new' ? [row.person] : []));
  const differing = judged.flatMap((row) => (row.state === 'differs' ? [row] : []));
  const at = Math.max(now, ...differing.map(({ whom }) => laterThan(whom.before, now)));
  const { of, created } = departmentsOf(scope, departments, [
    ...fresh.map(({ department }) => department),
    ...differing.map((row) => changed(row).department),
  ]);
  const people = fresh.map((each) => newcomer(each, of(each.department), at, each.firstDay ?? today));
  const edits = differing.map((row) => {
    const input = changed(row);
    return editOf(row.whom, { ...input, validFrom, department: of(input.department) }, { at, today });
  });
  return {
    at,
    changes: [
      ...created,
      ...people.map((person) => hiring(person, at)),
      ...edits.flatMap((edit) => edit.changes),
    ],
    also: [
      ...fresh.map((each) => beginning(each.id, termOf(each, of(each.department), today))),
      ...edits.flatMap((edit) => edit.also),
    ],
    publish: [
      ...people.map((data) => ({ channel: 'admin.employees', type: 'person.created', data }) as const),
      ...edits.flatMap((edit) => edit.publish),
      rosterUpdated,
    ],
  };
}

type Outcome = ImportReport['rows'][number];

function outcomeOf(row: Judged, dryRun: boolean): Outcome {
  const { line, issues } = row;
  const nothing = { line, issues, changes: [] };
  switch (row.state) {
    case 'refused':
      return { ...nothing, outcome: 'refused' };
    case 'new':
      return { ...nothing, outcome: dryRun ? 'would_create' : 'created' };
    case 'created':
      return { ...nothing, outcome: 'created' };
    case 'same':
      return { ...nothing, outcome: row.updated ? 'updated' : 'unchanged' };
    case 'differs': {
      const { whom, changes } = row;
      if (!dryRun) return { line, issues, changes, outcome: 'updated' };
      return { line, issues, changes, outcome: 'would_update', seenAt: whom.before.updatedAt };
    }
  }
}
