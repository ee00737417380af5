import { businessDate } from '../../contract/business-day';
import type { Scope } from '../../scope';
import { settingsNow } from '../../settings/settings';

/** Numbers and dates the drawers that the release before them opened while this one was deployed, or after a rollback to it. */
export async function numberDrawers(scope: Scope): Promise<void> {
  const { results } = await scope.d1
    .prepare('SELECT id, opened_at AS openedAt FROM drawers WHERE number IS NULL ORDER BY opened_at, id')
    .all<{ id: string; openedAt: number }>();
  if (results.length === 0) return;
  const settings = await settingsNow(scope);
  await scope.d1.batch(
    results.map(({ id, openedAt }) =>
      scope.d1
        .prepare(
          'UPDATE drawers SET number = (SELECT coalesce(max(number), 0) + 1 FROM drawers), date = ?2 WHERE id = ?1 AND number IS NULL',
        )
        .bind(id, businessDate(settings, openedAt)),
    ),
  );
}
