/** Notices that an older database was restored: the journal's position is kept outside the database too. */
import * as v from 'valibot';
import { Epoch } from '../contract/wire';
import { drawEpoch } from '../live/epoch';
import { logFailure } from '../log';
import type { Scope } from '../scope';

/** No photo's route reads below this folder. */
export const KEPT = 'system/journal.json';

/** The log's epoch, and the latest sealed entry with its seal. */
const Kept = v.object({ epoch: Epoch, entry: v.number(), seal: v.string() });
type Kept = v.InferOutput<typeof Kept>;

/**
 * Keeps the journal's position. If the database lacks the kept entry, or has another seal there, its log gets a new epoch and
 * all channels restart.
 */
export async function noticeRestore(scope: Scope): Promise<void> {
  const { d1, env } = scope;
  const stored = await env.PHOTOS.get(KEPT);
  const parsed = v.safeParse(Kept, await stored?.json());
  const kept = parsed.success ? parsed.output : undefined;
  const [latest, same] = await d1.batch<Kept>([
    d1.prepare(
      `SELECT entry, hash AS seal, (SELECT epoch FROM log) AS epoch FROM seals
       WHERE entry = (SELECT max(entry) FROM seals)`,
    ),
    d1
      .prepare('SELECT entry FROM seals WHERE entry = ?1 AND hash = ?2')
      .bind(kept?.entry ?? 0, kept?.seal ?? ''),
  ]);
  const [now] = latest?.results ?? [];
  const isRestored = kept !== undefined && same?.results.length === 0;
  const epoch = isRestored ? await restart(scope) : now?.epoch;
  if (now && epoch && !(kept && kept.entry === now.entry && kept.seal === now.seal && kept.epoch === epoch))
    await env.PHOTOS.put(KEPT, JSON.stringify({ ...now, epoch } satisfies Kept));
  // A database without any entry would be found restored each minute.
  else if (isRestored) await env.PHOTOS.delete(KEPT);
}

async function restart(scope: Scope): Promise<string> {
  const { epoch, deliveries } = await drawEpoch(scope.d1);
  logFailure('warn', { message: 'an older database was restored', request: scope.request });
  scope.deliver(deliveries);
  return epoch;
}
