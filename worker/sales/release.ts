/** Many handed over at once: those that can be, in one commit and one frame; each of the others is told why not. */
import * as v from 'valibot';
import { actionOf, type ReleaseMany, ReleaseOutcome } from '../contract/sales/moves';
import { type Query, query } from '../db/client';
import type { Answer } from '../live/commit';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { effects, moveEntry, mustEverMay, stepOf } from './move';
import { SALE, type SaleRow, type Sold, soldOf } from './rows';
import type { Trade } from './trade';

/** How often we look again when one of them moved between our look and our commit. */
const TRIES = 5;

export interface Released {
  outcomes: ReleaseOutcome[];
  /** Undefined where none could be released: nothing was written. */
  answer: Answer | undefined;
}

/**
 * Releases as many of them as can be, as one would be released.
 * @throws Refusal `not_allowed`, `changed_meanwhile` where others are faster again and again, `key_reused`, `unavailable`
 */
export async function releaseMany(scope: Scope, trade: Trade, asked: ReleaseMany): Promise<Released> {
  mustEverMay(scope, trade, 'release');
  // Looked at before anything else: after a lost answer they are released, and would all be refused.
  const earlier = await scope.earlier();
  if (earlier) return { outcomes: outcomesOf(earlier), answer: earlier };
  for (let tries = 0; tries < TRIES; tries += 1) {
    const found = await soldAmong(scope.d1, trade, asked);
    const tried = asked.items.map((item) => tryOne(scope, trade, found.get(item.id), item, asked.receivedBy));
    const outcomes = tried.map(({ outcome }) => outcome);
    const pairs = tried.flatMap(({ pair }) => pair ?? []);
    if (pairs.length === 0) return { outcomes, answer: undefined };
    const answer = await commitAll(scope, trade, pairs, outcomes);
    if (answer) return { outcomes: outcomesOf(answer), answer };
  }
  throw new Refusal('changed_meanwhile');
}

async function soldAmong(
  d1: D1Database,
  { kind }: Trade,
  { items }: ReleaseMany,
): Promise<Map<string, Sold>> {
  const { results } = await d1
    .prepare(`${SALE} WHERE s.kind = ?1 AND s.id IN (SELECT value FROM json_each(?2))`)
    .bind(kind, JSON.stringify(items.map(({ id }) => id)))
    .all<SaleRow>();
  return new Map(results.map((row) => [row.id, soldOf(row)]));
}

type Pair = { before: Sold; after: Sold };

function tryOne(
  scope: Scope,
  trade: Trade,
  before: Sold | undefined,
  { id, version }: ReleaseMany['items'][number],
  receivedBy: string,
): { outcome: ReleaseOutcome; pair?: Pair } {
  try {
    if (!before) throw new Refusal('not_found');
    const { to } = stepOf(scope, trade, before, { move: 'release', version, receivedBy });
    const at = scope.now();
    const by = { id: scope.me.id, name: scope.me.name };
    const changed = { version: version + 1, state: to, changed: { by, at }, release: { by, at, receivedBy } };
    return {
      outcome: { id, outcome: 'released', words: null },
      pair: { before, after: { ...before, ...changed } },
    };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const why = outcomes[error.code];
    if (!why) throw error;
    return { outcome: { id, outcome: why, words: error.more.detail ?? null } };
  }
}

const outcomes: Partial<Record<Refusal['code'], ReleaseOutcome['outcome']>> = {
  not_found: 'not_found',
  illegal_move: 'illegal_move',
  claimed: 'claimed',
  moved_meanwhile: 'moved_meanwhile',
};

function commitAll(
  scope: Scope,
  trade: Trade,
  pairs: readonly Pair[],
  told: readonly ReleaseOutcome[],
): Promise<Answer | undefined> {
  const entries = pairs.map(({ before, after }) => moveEntry(scope, trade, before, after));
  const last = entries.at(-1);
  const released = pairs[0]?.after;
  if (!last || !released) throw new Error('nothing to release');
  const all = pairs.map(({ before, after }) => effects(trade, before, after, 'release'));
  return scope.attempt({
    at: released.changed.at,
    changes: [
      {
        subject: last.subject,
        before: last.before,
        // The answer is made of the last entry: what became of each of them stands there too.
        after: { record: last.after, outcomes: told },
        more: entries.slice(0, -1),
        action: actionOf(trade.kind, 'release'),
        write: releaseWrite(pairs, released),
      },
    ],
    also: all.flatMap(({ also }) => also),
    publish: all.flatMap(({ publish }) => publish),
  });
}

/** All of them, or fewer and then none: the journal counts the rows. */
const releaseWrite = (pairs: readonly Pair[], { state, release }: Sold): Query =>
  query(
    `UPDATE sales SET state = ?2, version = version + 1, released_at = ?3, released_by = ?4, received_by = ?5, changed_at = ?3,
       changed_by = ?4 FROM json_each(?1)
     WHERE sales.id = value ->> 'id' AND sales.version = value ->> 'version'`,
    JSON.stringify(pairs.map(({ before: { id, version } }) => ({ id, version }))),
    ...[state, release?.at ?? null, release?.by.id ?? null, release?.receivedBy ?? null],
  );

const outcomesOf = ({ after }: Answer): ReleaseOutcome[] => v.parse(Kept, after).outcomes;

const Kept = v.object({ outcomes: v.array(ReleaseOutcome) });
