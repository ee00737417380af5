/** Many handed over at once: those that can be, in one commit and one frame; each of the others gets its reason. */
import * as v from 'valibot';
import { actionOf, type ReleaseMany, ReleaseOutcome } from '../contract/sales/moves';
import { type Query, query } from '../db/client';
import { type Fact, map, rows } from '../db/facts';
import type { Answer } from '../live/commit';
import { Refusal } from '../refusal';
import type { Asker, Scope } from '../scope';
import type { SaleKind } from './kind';
import { effects, moveEntry, mustEverMay, stepOf } from './move';
import { SALE, type SaleRow, type Sold, soldOf } from './rows';

export interface Released {
  outcomes: ReleaseOutcome[];
  /** Null where none could be released: nothing was written. */
  receipt: Answer['receipt'] | null;
}

/**
 * Releases as many of them as can be, as one would be released.
 * @throws Refusal `not_allowed`, `changed_meanwhile` where others are faster again and again, `key_reused`, `unavailable`
 */
export async function releaseMany(scope: Scope, kind: SaleKind, input: ReleaseMany): Promise<Released> {
  mustEverMay(scope.me, kind, 'release');
  const { after, receipt = null } = await scope.commitIfNeeded({
    subject: kind.name,
    action: actionOf(kind.name, 'release'),
    facts: (d1) => soldAmong(d1, kind, input),
    decide: (found, me, now) => releasing(kind, found, input, me, now),
  });
  return { outcomes: v.parse(Kept, after).outcomes, receipt };
}

const Kept = v.object({ outcomes: v.array(ReleaseOutcome) });

const soldAmong = (
  d1: D1Database,
  { name }: SaleKind,
  { items }: ReleaseMany,
): Fact<ReadonlyMap<string, Sold>> =>
  map(
    rows<SaleRow>(
      d1
        .prepare(`${SALE} WHERE s.kind = ?1 AND s.id IN (SELECT value FROM json_each(?2))`)
        .bind(name, JSON.stringify(items.map(({ id }) => id))),
    ),
    (found) => new Map(found.map((it) => [it.id, soldOf(it)])),
  );

/** What to write, or the outcomes alone where none can be released. */
function releasing(
  kind: SaleKind,
  found: ReadonlyMap<string, Sold>,
  { items, receivedBy }: ReleaseMany,
  me: Asker,
  now: number,
) {
  const tried = items.map(({ id, version }) =>
    tryOne(kind, found.get(id), { id, version, receivedBy }, me, now),
  );
  const outcomes = tried.map(({ outcome }) => outcome);
  const pairs = tried.flatMap(({ pair }) => pair ?? []);
  const last = pairs.at(-1);
  if (!last) return { unchanged: { outcomes } };
  const all = pairs.map(({ before, after }) => effects(kind, before, after, 'release'));
  const entryOf = ({ before, after }: Pair) => moveEntry(kind, before, after, me);
  const { subject, before, after } = entryOf(last);
  return {
    subject,
    before,
    // The answer is made of the last entry: the outcome of each of them is in it too.
    after: { record: after, outcomes },
    more: pairs.slice(0, -1).map(entryOf),
    write: releaseWrite(pairs, last.after),
    also: all.flatMap(({ also }) => also),
    publish: all.flatMap(({ publish }) => publish),
  };
}

type Pair = { before: Sold; after: Sold };

function tryOne(
  kind: SaleKind,
  before: Sold | undefined,
  { id, version, receivedBy }: { id: string; version: number; receivedBy: string },
  me: Asker,
  at: number,
): { outcome: ReleaseOutcome; pair?: Pair } {
  try {
    if (!before) throw new Refusal('not_found');
    const { to } = stepOf(kind, before, { move: 'release', version, receivedBy }, me, at);
    const by = { id: me.id, name: me.name };
    const changed = { version: version + 1, state: to, changed: { by, at }, release: { by, at, receivedBy } };
    return {
      outcome: { id, outcome: 'released', words: null },
      pair: { before, after: { ...before, ...changed } },
    };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const outcome = outcomeOf[error.code];
    if (!outcome) throw error;
    return { outcome: { id, outcome, words: error.more.detail ?? null } };
  }
}

const outcomeOf: Partial<Record<Refusal['code'], ReleaseOutcome['outcome']>> = {
  not_found: 'not_found',
  illegal_move: 'illegal_move',
  claimed: 'claimed',
  moved_meanwhile: 'moved_meanwhile',
};

/** All of them, or fewer and then none: the journal counts the rows. */
const releaseWrite = (pairs: readonly Pair[], { state, release }: Sold): Query =>
  query(
    `UPDATE sales SET state = ?2, version = version + 1, released_at = ?3, released_by = ?4, received_by = ?5, changed_at = ?3,
       changed_by = ?4 FROM json_each(?1)
     WHERE sales.id = value ->> 'id' AND sales.version = value ->> 'version'`,
    JSON.stringify(pairs.map(({ before: { id, version } }) => ({ id, version }))),
    ...[state, release?.at ?? null, release?.by.id ?? null, release?.receivedBy ?? null],
  );
