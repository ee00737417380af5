/** Releases many sales in one commit and one frame. Each that cannot be released gets its reason. */
import * as v from 'valibot';
import { actionOf, type Released, type ReleaseMany, ReleaseOutcome } from '../contract/sales/moves';
import { map, together } from '../db/queries';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import type { Asker } from '../session';
import type { SaleKind } from './kind';
import { type Moved, planOf, stepped } from './move';
import { asking, mustName } from './receiver';
import { type Sold, soldIn } from './rows';

/**
 * @returns no receipt if none could be released, because nothing was written
 * @throws Refusal `changed_meanwhile` if other people are faster at every try, `invalid_input` without the receiver whom one's place asks for
 */
export async function releaseMany(scope: Scope, kind: SaleKind, input: ReleaseMany): Promise<Released> {
  const ids = input.items.map(({ id }) => id);
  const { after, receipt = null } = await scope.commitIfNeeded({
    subject: kind.name,
    action: actionOf(kind.name, 'release'),
    facts: (d1) =>
      together({
        found: map(
          soldIn(d1, `WHERE s.kind = ?1 AND s.id IN (SELECT value FROM json_each(?2))`, [
            kind.name,
            JSON.stringify(ids),
          ]),
          (found) => new Map(found.map((it) => [it.id, it])),
        ),
        asks: asking(d1, ids),
      }),
    decide: ({ found, asks }, me, now) => {
      const tried = tryEach(kind, found, input, me, now);
      for (const { moved } of tried) if (moved) mustName(moved.after, asks);
      return releasing(kind, tried, me);
    },
  });
  return { outcomes: v.parse(Kept, after).outcomes, receipt };
}

const Kept = v.object({ outcomes: v.array(ReleaseOutcome) });

interface Tried {
  outcome: ReleaseOutcome;
  moved?: Moved;
}

const tryEach = (
  kind: SaleKind,
  found: ReadonlyMap<string, Sold>,
  { items, receivedBy }: ReleaseMany,
  me: Asker,
  now: number,
): Tried[] =>
  items.map(({ id, version }) => tryOne(kind, found.get(id), { id, version, receivedBy }, me, now));

/** The plan, or the outcomes alone if none can be released. */
function releasing(kind: SaleKind, tried: readonly Tried[], me: Asker) {
  const outcomes = tried.map(({ outcome }) => outcome);
  const others = tried.flatMap(({ moved }) => moved ?? []);
  const last = others.pop();
  if (!last) return { unchanged: { outcomes } };
  const { after, ...plan } = planOf(kind, last, 'release', me, others);
  // The last entry is the answer, so it holds the outcome of each.
  return { ...plan, after: { record: after, outcomes } };
}

function tryOne(
  kind: SaleKind,
  before: Sold | undefined,
  { id, version, receivedBy }: { id: string; version: number; receivedBy: string | null },
  me: Asker,
  at: number,
): Tried {
  try {
    if (!before) throw new Refusal('not_found');
    const by = { id: me.id, name: me.name };
    const next = stepped(kind, before, { move: 'release', version }, me, at);
    const after = { ...next, release: { by, at, receivedBy } };
    return { outcome: { id, outcome: 'released', words: null }, moved: { before, after } };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const outcome = Outcome.options.find((it) => it === error.code);
    if (!outcome) throw error;
    return { outcome: { id, outcome, words: error.more.detail ?? null } };
  }
}

const { outcome: Outcome } = ReleaseOutcome.entries;
