/**
 * The Worker of a restore (scripts/backup/staging.ts). It runs on the operator's machine over the database that a backup holds, before
 * anything is written to the workplace. It is never deployed.
 */
import type { Bindings } from './bindings';
import { GENESIS } from './journal/chain';
import { verifyJournal } from './journal/verify';
import { eraseListed } from './people/erasure/erase';
import { Scope } from './scope';
// Slices declare here what they hold about a person.
import './slices';

export { Channel } from './live/channel';

/** Erases the people on the list in R2. @returns how many were, and how many the database still knows */
async function eraseAll(scope: Scope): Promise<{ erased: number; left: number }> {
  const count = async () =>
    (await scope.d1
      .prepare('SELECT count(*) AS count FROM people WHERE erased_at IS NOT NULL')
      .first<number>('count')) ?? 0;
  const before = await count();
  let erased = 0;
  for (;;) {
    const left = await eraseListed(scope);
    const now = (await count()) - before;
    if (left === 0 || now === erased) return { erased: now, left };
    erased = now;
  }
}

/** @returns the first entry that differs from its seal, if any, and the number of verified ones */
async function verifyAll(scope: Scope) {
  let step = await verifyJournal(scope, { after: 0, hash: GENESIS });
  let { checked } = step;
  while (step.more) {
    step = await verifyJournal(scope, { after: step.through, hash: step.hash });
    checked += step.checked;
  }
  return { checked, broken: step.broken };
}

export default {
  async fetch(_request, env, ctx) {
    const scope = new Scope(env, ctx);
    // As it was sealed, before the erasures add entries.
    const verified = await verifyAll(scope);
    return Response.json({ ...verified, ...(await eraseAll(scope)) });
  },
} satisfies ExportedHandler<Bindings>;
