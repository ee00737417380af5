import { businessDate } from '../../contract/business-day';
import { ask } from '../../db/queries';
import type { Scope } from '../../scope';
import { settingsNow } from '../../settings/settings';
import { closedFrom, firstOpen } from './drawers';

/** The most of one run. */
const AT_ONCE = 100;

/**
 * Numbers and dates the drawers that the release before them opened while this one was deployed, or after a rollback to it. Where a
 * new drawer takes the number, or the day is closed, at the same moment, the next run does it.
 */
export async function numberDrawers(scope: Scope): Promise<void> {
  const { d1 } = scope;
  const { results } = await d1
    .prepare(
      `SELECT id, opened_at AS openedAt FROM drawers WHERE number IS NULL ORDER BY opened_at, id LIMIT ${AT_ONCE}`,
    )
    .all<{ id: string; openedAt: number }>();
  const [first] = results;
  if (!first) return;
  const settings = await settingsNow(scope);
  const closedDays = await ask(d1, closedFrom(d1, businessDate(settings, first.openedAt)));
  await d1.batch(
    results.map(({ id, openedAt }) =>
      d1
        .prepare(
          `UPDATE drawers SET number = (SELECT coalesce(max(number), 0) + 1 FROM drawers), date = ?2 WHERE id = ?1 AND number IS NULL
           AND NOT EXISTS (SELECT 1 FROM day_reports WHERE date = ?2 AND drawer_id IS NULL)`,
        )
        .bind(id, firstOpen(businessDate(settings, openedAt), closedDays)),
    ),
  );
}
