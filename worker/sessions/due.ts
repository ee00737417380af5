/** What the clock does: opens a shift's sheet, ends sessions that are over, cancels sessions that never started. */
import { ask } from '../db/queries';
import { committing, type Plan } from '../live/decision';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { hostedOf, SESSION, type SessionRow } from './rows';
import { cancelling, ending, starting } from './run';
import { sessionSubject } from './sessions';
import { listIn } from './unmarked';

/** A class may run over by this much before the job ends it. */
export const OVERTIME_MS = 15 * 60_000;

/** Moves each session in its own commit, so that one failure does not stop the others. A host may be faster. */
export async function moveSessions(scope: Scope): Promise<void> {
  const now = scope.now();
  const due = (where: string) =>
    scope.d1
      .prepare(`${SESSION} WHERE ${where} ORDER BY s.ends_at LIMIT 100`)
      .bind(now)
      .all<SessionRow>()
      .then(({ results }) => results);
  for (const row of await due(`s.state = 'scheduled' AND s.kind = 'shift' AND s.starts_at <= ?1`))
    await once(scope, row.id, 'session.started', (at) => starting(hostedOf(row), at));
  for (const row of await due(`s.state = 'active' AND s.ends_at <= ?1 - ${OVERTIME_MS}`))
    await once(scope, row.id, 'session.ended', async (at) =>
      ending(await ask(scope.d1, listIn(scope.d1, row.id)), null, at),
    );
  for (const row of await due(
    `s.state = 'scheduled' AND s.starts_at <= ?1 AND s.ends_at <= ?1 - ${OVERTIME_MS}`,
  ))
    await once(scope, row.id, 'session.cancelled', (at) => cancelling(hostedOf(row), at, 'Not started'));
}

async function once(
  scope: Scope,
  id: string,
  action: string,
  plan: (at: number) => Plan | Promise<Plan>,
): Promise<void> {
  const at = scope.now();
  try {
    await scope.attempt(committing(await plan(at), { subject: sessionSubject(id), action }, at));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}
