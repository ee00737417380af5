/** Many people at once, from the lines of a file: new ones, and changes of those who are here. A bad line never keeps a good one out. */
import type { Import, ImportReport, NewPerson } from '../../contract/people/people';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import { rosterUpdated, todayOf } from '../../settings/plan';
import { editOf } from '../editing';
import { changed, type Judged, judge, known } from './judge';
import { reading } from './row';
import { beginning, hiring, newcomer, termOf } from '../staff';
import { departmentsOf } from '../terms';

/** How often we look again when somebody else has just taken an email, or changed one of these people. */
const TRIES = 3;

/**
 * What becomes of each row, and unless it is a dry run, the good ones taken on or changed, in one commit. A row sent again is
 * the same person, so a part of a file whose answer was lost may simply be sent once more.
 * @throws Refusal `changed_meanwhile`, `period_closed`, `key_reused`, `unavailable`
 */
export async function importPeople(scope: Scope, { dryRun, validFrom, rows }: Import): Promise<ImportReport> {
  const read = rows.map(reading);
  for (let tries = 0; tries < TRIES; tries += 1) {
    const here = await known(scope, read, validFrom ?? todayOf(scope));
    const judged = read.map((row, index) => judge(row, { before: read.slice(0, index), here, dryRun }));
    const nothing = judged.every(({ state }) => state !== 'new' && state !== 'differs');
    if (dryRun || nothing || (await write(scope, judged, validFrom)))
      return { rows: judged.map((row) => outcomeOf(row, dryRun)) };
  }
  throw new Refusal('changed_meanwhile');
}

/** @returns whether it is true now; else somebody was faster, and all must be looked at again */
async function write(
  scope: Scope,
  judged: readonly Judged[],
  validFrom: string | undefined,
): Promise<boolean> {
  const fresh = judged.flatMap((row): NewPerson[] => (row.state === 'new' ? [row.person] : []));
  const differing = judged.flatMap((row) => (row.state === 'differs' ? [row] : []));
  const at = Math.max(scope.now(), ...differing.map(({ whom }) => (whom.before.updatedAt ?? 0) + 1));
  const { of, changes } = await departmentsOf(scope, [
    ...fresh.map(({ department }) => department),
    ...differing.map((row) => changed(row).department),
  ]);
  const people = fresh.map((each) =>
    newcomer(each, of(each.department), at, each.firstDay ?? todayOf(scope)),
  );
  const edits = differing.map((row) => {
    const input = changed(row);
    const dated = { ...input, validFrom, seenAt: row.whom.before.updatedAt ?? 0 };
    return editOf(scope, row.whom, { ...dated, department: of(input.department) }, at);
  });
  const answer = await scope.attempt({
    at,
    changes: [
      ...changes,
      ...people.map((person) => hiring(scope, person, at)),
      ...edits.flatMap((edit) => edit.changes),
    ],
    also: [
      ...fresh.map((each) => beginning(each.id, termOf(scope, each, of(each.department)))),
      ...edits.flatMap((edit) => edit.also),
    ],
    publish: [
      ...people.map((data) => ({ channel: 'admin.employees', type: 'person.created', data }) as const),
      ...edits.flatMap((edit) => edit.publish),
      rosterUpdated,
    ],
  });
  return answer !== undefined;
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
